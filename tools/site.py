"""What the documentation site has besides the pages of docs/: a hook of mkdocs (`make docs`).

Tutorials are the notebooks themselves, run in each language, so that a page cannot say what the
code does not; the reference of commands is what the command line says of itself.
"""

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any, Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from nbformat import NotebookNode

from bcforecast.config import NOTEBOOKS_DIR
from bcforecast.reporting.execution import run_notebook
from bcforecast.text import LANGUAGES, Language

TUTORIALS: Final = (
    "00_start", "01_data", "02_goal", "05_track_record", "06_changes", "07_your_model",
)  # fmt: skip
"""Notebooks that teach; 03_plan is the report, and 04_scenarios has a tutorial of its own."""

_HEADS: Final[dict[Language, tuple[str, str, str]]] = {
    "en": ("Commands", "option", "what it says"),
    "zh": ("命令", "选项", "含义"),
}
_SUFFIX: Final = {"en": "", "zh": ".zh"}
_CHINESE: Final = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_PICTURES: Final = {"image/svg+xml": "svg", "image/png": "png"}
_COMMANDS: Final = """
import json, sys, typer
from bcforecast.cli.app import app
print(json.dumps([
    (name, command.help, [
        (", ".join(one.opts), one.metavar or "", one.help or "", bool(one.required))
        for one in command.params if getattr(one, "help", None)
    ])
    for name, command in typer.main.get_command(app).commands.items()
]))
"""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that are made, in each language."""
    for lang in LANGUAGES:
        for name in TUTORIALS:
            called = f"{name}{_SUFFIX[lang]}"
            executed = run_notebook(NOTEBOOKS_DIR / f"{name}.ipynb", {"lang": lang})
            page, pictures = tutorial(executed, lang, stem=called)
            files.append(File.generated(config, f"tutorials/{called}.md", content=page))
            for file, picture in pictures.items():
                files.append(File.generated(config, f"tutorials/{file}", content=picture))
        place = f"reference/commands{_SUFFIX[lang]}.md"
        files.append(File.generated(config, place, content=commands(lang)))
    return files


def tutorial(
    notebook: NotebookNode, lang: Language, *, stem: str
) -> tuple[str, dict[str, bytes | str]]:
    """Return an executed notebook as a page in one of its two languages, and its pictures."""
    written: list[str] = []
    pictures: dict[str, bytes | str] = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            written += told(cell.source, lang)
            continue
        if "injected-parameters" in cell.metadata.get("tags", ()):
            continue
        source = cell.source
        if "parameters" in cell.metadata.get("tags", ()):
            source = re.sub(r'(?m)^lang = ".*"', f'lang = "{lang}"', source)
        written.append(f"```python\n{source}\n```")
        for output in cell.get("outputs", ()):
            written += _shown(output, pictures, stem=stem)
    return "\n\n".join(written) + "\n", pictures


def told(source: str, lang: Language) -> Iterator[str]:
    """Return the paragraphs of a cell that are in a language; `A · B` has both, Chinese first."""
    for block in re.split(r"\n{2,}", source.strip()):
        plain = re.sub(r"`[^`]*`", "", block)
        head, both, rest = block.rpartition(" · ")
        if both and _CHINESE.search(head) and not _CHINESE.search(rest):
            marks = re.match(r"#+ (\d+ · )?", head)
            mark = marks[0] if marks else ""
            yield head if lang == "zh" else mark + rest
        elif bool(_CHINESE.search(plain)) == (lang == "zh"):
            yield block


def _shown(output: NotebookNode, pictures: dict[str, bytes | str], *, stem: str) -> Iterator[str]:
    """Return what a cell shows, in the first of the forms that a page can have."""
    if output.output_type == "stream":
        yield f"```text\n{output.text.rstrip()}\n```"
        return
    data: dict[str, Any] = output.get("data", {})
    for kind, ending in _PICTURES.items():
        if kind in data:
            file = f"{stem}-{len(pictures) + 1}.{ending}"
            pictures[file] = data[kind] if ending == "svg" else base64.b64decode(data[kind])
            said = output.metadata.get(kind, {}).get("alt") or data.get("text/plain", "")
            alt = " ".join(str(said).split())
            yield f'<p><img src="{file}" alt="{escape(alt, quote=True)}"></p>'
            return
    if "text/html" in data:
        # One line: to Markdown an empty one would end the block.
        yield f'<div class="output">{" ".join(data["text/html"].split())}</div>'
    elif "text/markdown" in data:
        yield data["text/markdown"]
    elif "text/plain" in data and "json" not in data["text/plain"]:
        yield f"```text\n{data['text/plain']}\n```"


def commands(lang: Language) -> str:
    """Return the page of all commands and their options, as `--help` tells them."""
    environment = os.environ | {"BCFORECAST_LANG": lang}
    made = subprocess.run(
        [sys.executable, "-c", _COMMANDS], env=environment, capture_output=True, check=True
    )
    title, option, meaning = _HEADS[lang]
    return "\n\n".join([f"# {title}", *_command_sections(json.loads(made.stdout), option, meaning)])


def _command_sections(found: Iterable[Any], option: str, meaning: str) -> Iterator[str]:
    for name, about, options in found:
        yield f"## bcforecast {name}\n\n{about}"
        rows = [
            f"| `{flags}{' ' * bool(value)}{value}` | {said.replace('|', '&#124;')} |"
            for flags, value, said, _ in options
        ]
        yield "\n".join((f"| {option} | {meaning} |", "|---|---|", *rows))
