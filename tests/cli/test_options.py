"""The terminal: how wide a table is, what the TAB key knows, what stands for what is not said."""

from unicodedata import east_asian_width

import pytest
from typer.testing import CliRunner

from bcforecast.cli.app import app

TIANJIN = ("goals", "--plan", "tianjin-2020-2022", "--as-of", "2020-12-31")


def columns(line):
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line)


def test_a_table_is_as_wide_as_columns_says_also_in_a_pipe_and_no_word_is_cut(shown, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    for lang in ("en", "zh"):
        out = shown(*TIANJIN, "--lang", lang)
        assert max(map(columns, out.splitlines())) <= 80
        assert "…" not in out
        assert ("Gazelle enterprises\n" in out) == (lang == "en")
    monkeypatch.setenv("COLUMNS", "40")
    lines = shown(*TIANJIN, "--lang", "zh").splitlines()
    assert max(map(columns, lines)) <= 40
    assert not [line for line in lines if line.endswith("10%")], "a head stands by its figure"
    monkeypatch.setenv("COLUMNS", "120")
    assert max(map(columns, shown(*TIANJIN).splitlines())) == 120
    monkeypatch.delenv("COLUMNS")
    assert max(map(columns, shown(*TIANJIN).splitlines())) > 120, "a pipe is wide"


@pytest.mark.parametrize(("command", "least"), [("goals", 512), ("report", 1536)])
def test_a_limit_of_memory_that_is_too_small_is_one_sentence(refused, monkeypatch, command, least):
    pytest.importorskip("resource")
    monkeypatch.setattr("resource.getrlimit", lambda _: ((least - 1) << 20, -1))
    assert f"{least - 1} MiB of memory at most" in refused(command)
    monkeypatch.setattr("resource.getrlimit", lambda _: (least << 20, -1))
    assert "memory" not in refused(command, "--nothing")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("goals --plan t", {"tianjin-2020-2022"}),
        ("goals --plan tianjin-2020-2022 --explain rd", {"rd_intensity"}),
        ("goals --plan beichen-2020-2022 --scenario m", {"measures-in-full"}),
        ("goals --plan tianjin-2020-2022 --model unicorns=e", {"unicorns=ets"}),
        ("seek --plan beichen-2020-2022 --lever contract_g", {"contract_growth"}),
        ("goals --plan nowhere --explain r", set()),
    ],
)
def test_the_tab_key_knows_what_can_stand_there(typed, offered):
    words = f"bcforecast {typed}"
    asked = {"_BCFORECAST_COMPLETE": "complete_bash", "COMP_WORDS": words}
    asked["COMP_CWORD"] = str(len(words.split()) - 1)
    told = CliRunner().invoke(app, [], prog_name="bcforecast", env=asked)
    assert set(told.output.split()) == offered


def test_without_a_command_it_says_what_to_do_first(shown):
    out = shown()
    assert "bcforecast goals --plan beichen-2020-2022" in out
    assert "Shipped plans: beichen-2020-2022, tianjin-2020-2022" in out


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("run", "r.yaml", "--wait=-1"), "--wait: found -1; allowed: a number from 0 to "),
        (("goals", "--seed", "x"), "--seed: found x; allowed: a whole number from 0 to "),
        *((("goals", "--seed", n), f"--seed: found {n}; ") for n in ("1_0", "１", " 1", "1.0")),
        *((("rules", "--y0", n), f"--y0: found {n}; allowed: a number") for n in ("1_0", "inf")),
        (("goals", "--seed", ""), "--seed: found nothing; allowed: a whole number from 0 to "),
        (("goals", "--lang", "fr"), "--lang: found fr; allowed: one of en, zh"),
        (("project", "--engine", "sp'ark"), "--engine: found sp'ark; allowed: one of local, dask"),
        (("new's",), "there is no such command: new's; "),
    ],
)
def test_a_value_that_an_option_cannot_have_is_told_as_it_was_typed(refused, typed, said):
    assert said in refused(*typed)


def test_a_folder_that_is_not_there_or_has_only_sets_is_said_without_a_plan(tmp_path, refused):
    assert "nowhere: no such folder" in refused("goals", "--data", "nowhere")
    (tmp_path / "plans").mkdir()
    for name in ("some.yaml", "some.csv"):
        (tmp_path / "plans" / name).write_text("{}", encoding="utf-8")
    assert "plan sets (for bcforecast areas --set): some" in refused("goals", "--data", tmp_path)
