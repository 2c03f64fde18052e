"""One look for all charts, and how a chart becomes a picture."""

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO, StringIO
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unicodedata import decomposition

import pylopdf_fonts_zh_cn

from bcforecast.text import Language, text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE: Final = 6.5
NARROW: Final = 3.6
"""Inches: the width of a printed page's text, on which letters are as large as they are stated, and
that of a phone, on which 9 points are 12 pixels or more."""

SIZE: Final = 9.0
"""Points: no letter of a report's chart is smaller."""

DPI: Final = 220
"""Pixels an inch of a saved picture: Word prints it, and it is sharp there."""

CHINESE_FACE: Final = str(pylopdf_fonts_zh_cn.sans_path())

INK: Final = "#1d2733"
QUIET: Final = "#5d6b7a"
RULE: Final = "#d5dbe1"
FORECAST: Final = "#1f5a92"
TARGET: Final = "#c04e14"
LATER: Final = "#00785f"
BANDS: Final = ("#7da7cf", "#b1cbe4", "#dbe7f2")
"""Fills of the fan, innermost interval first."""

RISKS: Final = {"at_risk": "#17375e", "even": "#5b8fc2", "on_course": "#a9c8e4"}
"""Fill of a chance by how its goal stands, the darkest for danger: one hue, survives grey."""

GRADE_COLOURS: Final[Mapping[str, str]] = {
    "A": "#17496f", "B": "#3f7cab", "C": "#8a6a1f", "D": "#9a5a2e", "U": "#6b7480",
}  # fmt: skip
"""Badge of each evidence grade; white text on it has a contrast of at least 4.5 to 1."""


@cache
def settings() -> dict[Any, Any]:
    """Return the matplotlib settings of the house; the fonts of the environment are then known."""
    from matplotlib import rc_params_from_file
    from matplotlib.font_manager import fontManager

    if fontManager.ttflist[0].fname != CHINESE_FACE:
        fontManager.addfont(CHINESE_FACE)
        # First in the list, or a font of the same name on the machine could be taken instead.
        fontManager.ttflist.insert(0, fontManager.ttflist.pop())
    file = Path(__file__).with_name("house.mplstyle")
    return dict(rc_params_from_file(file, use_default_template=False))


def undrawn(words: str) -> str:
    """Return the letters of a text that no typeface shipped has, each once: Hangul, Thai."""
    drawn = re.compile(r"[\0-\u024f\u2e80-\u9fff\uff00-\uffef]")  # which need not be looked up
    rare = [one for one in dict.fromkeys(drawn.sub("", words)) if one.isalpha()]
    if not rare:
        return ""
    from matplotlib import get_data_path
    from matplotlib.ft2font import FT2Font

    latin = Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
    faces = (FT2Font(path) for path in (CHINESE_FACE, str(latin)))
    known = {code for face in faces for code in face.get_charmap()}
    return "".join(letter for letter in rare if ord(letter) not in known)


def _accented(figure: "Figure") -> None:
    """Draw by DejaVu words with a letter that the Chinese face would build, its accent astray."""
    from matplotlib.font_manager import get_font
    from matplotlib.text import Text

    known = get_font(CHINESE_FACE).get_char_index
    for one in figure.findobj(Text):
        built = (x for x in one.get_text() if x > "\xff" and decomposition(x))
        if one.get_fontfamily()[0] != "DejaVu Sans" and not all(known(ord(x)) for x in built):
            # Its letters are so much larger.
            one.set(fontfamily=one.get_fontfamily()[::-1], fontsize=0.9 * float(one.get_fontsize()))


def font_face(page: str, *, lang: Language) -> str:
    """Return the `@font-face` rule with the characters of `page` beyond Latin, as TrueType.

    Its quotation marks and dashes are as wide as a character: an English page takes them from its
    own font, and asks for this one first, for Chinese characters only. As a last resort Chromium
    would draw the first of them before the font is there, as boxes, and leave them so.
    """
    # fontTools, on which matplotlib rests, takes a second to import, and only a report needs it.
    from fontTools import subset  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    options = subset.Options(layout_features=[], hinting=False, notdef_outline=True)
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB"]  # of which no feature is kept
    cutter = subset.Subsetter(options)
    first = int(text("language.first_font_character", lang), 16)
    cutter.populate(unicodes=sorted(ord(c) for c in set(page) if ord(c) >= first))
    out = BytesIO()
    # The bounds of its signs stay those of the whole face: to measure all anew takes as long again.
    with TTFont(CHINESE_FACE, recalcTimestamp=False, recalcBBoxes=False, lazy=True) as font:
        cutter.subset(font)
        font.save(out, reorderTables=True)
    data = base64.b64encode(out.getvalue()).decode("ascii")
    return (
        f"@font-face {{ font-family: 'Noto Sans SC page'; "  # as `page.css` asks for it
        f'src: url("data:font/ttf;base64,{data}") format("truetype"); '
        f"unicode-range: U+{first:X}-10FFFF; }}"
    )


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style inside the block, and leave matplotlib as it was after it."""
    # Here, for pages take their colours from this module without matplotlib.
    from matplotlib import rc_context, style

    with rc_context():
        style.use(["default", settings()])
        yield


Look = dict[str, Any]
"""Keywords of a drawing function."""

TITLE, TITLE_LINE, LINE = 11.5, 0.23, 0.19
"""The size of a title in points; inches a line of it, and a line of what stands below it."""


def head(figure: "Figure", title: Sequence[str]) -> None:
    """Write the lines of a title at the top of a chart."""
    width, height = figure.get_size_inches()
    look: Look = {"fontsize": TITLE, "color": INK, "va": "top"}
    for k, line in enumerate(title):
        figure.text(0.1 / width, 1 - (0.1 + TITLE_LINE * k) / height, line, **look)


def annotate(
    axes: "Axes", words: str, place: tuple[float, float], offset: tuple[float, float], **look: Any
) -> None:
    """Write words at an offset, in points, from a place of the axes."""
    axes.annotate(words, place, offset, textcoords="offset points", **look)


def png_bytes(figure: "Figure") -> bytes:
    """Return `figure` as a PNG that names neither a date nor the software that made it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = BytesIO()
    with house_style():
        _accented(figure)
        figure.set_dpi(DPI)
        # `savefig` would lay the figure out twice.
        canvas = FigureCanvasAgg(figure)
        canvas.print_png(buffer, metadata={"Software": None})  # type: ignore[no-untyped-call]
    return buffer.getvalue()


def svg_text(figure: "Figure") -> str:
    """Return `figure` as SVG whose letters are paths: it needs no font and states no date."""
    buffer = StringIO()
    with house_style():
        _accented(figure)
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    # To a hundredth of a point, finer than a page shows; scales in full.
    return _LONG.sub(
        lambda x: x[0] if abs(float(x[0])) < 1.0 else f"{float(x[0]):.2f}".rstrip("0").rstrip("."),
        buffer.getvalue(),
    )


_LONG: Final = re.compile(r"(?<![\w#.])-?\d+\.\d{3,}")


def broken(
    words: str, room: float, *, size: float = SIZE, measure: Callable[[str], float] | None = None
) -> list[str]:
    """Break words into lines no wider than `room` in inches, or as `measure` says how wide one is.

    Without it a Chinese sign is an em wide.
    """
    lines, used, measure = [""], 0.0, measure or partial(width_of, size=size)
    if max(words, default="") < chr(_CHINESE):  # the face has curly quotes as wide as those
        words = words.translate(_STRAIGHT)
    for part in PARTS.findall(words):
        wide = measure(part)
        if lines[-1] and used + wide > room and part[0] not in _NEVER_FIRST:
            kept = lines[-1].rstrip(_NEVER_LAST)
            lines[-1:] = [kept, lines[-1][len(kept) :]] if kept else [lines[-1], ""]
            used = measure(lines[-1])
        if lines[-1] or not part.isspace():
            lines[-1] += part
            used += wide
    return [line.rstrip() for line in lines]


def titled(words: str, width: float) -> list[str]:
    """Break the title of a chart so wide into as few lines as can be, of about the same length."""
    room = width - 0.2
    lines = tried = broken(words, room, size=TITLE)
    while len(tried) == len(lines) > 1 and room > 0.0:  # where each word has a line of its own
        lines, room = tried, room - 0.1
        tried = broken(words, room, size=TITLE)
    return lines


def across(entries: Sequence[Any], columns: int) -> list[Any]:
    """Order what a legend of columns fills from above so that it reads line by line."""
    return [one for first in range(columns) for one in entries[first::columns]]


def count_lines(words: str, room: float, *, measure: Callable[[str], float]) -> int:
    """Return how many lines words take, as by `broken`, and as a word wider than `room` does."""
    lines = broken(words, room, measure=measure)
    return sum(max(1, ceil(measure(line) / room)) for line in lines)


def width_of(words: str, *, size: float = SIZE) -> float:
    """Return about how wide words are on one line, in inches; a Chinese sign is an em wide."""
    ems = (1.0 if ord(c) > _CHINESE or c == _DASH else _LATIN for c in words)
    return sum(ems) * size / 72  # points an inch


def widest(words: Iterable[str], *, size: float = SIZE) -> float:
    """Return about how wide the widest of some words is, in inches; 0 for none."""
    return max((width_of(one, size=size) for one in words), default=0.0)


PARTS: Final = re.compile(
    r"[^\S\u00a0]+|\w\w(?:\d+|元)年度|[\u2e80-\uffef]|(?:\u00a0|[^\s\u2e80-\uffef])+"
)
"""Between two of these a line may be broken: a blank, a fiscal year, a Chinese sign, a word."""

_NEVER_FIRST: Final = frozenset("，。；：、！？）》〉】」』”’％")
_NEVER_LAST: Final = "（《〈【「『“‘"
_CHINESE, _DASH = 0x2E80, "\N{EM DASH}"
_STRAIGHT: Final = str.maketrans("‘’“”", "''\"\"")
_LATIN: Final = 0.55  # width of a Latin letter on average, in units of the size of its type

_SCREEN_DPI: Final = 96

VECTOR_MIME: Final = "application/vnd.bcforecast.vector+json"
"""The MIME type by which a picture gives itself as SVG: `wide` and, for a phone, `narrow`."""

PAGES_MIME: Final = "application/vnd.bcforecast.pages+json"
"""The MIME type by which a picture gives the pieces that a printed page holds."""


@dataclass(frozen=True)
class Picture:
    """A figure with its alternative text; shows itself in a notebook as a PNG of fixed bytes.

    `alt` is what the chart says, in its language; `caption` what it shows, for formats that number
    their figures; `narrow` draws it as wide as a phone; `pages` are its pieces where a printed page
    cannot hold it all.
    """

    figure: "Figure"
    alt: str
    caption: str = ""
    narrow: Callable[[], "Figure"] | None = None
    pages: tuple["Picture", ...] = ()

    def __post_init__(self) -> None:
        self.figure.alt = self.alt  # type: ignore[attr-defined]

    def png(self) -> bytes:
        """Return the picture as PNG bytes, equal for equal figures."""
        return png_bytes(self.figure)

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        width, height = self.figure.get_size_inches() * _SCREEN_DPI
        data = {"image/png": base64.b64encode(self.png()).decode("ascii"), "text/plain": self.alt}
        shown = {"width": round(width), "height": round(height), "caption": self.caption}
        bundle: dict[str, Any] = {**data}
        if self.narrow is not None:
            drawn = {"wide": self.figure, "narrow": self.narrow()}
            bundle[VECTOR_MIME] = {name: svg_text(figure) for name, figure in drawn.items()}
        if self.pages:
            bundle[PAGES_MIME] = [one._repr_mimebundle_() for one in self.pages]
        return bundle, {"image/png": shown}
