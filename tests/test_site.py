"""The documentation site opens from its folder: whole links, search, both languages, no network."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from tools.site import TUTORIALS, told

ROOT = Path(__file__).parents[1]


BUILD = """
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from mkdocs.__main__ import cli
from bcforecast.config import NOTEBOOKS_DIR
from bcforecast.reporting import execution
from tools.golden import Golden, kept
from tools.site import TUTORIALS

run, golden = execution.run_notebook, {"zh": "", "en": "series"}

@cache
def in_english():
    files = [f"{name}.ipynb" for name in TUTORIALS if not kept(Golden(f"{name}.ipynb", "series"))]
    read = {name: execution.read_notebook(NOTEBOOKS_DIR / name) for name in files}
    cells = [cell for one in read.values() for cell in one.cells]
    first, *others = (c for c in cells if "parameters" in c.metadata.get("tags", []))
    for given in (first, *others):
        assert 'lang = "zh"' in given.source
        given.source = given.source.replace('lang = "zh"', 'lang = "en"')
    for given in others:  # a notebook declares its parameters in one cell
        given.metadata.tags = []
    with TemporaryDirectory() as folder:
        path = Path(folder, "all.ipynb")
        nbformat.write(nbformat.from_dict({**read[files[0]], "cells": cells}), path)
        shown = iter(run(path, {}).cells)
    return {name: nbformat.from_dict({**one, "cells": [next(shown) for _ in one.cells]})
            for name, one in read.items()}

execution.run_notebook = lambda path, given: (
    kept(Golden(path.name, golden[given["lang"]])) or in_english()[path.name])
cli()
"""
"""Builds pages; what a notebook shows is its golden, which `make test` compares, if it has one.

Those in English run one after the other in one kernel, which imports everything once.
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-c", BUILD, "build", "--quiet", "--strict", "--site-dir", folder]
    quiet = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    made = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    return folder


class Links(HTMLParser):
    """What a page leads to, what it loads, and the places in it."""

    def __init__(self, page):
        super().__init__()
        self.leads, self.loads, self.places = [], [], set()
        self.feed(page.read_text("utf-8"))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.places |= {given.get("id"), given.get("name")}
        if tag == "a" and given.get("href"):
            self.leads.append(given["href"])
        loaded = given.get("src") or (given.get("href") if tag == "link" else None)
        if loaded and given.get("rel") not in ("canonical", "next", "prev"):
            self.loads.append(loaded)


def test_every_link_leads_to_a_page_and_a_place_that_are_there_and_nothing_is_fetched(site):
    pages = {page: Links(page) for page in site.rglob("*.html")}
    assert len(pages) > 40
    wrong = []
    for page, found in pages.items():
        if page.name == "404.html":  # its links start at the root of a server
            continue
        wrong += [
            (page.name, one) for one in found.loads if urlsplit(one).scheme in ("http", "https")
        ]
        for link in found.leads + found.loads:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if not target.is_file():
                wrong.append((page.name, link))
            elif parts.fragment and target in pages:
                known = unquote(parts.fragment) in pages[target].places
                wrong += [] if known else [(page.name, link)]
    assert wrong == []


def test_tutorials_are_there_in_both_languages_each_with_its_own_words_and_outputs(site):
    for name in TUTORIALS:
        en, zh = (
            (site / f"tutorials/{name}{end}").read_text("utf-8") for end in (".html", ".zh.html")
        )
        body = re.compile(r"<article.*</article>", re.DOTALL)
        en, zh = body.search(en)[0], body.search(zh)[0]
        assert len(re.findall("[\u4e00-\u9fff]", re.sub("<[^>]*>", "", en))) < 30
        assert len(re.findall("[\u4e00-\u9fff]", zh)) > 100
        assert en.count("<img") == zh.count("<img")
        assert "Traceback" not in en + zh


def test_the_reference_names_every_command_in_both_languages(site):
    from bcforecast.cli.app import app

    names = {one.name or one.callback.__name__ for one in app.registered_commands}
    for end in (".html", ".zh.html"):
        page = (site / f"reference/commands{end}").read_text("utf-8")
        assert set(re.findall(r">bcforecast ([a-z]+)<", page)) == names


def test_search_finds_words_of_both_languages_from_the_folder(site, browser):
    index = json.loads((site / "search/search_index.json").read_text("utf-8"))
    assert set(index["config"]["lang"]) == {"en", "zh"}
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("/")
    for word in ("exponential", "举措"):
        page.locator("[data-md-component=search-query]").fill(word)
        page.keyboard.press("Shift")  # it looks when a key is let go
        page.locator(".md-search-result__item", has_text=word).first.wait_for(state="attached")
    page.close()


@pytest.mark.parametrize(
    ("lang", "wanted"),
    [
        ("zh", ["# 00 · 从哪里开始？", "说明 `a`。"]),
        ("en", ["# 00 · Where do I begin?", "Words, `名` too."]),
    ],
)
def test_a_cell_in_two_languages_is_told_in_one(lang, wanted):
    source = "# 00 · 从哪里开始？ · Where do I begin?\n\n说明 `a`。\n\nWords, `名` too."
    assert list(told(source, lang)) == wanted
