"""A made-up report of every kind of block, in either language; every number in it is synthetic."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import matplotlib as mpl

mpl.use("agg")

from matplotlib.figure import Figure

from bcforecast.plotting.style import house_style, png_bytes
from bcforecast.reporting.document import (
    Block,
    Bullets,
    Code,
    Document,
    Front,
    Heading,
    Kind,
    Paragraph,
    PictureBlock,
    Printed,
    Quotation,
    Span,
    Spans,
    TableBlock,
)
from bcforecast.text import Language
from tests.reporting.made_up_facts import facts

WIDE: Final = "charts/wide.png"
TALL: Final = "charts/tall.png"


def say(text: str, **style: object) -> Spans:
    return (Span(text=text, **style),)  # type: ignore[arg-type]


def table(
    caption: str,
    columns: tuple[str, ...],
    kinds: tuple[Kind, ...],
    rows: tuple[tuple[str, ...], ...],
    **more: object,
) -> TableBlock:
    """Return a table whose cells are plain text."""
    cells = tuple(tuple(say(cell) for cell in row) for row in rows)
    return TableBlock(caption=caption, columns=columns, kinds=kinds, rows=cells, **more)  # type: ignore[arg-type]


def front(lang: Language) -> Front:
    zh = lang == "zh"
    meanings = (
        ("A", "本指标自有序列，可用数据8个及以上", "Own series of 8 or more usable figures"),
        ("B", "本指标自有序列，可用数据3至7个", "Own series of 3 to 7 usable figures"),
        ("C", "水平或增速借自上级地区或同类指标", "Level or growth borrowed from the parent area"),
        ("D", "本地区的水平仅凭先验或专家判断", "No data of its own: prior or judgement only"),
        ("U", "无法判断：可用信息不足", "Cannot be said: too little is known"),
    )
    return Front(
        kicker="目标完成概率评估报告" if zh else "How likely is each goal to be met?",
        title="某区先进制造研发示范行动计划（2020-2022年）"
        if zh
        else "Action Plan of Somewhere for Advanced Manufacturing and Research, 2020 to 2022",
        subtitle="某区人民政府，2021年4月7日印发"
        if zh
        else "Government of Somewhere, issued 7 April 2021",
        facts=(
            ("数据截至", "2021年12月31日"),
            ("情景", "基准"),
            ("量化目标", "2项"),
            ("语言", "中文"),
        )
        if zh
        else (
            ("Figures published by", "31 December 2021"),
            ("Scenario", "baseline"),
            ("Goals with a number", "2"),
            ("Language", "English"),
        ),
        legend=table(
            "证据等级：概率的依据" if zh else "Evidence grades: what a probability rests on",
            ("证据", "含义") if zh else ("Evidence", "Meaning"),
            ("grade", "text"),
            tuple((grade, chinese if zh else english) for grade, chinese, english in meanings),
        ),
        footer="由bcforecast 0.1编制；所有数据均为合成。"
        if zh
        else "Made with bcforecast 0.1; every figure is synthetic.",
    )


def blocks(lang: Language) -> tuple[Block, ...]:
    """Return the body: three chapters, two goals, every kind of block."""
    zh = lang == "zh"
    long = (
        "根据截至2021年12月31日公开发布的数据，某区本计划2项量化目标中，有1项可以给出完成概率，"
        "预计完成0.7项（概率之和）；该项概率由历史序列推算，随新数据公布而更新。"
        if zh
        else "From what had been published by 31 December 2021, a probability can be given "
        "for 1 of the 2 goals of this plan; the expected number met is 0.7, the sum of the "
        "probabilities. "
    )
    return (
        Heading(level=1, text="总体判断" if zh else "In short", anchor="part-1", new_page=True),
        Paragraph(
            spans=(
                Span(
                    text="科技企业数量达到目标的概率为"
                    if zh
                    else "The chance of enough enterprises is "
                ),
                Span(text="73%", strong=True, link="#fn-probability"),
                Span(text="（可能），证据等级" if zh else " (likely), grade "),
                Span(text="B", strong=True),
                Span(text="，最新数据为" if zh else "; the latest figure is "),
                Span(text="455", link="#obs-enterprises-2020"),
                Span(text="家，出自" if zh else ", from "),
                Span(text="bulletin", link="#source-bulletin"),
                Span(text="，另见" if zh else "; see also "),
                Span(
                    text="统计局网站" if zh else "the bureau", link="https://example.org/?a=1&b=2"
                ),
                Span(text="；此链接无处可去" if zh else "; a link to nowhere", link="#nowhere"),
                Span(text="，此链接不安全。" if zh else ", an unsafe one.", link="javascript:1"),
            )
        ),
        Paragraph(spans=say(long * 3)),
        Bullets(
            items=(
                say("科技企业：73%，证据等级B" if zh else "Technology enterprises: 73%, grade B"),
                say(long),
            )
        ),
        picture(1, WIDE, "各项目标的完成概率" if zh else "Probability of each goal", 640, 300),
        _summary(zh),
        Heading(level=1, text="分项评估" if zh else "Goal by goal", anchor="part-2", new_page=True),
        Heading(level=2, text="科技企业" if zh else "Technology enterprises", anchor="part-2-1"),
        Quotation(
            paragraphs=(
                say("到2022年，全区科技企业突破530家。" if zh else "By 2022, more than 530."),
                say("——计划原文，一（二）" if zh else "The plan, I (2)"),
            )
        ),
        Paragraph(spans=say(long)),
        picture(2, TALL, "科技企业数量预测" if zh else "Forecast of enterprises", 560, 1500),
        _figures(zh),
        Heading(level=3, text="历年数据" if zh else "By year", anchor="part-2-1-1"),
        _functions(zh),
        Heading(level=2, text="创新平台" if zh else "Platforms", anchor="part-2-2", new_page=True),
        Paragraph(spans=say("* 公布日期为推定。" if zh else "* Assumed day."), small=True),
        Printed(text="rows  3\n\tvalue 0.25\n\n" + ("合计  12" if zh else "total  12")),
        Code(source="never_shown = 1"),
        Heading(level=1, text="数据来源" if zh else "Sources", anchor="part-3", new_page=True),
        _sources(zh),
    )


def picture(number: int, file: str, caption: str, width: int, height: int) -> PictureBlock:
    alt = f"{caption}: alt"
    return PictureBlock(
        number=number, file=file, caption=caption, alt=alt, width=width, height=height
    )


def _summary(zh: bool) -> TableBlock:
    names = ("目标", "单位", "目标值", "最新数据", "差距", "所需年增速", "中位数", "概率", "证据")
    heads = (
        "Goal", "Unit", "Target", "Latest figure", "Gap", "Growth needed a year", "Median",
        "Probability", "Evidence",
    )  # fmt: skip
    return table(
        "各项目标的现状与到期预测" if zh else "Where each goal stands, and the forecast when due",
        names if zh else heads,
        ("text", "short", "number", "number", "number", "number", "number", "number", "grade"),
        (
            ("科技企业（力争）", "家", ">530", "455（2020年）", "75", "7.9%", "560", "73%", "B")
            if zh
            else ("Technology enterprises (aspired)", "enterprises", ">530", "455 (2020)", "75",
                  "7.9%", "560", "73%", "B"),
            ("全社会研发经费支出占地区生产总值的比重", "%", "≥3.20", "–", "–", "–", "–", "–", "U")
            if zh
            else ("Research and development expenditure as a share of gross domestic product",
                  "%", "≥3.20", "–", "–", "–", "–", "–", "U"),
        ),
        number=1,
        note="“–”表示无法判断。" if zh else "A dash: it cannot be said.",
    )  # fmt: skip


def _figures(zh: bool) -> TableBlock:
    remark = "按年报口径修订，与快报数略有出入" if zh else "Revised as in the yearbook"
    return table(
        "可用数据" if zh else "Figures used",
        ("时期", "数据", "公布日期", "来源", "说明")
        if zh
        else ("Period", "Figure", "Published", "Source", "Remark"),
        ("short", "number", "short", "source", "text"),
        tuple(
            (
                f"{1960 + i}年" if zh else f"{1960 + i}",
                f"{100 + 17 * i:,}",
                f"{1961 + i}年4月9日" if zh else f"9 April {1961 + i}",
                "bulletin",
                remark if i % 3 == 0 else "",
            )
            for i in range(60)
        ),
        number=2,
        anchors=tuple(
            "obs-enterprises-2020" if i == 59 else "" if i % 2 else f"obs-{i}" for i in range(60)
        ),
        note="* 公布日期为推定。" if zh else "* Assumed day of publication.",
    )


def _functions(zh: bool) -> TableBlock:
    return table(
        "数字的来历" if zh else "Where numbers come from",
        ("名称", "函数") if zh else ("Name", "Function"),
        ("short", "text"),
        (
            (
                "概率" if zh else "Probability",
                "bcforecast.attainment.probability.attainment_probability",
            ),
        ),
        number=3,
        anchors=("fn-probability",),
    )


def _sources(zh: bool) -> TableBlock:
    url = "https://example.org/statistics/2021/bulletin/of/national/economic/t20210409_1234.html"
    return table(
        "数据来源一览" if zh else "Sources",
        ("来源", "名称", "发布单位", "网址", "核对方式")
        if zh
        else ("Source", "Title", "Issuer", "Address", "Checked"),
        ("source_id", "text", "text", "url", "short"),
        (
            (
                "bulletin",
                "2020年某区国民经济和社会发展统计公报" if zh else "Statistical bulletin of 2020",
                "统计局" if zh else "Bureau of Statistics",
                url,
                "官方网页" if zh else "official page",
            ),
            ("yearbook-of-somewhere-2021", "年鉴" if zh else "Yearbook", "–", "–", "–"),
        ),
        number=4,
        anchors=("source-bulletin", ""),
    )


def document(lang: Language) -> Document:
    return Document(lang=lang, name="plan", front=front(lang), blocks=blocks(lang), result=facts())


def drawn(folder: Path) -> Path:
    """Draw the pictures of the document into `folder` and return it."""
    (folder / "charts").mkdir(exist_ok=True)
    for file, size in ((WIDE, (8.0, 3.75)), (TALL, (4.0, 10.7))):
        with house_style():
            figure = Figure(figsize=size)
            figure.add_subplot().plot([2019, 2020, 2021], [410, 455, 505])
            (folder / file).write_bytes(png_bytes(figure))
    return folder
