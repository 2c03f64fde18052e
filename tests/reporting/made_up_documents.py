"""Made-up reports: one of every kind of block, and one around a made-up result."""

import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from html.parser import HTMLParser
from typing import Any, Final

import matplotlib as mpl
import numpy as np

mpl.use("agg")

from matplotlib.figure import Figure
from matplotlib.image import imsave

from bcforecast.plotting.style import house_style, png_bytes
from bcforecast.reporting import document as doc
from bcforecast.reporting.facts import Facts, Provenance
from bcforecast.reporting.tables import grades_table
from bcforecast.text import Language
from tests.reporting.made_up_facts import facts

WIDE: Final = "charts/wide.png"
TALL: Final = "charts/tall.png"


@cache
def pictures() -> dict[str, bytes]:
    """Draw the pictures of the documents."""
    drawn = {}
    for file, size in ((WIDE, (8.0, 3.75)), (TALL, (4.0, 10.7))):
        with house_style():
            figure = Figure(figsize=size)
            figure.add_subplot().plot([2019, 2020, 2021], [410, 455, 505])
            drawn[file] = png_bytes(figure)
    return drawn


def png(grey: int, *, width: int = 8) -> bytes:
    buffer = io.BytesIO()
    imsave(buffer, np.full((4, width, 3), grey, dtype=np.uint8), format="png")
    return buffer.getvalue()


def say(text: str, **style: Any) -> doc.Spans:
    return (doc.Span(text=text, **style),)


def table(columns: str, kinds: str, *rows: str, caption: str = "A caption", **more: Any):
    """Return a table of plain texts; heads, kinds and cells are parted by bars."""
    cells = tuple(tuple(map(say, row.split("|"))) for row in rows)
    heads, named = tuple(columns.split("|")), tuple(kinds.split("|"))
    return doc.TableBlock(caption=caption, columns=heads, kinds=named, rows=cells, **more)  # type: ignore[arg-type]


def picture(number: int, file: str, caption: str, width: int, height: int) -> doc.PictureBlock:
    alt = f"{caption}: alt"
    return doc.PictureBlock(
        number=number, file=file, caption=caption, alt=alt, width=width, height=height
    )


def document(lang: Language, *blocks: doc.Block) -> doc.Document:
    """Return a report with two goals and every kind of block, or of these blocks."""
    meanings = (
        ("A", "本指标自有序列，可用数据8个及以上", "Own series of 8 or more usable figures"),
        ("C", "水平或增速借自上级地区或同类指标", "Level or growth borrowed from the parent area"),
        ("U", "无法判断：可用信息不足", "Cannot be said: too little is known"),
    )

    def t(zh: str, en: str) -> str:
        return zh if lang == "zh" else en

    front = doc.Front(
        kicker=t("目标完成概率评估报告", "How likely is each goal to be met?"),
        title=t(
            "某区先进制造研发示范行动计划（2020-2022年）",
            "Action Plan of Somewhere for Advanced Manufacturing and Research, 2020 to 2022",
        ),
        subtitle=t("某区人民政府，2021年4月7日印发", "Government of Somewhere, 7 April 2021"),
        facts=(
            (t("数据截至", "Figures published by"), t("2021年12月31日", "31 December 2021")),
            (t("情景", "Scenario"), t("基准", "baseline")),
        ),
        legend=table(
            t("证据|含义", "Evidence|Meaning"),
            "grade|text",
            *(f"{grade}|{t(zh, en)}" for grade, zh, en in meanings),
            caption=t("证据等级：概率的依据", "Evidence grades"),
        ),
        notes=((t("建议引用格式", "Suggested citation"), t("某局，2026年", "A bureau, 2026")),),
        footer=t("由bcforecast编制；数据均为合成。", "Every figure is synthetic."),
    )
    made = Provenance(maker=t("某区统计局", "A bureau of figures"), made=date(2026, 11, 27))
    said = {"lang": lang, "name": "plan", "blocks": blocks or _body(t), "provenance": made}
    return doc.Document(front=front, result=facts(), **said)


def _body(t: Callable[[str, str], str]) -> tuple[doc.Block, ...]:
    long = t(
        "根据截至2021年12月31日公开发布的数据，某区本计划2项量化目标中，有1项可以给出完成概率，"
        "预计完成0.7项（概率之和）；该项概率由历史序列推算，随新数据公布而更新。",
        "From what had been published by 31 December 2021, a probability can be given for 1 of the "
        "2 goals of this plan; the expected number met is 0.7, the sum of the probabilities. ",
    )
    english = "Goal|Unit|Target|Latest figure|Gap|Growth needed|Median|Probability|Evidence"
    remark = t("按年报口径修订，与快报数略有出入", "Revised as in the yearbook")
    url = "https://example.org/statistics/2021/bulletin/of/national/economic/t20210409_1234.html"
    return (
        doc.Heading(level=1, text=t("总体判断", "In short"), anchor="part-1", new_page=True),
        doc.Paragraph(
            spans=(
                *say(t("科技企业数量达到目标的概率为", "The chance of enough is ")),
                *say("73%", strong=True, link="#fn-probability"),
                *say(t("（可能），最新数据为", " (likely); the latest figure is ")),
                *say("455", link="#obs-enterprises-2020"),
                *say(t("家，出自", ", from ")),
                *say("bulletin", link="#source-bulletin"),
                *say(
                    t("，另见统计局网站", "; see the bureau"), link="https://example.org/?a=1&b=2"
                ),
                *say(t("；此链接无处可去", "; a link to nowhere"), link="#nowhere"),
                *say(t("，此链接不安全。", ", an unsafe one."), link="javascript:1"),
            )
        ),
        doc.Paragraph(spans=say(long * 3)),
        doc.Bullets(items=(say(t("科技企业：73%", "Technology enterprises: 73%")), say(long))),
        picture(1, WIDE, t("各项目标的完成概率", "Probability of each goal"), 640, 300),
        table(
            t("目标|单位|目标值|最新数据|差距|所需年增速|中位数|概率|证据", english),
            "text|short|number|number|number|number|number|number|grade",
            t("科技企业|家", "Technology|enterprises") + "|>530|455 (2020)|75|7.9%|560|73%|B",
            t("研发经费支出占比", "Research expenditure as a share") + "|%|≥3.20|–|–|–|–|–|U",
            number=1,
            note=t("“–”表示无法判断。", "A dash: it cannot be said."),
        ),
        doc.Heading(level=1, text=t("分项评估", "Goal by goal"), anchor="part-2", new_page=True),
        doc.Heading(level=2, text=t("科技企业", "Technology enterprises"), anchor="part-2-1"),
        doc.Quotation(
            paragraphs=(
                say(t("到2022年，全区科技企业突破530家。", "By 2022, more than 530.")),
                say(t("——计划原文，一（二）", "The plan, I (2)")),
            )
        ),
        picture(2, TALL, t("科技企业数量预测", "Forecast of enterprises"), 560, 1500),
        table(
            t("时期|数据|公布日期|来源|说明", "Period|Figure|Published|Source|Remark"),
            "short|number|short|short|text",
            *(
                f"{1960 + i}年|{100 + 17 * i:,}|{1961 + i}年4月9日|bulletin|{remark * (i % 3 == 0)}"
                for i in range(60)
            ),
            number=2,
            anchors=(*("" if i % 2 else f"obs-{i}" for i in range(59)), "obs-enterprises-2020"),
            note=t("* 公布日期为推定。", "* Assumed day of publication."),
        ),
        doc.Heading(level=3, text=t("历年数据", "By year"), anchor="part-2-1-1"),
        doc.Paragraph(spans=say(t("* 公布日期为推定。", "* Assumed day.")), small=True),
        doc.Printed(text="rows  3\n\tvalue 0.25\n\n" + t("合计  12", "total  12")),
        doc.Code(source="never_shown < 1"),
        doc.Heading(level=1, text=t("数据来源", "Sources"), anchor="part-3", new_page=True),
        table(
            t("来源|名称|网址|函数", "Source|Title|Address|Function"),
            "short|text|url|text",
            f"bulletin|统计公报|{url}|bcforecast.attainment.probability.holds",
            "yearbook-of-somewhere-2021|年鉴|–|–",
            number=3,
            anchors=("source-bulletin", "fn-probability"),
        ),
    )


def report_of(facts: Facts, lang: Language, *blocks: doc.Block) -> doc.Document:
    """Return a title page around a result, and the blocks that are given."""
    (legend,) = grades_table(lang=lang).tables
    of = {"title": facts.plan.title.render(lang), "subtitle": facts.plan.issuer.render(lang)}
    said = {**of, "facts": (("As of / 数据截至", "2021-12-31"),), "legend": legend}
    front = document(lang).front.model_copy(update=said)
    return doc.Document(lang=lang, name="made-up", front=front, blocks=blocks, result=facts)


_SAID: Final = {"kicker", "title", "subtitle", "footer", "facts", "text", "caption", "columns"}


def tables_of(document: doc.Document) -> list[doc.TableBlock]:
    """Return the tables of the body, in order."""
    return [block for block in document.blocks if isinstance(block, doc.TableBlock)]


def words_of(document: doc.Document) -> Iterator[str]:
    """Every text of a report that a reader must find in each format."""

    def walked(value: Any, name: str) -> Iterator[str]:
        match value:
            case str() if name in {*_SAID, "note"}:
                yield value
            case tuple() if value and isinstance(value[0], dict) and "link" in value[0]:
                yield "".join(span["text"] for span in value)
            case tuple():
                for one in value:
                    yield from walked(one, name)
            case dict():
                for key, one in value.items():
                    yield from walked(one, key)

    yield from walked(document.model_dump(include={"front", "blocks"}), "")


def texts_of(part: Any) -> list[str]:
    """Return what stands in a part of a document as data, as texts."""
    if isinstance(part, dict | list | tuple):
        inner = part.values() if isinstance(part, dict) else part
        return [text for one in inner for text in texts_of(one)]
    return [str(part)]


def squeezed(text: str) -> str:
    """Return `text` without white space, as lines are broken where the page wants it."""
    return re.sub("[\\s\u200b\u2060]", "", text)


class TagReader(HTMLParser):
    """Checks that tags nest, and keeps them with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "input", "br", "hr", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)
