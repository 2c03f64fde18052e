"""Elements of WordprocessingML, built from plain values; text in them is text and never markup."""

from __future__ import annotations

from typing import Any, Final

from docx.oxml import OxmlElement
from docx.oxml.ns import qn

Element = Any
"""An element of lxml; python-docx has no types for most of them."""

_RUN_PROPERTIES: Final = ("rStyle", "rFonts", "b", "bCs", "color", "sz", "shd")
"""In the order in which the schema wants them."""

_XML_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"


def element(tag: str, *children: Element, **attributes: str | int) -> Element:
    """Return an element of the main namespace.

    Parameters
    ----------
    tag
        Name without prefix, such as `p`.
    *children
        Elements that it holds, in order.
    **attributes
        In the main namespace; a value of True, False or a number as it is written in the file.

    Examples
    --------
    >>> element("jc", val="right").values()
    ['right']
    """
    made = OxmlElement(f"w:{tag}", attrs={qn(f"w:{k}"): str(v) for k, v in attributes.items()})
    made.extend(children)
    return made


def text_run(text: str, *properties: Element) -> Element:
    """Return a run that reads `text`; a tab or a line break in it is one."""
    made = element("r")
    if properties:
        made.append(element("rPr", *sorted(properties, key=_place_of)))
    for i, line in enumerate(text.split("\n")):
        if i:
            made.append(element("br"))
        for j, piece in enumerate(line.split("\t")):
            if j:
                made.append(element("tab"))
            if piece:
                said = element("t")
                said.text = piece
                said.set(_XML_SPACE, "preserve")
                made.append(said)
    return made


def resized(run: Element, half_points: int) -> None:
    """Give a run a size of type of its own."""
    properties = run.get_or_add_rPr()
    properties.append(element("sz", val=half_points))
    properties[:] = sorted(properties, key=_place_of)


def field(instruction: str, shown: str, *properties: Element) -> list[Element]:
    """Return the runs of a field with what it shows until it is next brought up to date.

    Parameters
    ----------
    instruction
        A field code of our own; never a text of the report.
    """
    return [*field_start(instruction), text_run(shown, *properties), field_end()]


def field_start(instruction: str) -> list[Element]:
    """Return the runs before what a field shows."""
    code = element("instrText")
    code.text = f" {instruction} "
    code.set(_XML_SPACE, "preserve")
    return [
        element("r", element("fldChar", fldCharType="begin")),
        element("r", code),
        element("r", element("fldChar", fldCharType="separate")),
    ]


def field_end() -> Element:
    """Return the run after what a field shows."""
    return element("r", element("fldChar", fldCharType="end"))


def _place_of(run_property: Element) -> int:
    return _RUN_PROPERTIES.index(run_property.tag.rpartition("}")[2])


def bookmarked(name: str, number: int, *inside: Element) -> list[Element]:
    """Return elements with a bookmark around them; `number` is its own in the document."""
    return [
        element("bookmarkStart", id=number, name=name),
        *inside,
        element("bookmarkEnd", id=number),
    ]


def paragraph(style: str, *inside: Element, properties: tuple[Element, ...] = ()) -> Element:
    """Return a paragraph in the style with this identifier."""
    return element("p", element("pPr", element("pStyle", val=style), *properties), *inside)
