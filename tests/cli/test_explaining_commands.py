"""The commands that explain: goals --explain, news, rules, hindcast."""

import json
import subprocess
import sys

import pytest

from bcforecast.rules.panel import rules

Said = tuple[int, str, str]
TIANJIN = ("--plan", "tianjin-2020-2022")
YEAR = ("--from", "2020-12-31", "--to", "2021-12-31")
POVERTY = ("--y0", 14.5, "--t0", 2015, "--y", 10.2, "--t", 2023, "--target", 7.25, "--due", 2030)


def test_explain_shows_the_panel_the_pace_and_the_date(run):
    status, out, _ = run(
        "goals", *TIANJIN, "--as-of", "2020-12-31", "--explain", "tech_contract_value"
    )
    assert status == 0
    for words in ("German weather symbols", "31 provinces", "80% interval", "The judgements"):
        assert words in out


def test_explain_as_json_speaks_the_language_asked_for(run):
    options = ("--explain", "tech_contract_value", "--format", "json", "--lang", "zh")
    status, out, _ = run("goals", *TIANJIN, "--as-of", "2020-12-31", *options)
    record = json.loads(out)
    assert status == 0
    assert len(record["panel"]["rules"]) == len(rules())
    assert record["panel"]["disagreement"] is True
    assert record["required"]["compared"]["areas"] == 31
    assert "31个省份" in record["required"]["text"][1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--explain", "nothing"), "has no goal “nothing”"),
        (("--explain", "unicorns", "--format", "csv"), "--explain is printed as table or json"),
    ],
)
def test_what_cannot_be_explained_is_said_in_one_sentence(run, options, words):
    status, out, err = run("goals", *TIANJIN, "--as-of", "2020-12-31", *options)
    assert (status, out) == (2, "")
    assert words in err
    assert len(err.strip().splitlines()) == 1


def test_news_of_a_year_adds_up(run):
    status, out, _ = run("news", *TIANJIN, *YEAR, "--format", "json")
    record = json.loads(out)
    assert status == 0
    assert len(record["goals"]) == 10
    for goal in record["goals"]:
        parts = [part["change"] for part in goal["parts"].values()]
        if goal["change"] is None:
            assert parts == [None] * 4
        else:
            assert sum(parts) == pytest.approx(goal["change"], abs=1e-9)
    # That day the first figure on the parks was published: a new grade whatever the model.
    assert "2021-12-29" in [c["day"] for c in record["status_changes"]]


def test_news_as_tables_has_the_log_below_or_says_that_there_is_none(run):
    status, out, _ = run("news", *TIANJIN, *YEAR)
    assert status == 0
    assert "Goals whose word or grade changed" in out
    status, out, _ = run("news", *TIANJIN, "--from", "2021-01-01", "--to", "2021-01-02")
    assert status == 0
    assert "No goal changed its word or its grade." in out


def test_news_can_start_from_an_earlier_report(run, tmp_path):
    goals = [{"id": "tech_contract_value", "probability": 0.9, "verdict": "verdict.likely"}]
    document = {
        "plan": {"id": "tianjin-2020-2022"},
        "as_of": "2020-12-31",
        "scenario": "baseline",
        "goals": [{**goals[0], "grade": "A"}],
    }
    path = tmp_path / "result.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    options = ("--previous", path, "--to", "2021-12-31", "--format", "json")
    status, out, _ = run("news", *TIANJIN, *options)
    (goal,) = (g for g in json.loads(out)["goals"] if g["goal"] == "tech_contract_value")
    assert status == 0
    assert goal["before"]["probability"] == 0.9
    assert goal["parts"]["model"]["change"] != 0
    parts = sum(part["change"] for part in goal["parts"].values())
    assert parts == pytest.approx(goal["change"], abs=1e-9)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--to", "2021-12-31"), "news needs --from, or --previous"),
        (("--from", "soon", "--to", "2021-12-31"), "--from"),
        (("--from", "2021-12-31", "--to", "later"), "--to"),
        (("--from", "2022-12-31", "--to", "2021-12-31"), "must not be after"),
        (("--previous", "no.json", "--to", "2021-12-31"), "no.json"),
    ],
)
def test_wrong_dates_and_reports_are_said_in_one_sentence(run, options, words):
    status, out, err = run("news", *TIANJIN, *options)
    assert (status, out) == (2, "")
    assert words in err


def test_rules_print_value_and_label_of_every_rule(run):
    status, out, _ = run("rules", *POVERTY, "--direction", "down", "--format", "json")
    records = json.loads(out)
    assert status == 0
    assert len(records) == len(rules())
    assert records[0]["label"] == "substantial"
    assert records[0]["value"] == pytest.approx(0.9526, abs=1e-4)
    status, out, _ = run("rules", *POVERTY, "--direction", "down", "--lang", "zh")
    assert status == 0
    assert "年均增速比法" in out


def test_rules_take_a_series_from_a_file(run, tmp_path):
    path = tmp_path / "series.csv"
    rows = [f"{2015 + i},{14.5 - 0.5 * i}" for i in range(9)]
    path.write_text("\n".join(["year,value", *rows]) + "\n", encoding="utf-8")
    options = ("--series", path, "--target", 7.25, "--due", 2030, "--direction", "down")
    status, out, _ = run("rules", *options, "--format", "json")
    records = {(r["rule"], r["variant"]): r for r in json.loads(out)}
    assert status == 0
    assert records["weather", "five_changes"]["label"] == "sun"
    assert records["linear", "since_base"]["projected"] == pytest.approx(7.0)
    status, _, err = run("rules", *options, "--y", 3)
    assert status == 2
    assert "not together with --series: --y" in err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ((*POVERTY,), "direction"),
        ((*POVERTY, "--direction", "sideways"), "sideways"),
        (("--y0", 1, "--direction", "up"), "still needed, unless a --series is given: --t0, --y"),
        (("--series", "no.csv", "--direction", "up"), "no.csv"),
        ((*POVERTY, "--direction", "down", "--comparator", "about"), "about"),
    ],
)
def test_figures_that_no_rule_can_judge_are_said_in_one_sentence(run, options, words):
    status, out, err = run("rules", *options)
    assert (status, out) == (2, "")
    assert words in err
    assert len(err.strip().splitlines()) == 1


def test_hindcast_of_tianjin_says_where_the_outcome_is_not_known(run):
    status, out, _ = run("hindcast", *TIANJIN)
    assert status == 0
    assert "Of 6 of the 10 goals the outcome is not known" in " ".join(out.split())
    status, out, _ = run("hindcast", *TIANJIN, "--as-of", "2021-06-30", "--format", "json")
    record = json.loads(out)
    assert status == 0
    assert record["dates"] == ["2021-06-30"]
    assert record["scores"]["all"]["goals"] == 4


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_command_has_help_in_both_languages(lang):
    """The language of the help is fixed when the program starts, so it starts anew."""
    script = (
        "from typer.testing import CliRunner; from bcforecast.cli import app\n"
        "for name in ('news', 'rules', 'hindcast'):\n"
        "    print(CliRunner().invoke(app, [name, '--help']).output, end='----')"
    )
    found = subprocess.run(
        [sys.executable, "-c", script],
        env={"BCFORECAST_LANG": lang, "PYTHONUTF8": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    news, rules, hindcast, _ = found.stdout.split("----")
    words = {"en": ("As-of", "Base year", "scor"), "zh": ("截止日", "基年", "评分")}[lang]
    for said, word in zip((news, rules, hindcast), words, strict=True):
        assert word.lower() in said.lower()
