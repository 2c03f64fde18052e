"""The commands: what they print, and how a wrong input leaves them."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from bcforecast import cli, config, errors
from bcforecast.models.registry import parse_models
from bcforecast.rules.panel import rules

BEICHEN = ("--plan", "beichen-2020-2022", "--as-of", "2021-12-31")
OWN = dict(zip(range(2012, 2021), (310, 335, 362, 391, 420, 452, 470, 498, 513), strict=True))


@pytest.fixture
def own_data(tmp_path):
    """A copy of the data folder with nine synthetic yearly figures of a district's own."""
    folder = Path(shutil.copytree(config.DATA_DIR, tmp_path / "mydata"))
    with (folder / "sources.csv").open("a", encoding="utf-8", newline="") as file:
        file.write("own,Synthetic series for this test,bcforecast tests,,,compiled\n")
    kind = "enterprises,stock,official"
    for year, value in OWN.items():
        add(folder, f"beichen,hightech_enterprises,{year},{value},,,{kind},{year + 1}-03-01")
    return folder


def add(folder, row):
    with (folder / "observations.csv").open("a", encoding="utf-8", newline="") as file:
        file.write(f"{row},stated,own,synthetic\n")


def printed(run, *arguments):
    """The JSON that a command prints."""
    status, out, err = run(*arguments, "--format", "json")
    assert status == 0, err
    return json.loads(out)


def goals(run, *arguments):
    return {record["goal"]: record for record in printed(run, "goals", *arguments)}


def test_json_has_nine_goals_with_what_a_machine_needs_and_csv_the_same_numbers(run):
    records = goals(run, *BEICHEN)
    assert len(records) == 9
    status, out, _ = run("goals", *BEICHEN, "--format", "csv")
    rows = {row["goal"]: row for row in csv.DictReader(io.StringIO(out))}
    assert (status, rows.keys()) == (0, records.keys())
    for name, record in records.items():
        assert record.keys() >= FIELDS
        unset = record["grade"] == "U"
        assert (record["probability"] is None) == (record["q50"] is None) == unset
        assert (rows[name]["probability"] == "") == unset
        if not unset:
            given = pytest.approx(record["probability"], rel=1e-11)
            assert float(rows[name]["probability"]) == given
    assert records["hightech_enterprises"]["comparator"] == "more_than"
    platforms = records["innovation_platforms"]
    assert (platforms["grade"], platforms["verdict"]) == ("U", "unset")


def test_own_figures_raise_the_grade_and_narrow_the_interval(run, own_data):
    shipped = goals(run, *BEICHEN)["hightech_enterprises"]
    own = goals(run, *BEICHEN, "--data", own_data)["hightech_enterprises"]
    assert (shipped["grade"], own["grade"]) == ("C", "A")
    assert own["q90"] - own["q10"] < 0.5 * (shipped["q90"] - shipped["q10"])
    earlier = goals(run, *BEICHEN[:3], "2020-12-31")["tech_contract_value"]
    assert goals(run, *BEICHEN)["tech_contract_value"]["probability"] != earlier["probability"]


def test_the_table_speaks_the_language_asked_for_and_a_plan_can_be_a_path(run, shown, tmp_path):
    out = shown("goals", *BEICHEN, "--lang", "zh")
    assert all(words in out for words in ("高新技术企业", "突破530家", "暂不能判断"))
    mine = shutil.copy(config.DATA_DIR / "plans" / "tianjin-2020-2022.yaml", tmp_path / "mine.yaml")
    assert len(goals(run, "--plan", mine, "--as-of", "2020-12-31")) == 10


YEAR = ("--from", "2020-12-31", "--to", "2021-12-31")
NEWS = ("news", "--plan", "tianjin-2020-2022")
POVERTY = ("--y0", 14.5, "--t0", 2015, "--y", 10.2, "--t", 2023, "--target", 7.25, "--due", 2030)
EXPLAIN = ("goals", "--plan", "tianjin-2020-2022", "--as-of", "2020-12-31", "--explain")
SEEK = ("seek", *BEICHEN, "--goal", "hightech_enterprises")
FIELDS = {"goal", "indicator", "comparator", "target", "due", "probability", "grade", "verdict"}
FIELDS |= {"q10", "q50", "q90"}
NO_FOLDER = ": /nope: no such folder; a data folder laid out like data/ is needed\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("goals", "--plan", "nowhere", "--as-of", "2021-12-31"), "beichen-2020-2022"),
        (("goals", *BEICHEN[:3], "2021-13-01"), "2021-13-01"),
        *(((*command, "--data", "/nope"), NO_FOLDER) for command in (
            ("goals", *BEICHEN), (*NEWS, *YEAR), ("hindcast", "--plan", "beichen-2020-2022"),
            ("scenarios", *BEICHEN), ("report", *BEICHEN, "--lang", "en"),
        )),
        ((*EXPLAIN, "nothing"), "has no goal “nothing”"),
        ((*EXPLAIN, "unicorns", "--format", "csv"), "--explain is printed as table or json"),
        ((*NEWS, "--to", "2021-12-31"), "--from"),
        ((*NEWS, "--from", "soon", "--to", "2021-12-31"), "--from"),
        ((*NEWS, "--from", "2021-12-31", "--to", "later"), "--to"),
        (("rules", *POVERTY), "--direction"),
        (("goals", "--since", "2020-01-01"), "no option --since; `--help`"),
        (("rules", "--y0", 1, "--direction", "up"), "unless a --series is given: --t0, --y"),
        (("rules", "--series", "no.csv", "--direction", "up"), "no.csv"),
        ((*SEEK, "--by", "soon"), "--by"),
        ((*SEEK, "--by", "2030-12-31"), "2030"),
        ((*SEEK, "--scenario", "hope"), "hope"),
        (("explore", *BEICHEN, "--lang", "en", "--port", 0), "port"),
        (("explore", *BEICHEN, "--goal", "unicorns"), "unicorns"),
    ],
)  # fmt: skip
def test_a_wrong_input_gets_one_sentence_and_status_2(refused, arguments, says):
    assert says in refused(*arguments)


def test_check_names_every_problem_and_notes_figures_that_no_plan_uses(run, own_data):
    allowed = "a folder with observations.csv and sources.csv\n1 problem found\n"
    said = f"/nope: found no such folder; allowed: {allowed}"
    assert run("check", "--data", "/nope") == (2, "", said)
    status, out, _ = run("check")
    assert (status, "beichne" in out) == (0, False)
    noted = printed(run, "check")
    assert {one["severity"] for one in noted} == {"note"}
    assert all(one["row"] > 0 for one in noted)
    add(own_data, "beichne,hightech_enterprises,2020,500,,,enterprises,stock,official,2021-03-01")
    status, out, _ = run("check", "--data", own_data)
    assert (status, "beichne" in out) == (0, True)
    many = "hightech_enterprises,2020,500,,,enterprises,stock,official,2021-03-01"
    for n in range(150):
        add(own_data, f"a{n},{many}")
    out = run("check", "--data", own_data)[1]
    assert "no plan uses hightech_enterprises of a0, a1, a10 … (figures: 151)" in out
    for period, value in (("2021-13", "1"), ("2020", "x")):
        add(own_data, f"beichen,gdp,{period},{value},,,100M CNY,flow,official,2022-01-01")
    status, _, err = run("check", "--data", own_data)
    assert status == 2
    assert "2021-13" in err
    assert "value" in err
    assert "应为" in run("check", "--data", own_data, "--lang", "zh")[2]


def test_the_version_is_that_of_the_package(run):
    assert run("--version")[1].strip() == version("bcforecast")
    module = [sys.executable, "-P", "-m", "bcforecast", "--version"]
    shown = subprocess.run(module, check=True, capture_output=True, text=True)
    assert shown.stdout.strip() == version("bcforecast")


def test_a_second_interruption_while_the_first_is_told_is_told_too(monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    for name in ("_asked", "_say"):
        monkeypatch.setattr(sys.modules["bcforecast.cli.app"], name, interrupted)
    monkeypatch.setattr("sys.argv", ["bcforecast", "check", "--lang", "en"])
    monkeypatch.setattr("signal.signal", lambda *_: None)
    with pytest.raises(SystemExit, match="130"):
        cli.main()
    assert capsys.readouterr().err == "bcforecast: interrupted; nothing was written\n"


def test_the_model_of_an_indicator_can_be_chosen(run, refused):
    tianjin = ("--plan", "tianjin-2020-2022", "--as-of", "2020-12-31")
    _, out, err = run("goals", *tianjin, "--model", "tech_contract_value=ets", "--format", "csv")
    models = {row["goal"]: row["model"] for row in csv.DictReader(io.StringIO(out))}
    assert (models["tech_contract_value"], err) == ("ets", "")
    for command in (
        ("scenarios", *tianjin),
        ("seek", *tianjin, "--goal", "tech_contract_value"),
        ("hindcast", *tianjin),
        (*NEWS, *YEAR),
    ):
        said = refused(*command, "--model", "tech_contract_value=prophet")
        assert "there is no model prophet" in said, command


def test_chosen_models_are_read_and_wrong_choices_refused():
    assert parse_models(["a=ets", "b = theta", "a=ets"]) == {"a": "ets", "b": "theta"}
    for wrong in ("a", "=ets", "a="):
        with pytest.raises(errors.BcforecastError, match="an indicator and a model"):
            parse_models([wrong])
    with pytest.raises(errors.BcforecastError, match="a has a model already; found a=theta"):
        parse_models(["a=ets", "a=theta"])


TIANJIN = ("--plan", "tianjin-2020-2022")


def test_explain_shows_the_panel_the_pace_and_the_date_in_the_language_asked_for(run, shown):
    out = " ".join(shown(*EXPLAIN, "tech_contract_value").split())
    for words in ("German weather symbols", "30 provinces", "80% interval", "The judgements"):
        assert words in out
    record = printed(run, *EXPLAIN, "tech_contract_value", "--lang", "zh")
    panel, required = record["panel"], record["required"]
    assert (len(panel["rules"]), panel["disagreement"]) == (len(rules()), True)
    assert required["compared"]["areas"] == 30
    assert "30个省份" in required["text"][1]
    # What came out after 2020 is not compared with.
    assert required["compared"]["last_year"] == 2019
    assert "技术合同成交额" in record["reference_class"]["text"]


def test_news_of_a_year_has_every_goal_and_the_day_of_each_change(run):
    record = printed(run, *NEWS, *YEAR)
    assert len(record["goals"]) == 10
    # That day the first figure on the parks was published: a new grade whatever the model.
    assert "2021-12-29" in [c["day"] for c in record["status_changes"]]


def test_rules_print_value_and_label_of_every_rule_in_the_language_of_one_command(run, shown):
    records = printed(run, "rules", *POVERTY, "--direction", "down")
    assert (len(records), records[0]["label"]) == (len(rules()), "substantial")
    assert records[0]["value"] == pytest.approx(0.9526, abs=1e-4)
    assert "年均增速比法" in shown("rules", *POVERTY, "--direction", "down", "--lang", "zh")
    assert "CAGR" in shown("rules", *POVERTY, "--direction", "down")


def test_hindcast_of_tianjin_says_where_the_outcome_is_not_known(run, shown):
    said = " ".join(shown("hindcast", *TIANJIN).split())
    assert "The outcome of 6 of the 10 goals is not known yet" in said
    record = printed(run, "hindcast", *TIANJIN, "--as-of", "2021-06-30")
    assert (record["dates"], record["scores"]["all"]["goals"]) == (["2021-06-30"], 3)


@pytest.mark.parametrize(
    ("command", "width"), [([], "80"), (["report"], "80"), (["import"], "0"), (["import"], "²")]
)
def test_chinese_help_is_chinese_and_nothing_is_cut_off(command, width):
    own = {"PYTHONUTF8": "1", "COLUMNS": width}
    asked = [sys.executable, "-m", "bcforecast", *command, "--lang", "zh", "--help"]
    said = subprocess.run(asked, env=own, capture_output=True, encoding="utf-8", check=True).stdout
    assert "print every goal" not in said.lower(), "of the commands too"
    assert "选项" in said
    assert not re.findall(r"…|Usage|Options|\[required\]|Show this", said)


def test_the_table_of_scenarios_and_its_details_speak_both_languages(shown):
    said = {"en": ("Stretch", "Correlation of yearly growth"), "zh": ("冲刺", "相关系数")}
    for lang, (title, correlation) in said.items():
        out = shown("scenarios", *BEICHEN, "--lang", lang)
        assert (title in out, correlation in out) == (True, False)
        out = shown("scenarios", *BEICHEN, "--details", "--lang", lang)
        assert ({"en": "assumed", "zh": "假定"}[lang] in out, correlation in out) == (True, True)


def test_seek_tries_each_lever_alone_then_all_together_or_those_that_are_named(run, shown):
    answers = printed(run, *SEEK, "--probability", 0.5)
    assert [len(answer["levers"]) for answer in answers] == [1, 1, 1, 3]
    assert all(answer["feasible"] == (answer["reached"] >= 0.5) for answer in answers)
    levers = ("--lever", "renewal_rate", "--lever", "new_certifications")
    (answer,) = printed(run, *SEEK, "--probability", 0.45, *levers)
    assert set(answer["levers"]) == {"renewal_rate", "new_certifications"}
    assert answer["feasible"]
    assert "still below" in shown(*SEEK, "--probability", 0.99), "an answer, no error"


def test_by_takes_the_last_year_end_that_is_not_after_the_day(run):
    asked = (*SEEK, "--probability", 0.3, "--lever", "renewal_rate")
    (due,), (same,), (earlier,) = (
        printed(run, *asked, *by) for by in ((), ("--by", "2022-12-31"), ("--by", "2022-12-30"))
    )
    assert same == due
    assert earlier["before"] < due["before"]


def test_a_wrong_figure_stops_goals_and_names_its_place(refused, own_data):
    path = own_data / "observations.csv"
    before, bounds, after = path.read_text(encoding="utf-8").partition(",34700,34650,34750,")
    path.write_text(before + bounds.replace("34700", "34800") + after, encoding="utf-8")
    said = refused("goals", *BEICHEN, "--data", own_data)
    assert f"observations.csv, row {before.count(chr(10)) + 1}" in said
