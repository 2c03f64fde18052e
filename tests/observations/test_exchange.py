"""Files of other houses become figures of a plan, one chosen series each; nothing is guessed.

The files in `exchange/` are synthetic.
"""

import json
import os
import shutil
from pathlib import Path

import pandas as pd
import pytest

from bcforecast.errors import BcforecastError, ObservationError
from bcforecast.observations.exchange import read_tables
from bcforecast.observations.importing import import_file
from bcforecast.observations.reading import load_observations
from tests.words import WORDS

FILES = Path(__file__).parent / "exchange"
PLAN = """
id: p
area: here
indicators:
  - {id: emissions, names: {en: Emissions}, unit: 1990 = 100}
  - {id: leavers, names: {en: Leavers}, unit: "%"}
"""


@pytest.fixture
def data(planned):
    (planned / "plans" / "p.yaml").write_text(PLAN, encoding="utf-8")
    (planned / "figures.csv").write_text("code,2014\nleavers,13\n", encoding="utf-8")
    return planned


@pytest.fixture
def brought(data):
    """Figures and problems that a file brings into the data folder."""

    def bring(name, form, series, *, dry_run=False, **asked):
        chosen = {"where": {}, "folder": data, "series": series, **asked}
        path = name if isinstance(name, Path) else FILES / name
        tables = read_tables(path, form, **chosen)
        source = asked.get("source", "")
        found = import_file(path, data, tables=tables, source=source, dry_run=dry_run)
        problems = [one.render("en").replace(f"{path}", "FILE") for one in found.problems]
        return found, problems

    return bring


def figures(found):
    return [(one.figure.period.whole_year, one.figure.value) for one in found.figures]


TOTAL = {"display": "a) time series", "Bundesland": "", "sex": "total"}
LEAVERS = {"where": {"display": "a) time series", "sex": "total"}, "unit": ["percentage (%)=%"]}


def test_an_open_sdg_folder_brings_series_sources_and_units(brought, data):
    series = {"emissions": "13-1-a", "leavers": "4-1-a"}
    found, problems = brought(
        "open-sdg", "open-sdg", series, where=TOTAL, unit=["percentage (%)=%"]
    )
    assert problems == []
    emissions = [(2015, 80.5), (2016, 79.0), (2018, 75.25)]
    assert figures(found) == [*emissions, (2015, 12.5), (2016, 11.75), (2017, 11.5), (2018, 10.25)]
    assert found.figures[2].place == "data/indicator_13-1-a.csv!F5"
    known = load_observations(data)
    assert len(known.observations) == 8
    source = known.sources["set_13_1_a"]
    assert source.title.render("en") == "Emissions (CO2, synthetic)"
    assert (source.issuer.render("en"), source.url) == (
        "Synthetic Environment Agency", "https://example.org/emissions",
    )  # fmt: skip


def test_what_is_not_chosen_is_told_with_how_to_choose_it_and_nothing_is_written(brought, data):
    before = sorted(data.rglob("*"))
    _, problems = brought("open-sdg", "open-sdg", {"emissions": "13-1-a"})
    assert [one.partition(": ")[2] for one in problems] == [
        "several values are left: a) time series, b) target (max); "
        'allowed: one, chosen such as --where "display=a) time series"',
        'several values are left: "", aa, synthetic country (total); '
        'allowed: one, chosen such as --where "Bundesland="',
        'several values are left: "", S1; allowed: one, chosen such as --where "GeoCode="',
    ]
    assert sorted(p for p in data.rglob("*") if p.name != ".import.lock") == before


@pytest.mark.parametrize(
    ("series", "where", "told"),
    [
        ({}, {}, "no series chosen; allowed: --series INDICATOR=NAME"),
        ({"emissions": "13-1"}, {}, "found emissions=13-1; allowed: INDICATOR=NAME with one of: "),
        ({"emissions": ""}, {}, "found emissions=; allowed: INDICATOR=NAME with one of: 13-1-a,"),
        ({"leavers": "4-1-a"}, {**TOTAL, "sx": "f"}, "found sx; allowed: one of the columns"),
        ({"leavers": "4-1-a"}, {**TOTAL, "sex": "f"}, 'asks for "f"; allowed: one of female'),
        ({"leavers": "4-1-a"}, {**TOTAL, "Bundesland": ""}, "found Bundesland; allowed: "),
        ({"leavers": "4-1-a"}, {"display": "a) time series", "sex": "TOTAL"},
            'found the unit “percentage (%)” for leavers; allowed: that of the plan, %; '
            'if they are the same, say --unit "percentage (%)=%"',
        ),
    ],
)  # fmt: skip
def test_a_wrong_choice_is_one_sentence_with_what_there_is(brought, series, where, told):
    found, problems = brought("open-sdg", "open-sdg", series, where=where)
    assert any(told in one for one in problems), problems
    assert figures(found) == []  # nothing that --skip-bad would leave to be written


@pytest.mark.parametrize("name", ["sdmx-1.csv", "sdmx-2.csv"])
def test_sdmx_csv_of_both_versions_brings_a_series_and_how_firm_it_is(brought, name):
    column = "geo" if name == "sdmx-1.csv" else "REF_AREA"
    where = {column: "AA"} | ({"unit": "PC"} if name == "sdmx-1.csv" else {})
    unit = ["PC=%"] if name == "sdmx-1.csv" else ["PT=%"]
    found, problems = brought(name, "sdmx-csv", {"leavers": ""}, where=where, unit=unit)
    assert problems == []
    if name == "sdmx-2.csv":
        assert figures(found) == [(2015, 12.5)]
        return
    assert figures(found) == [(2015, 12.5), (2016, 11.75), (2017, 11.5)]
    assert [(str(f.figure.status), str(f.cells["note"])) for f in found.figures] == [
        ("official", ""), ("official", "OBS_STATUS b"), ("preliminary", "OBS_STATUS p"),
    ]  # fmt: skip
    assert found.rows["sources"][0]["issuer"] == "SYN"
    assert found.figures[2].place == "G4"


def test_a_multiplier_is_part_of_the_unit_and_never_multiplied(brought):
    _, problems = brought("sdmx-labels.csv", "sdmx-csv", {"leavers": ""}, where={"GEO": "aland"})
    assert "found the unit “PS x 10^3” for leavers" in problems[0]
    _, problems = brought("sdmx-labels.csv", "sdmx-csv", {"leavers": ""})
    assert (
        'left: AA: Aland, BB: Beland; allowed: one, chosen such as --where "GEO=AA"' in problems[0]
    )


def test_json_stat_is_read_by_number_and_by_code_or_label(brought):
    asked = {"where": {"GEO": "Aland", "sex": "T"}}
    found, problems = brought("json-stat.json", "json-stat", {"leavers": ""}, **asked)
    assert (figures(found), problems) == ([(2015, 12.5), (2017, 11.5)], [])
    assert [str(one.figure.status) for one in found.figures] == ["official", "preliminary"]
    assert [one.place for one in found.figures] == ["value[3]", "value[5]"]
    source = found.rows["sources"][0]
    assert (source["issuer"], source["published"]) == ("Synthetic Statistical Office", "2026-02-01")
    _, problems = brought("json-stat.json", "json-stat", {"leavers": ""}, where={"geo": "CC"})
    assert problems[0].endswith('asks for "CC"; allowed: one of AA: Aland, BB: Beland')


def test_a_status_that_is_a_word_is_kept_and_not_read_letter_by_letter(brought, tmp_path):
    path = tmp_path / "x.json"
    text = (FILES / "json-stat.json").read_text(encoding="utf-8")
    path.write_text(text.replace('"5": "p"', '"5": "definition differs", "3": "bep"'))
    where = {"geo": "AA", "sex": "T"}
    found, _ = brought(path, "json-stat", {"leavers": ""}, where=where)
    assert [(str(one.figure.status), one.cells["note"]) for one in found.figures] == [
        ("preliminary", "OBS_STATUS bep"), ("official", "OBS_STATUS D"),
    ]  # fmt: skip
    words = {"p": "preliminary", "Estimated": "preliminary", "final": "official"}
    for word, firm in {**words, "F: Forecast value": "expected", "Projected": "expected"}.items():
        path.write_text(text.replace('{"5": "p"}', f'"{word}"'), encoding="utf-8")
        found, _ = brought(path, "json-stat", {"leavers": ""}, where=where, dry_run=True)
        assert [one.cells["status"] for one in found.figures] == [firm, firm]


def test_a_choice_that_is_proposed_is_one(brought, tmp_path):
    other = Path(shutil.copytree(FILES / "open-sdg", tmp_path / "other"))
    file = other / "data" / "indicator_4-1-a.csv"
    text = file.read_text().replace("total", "all: both").replace("female", "all: women")
    file.write_text(text)
    where = {"display": "a) time series"}
    _, problems = brought(other, "open-sdg", {"leavers": "4-1-a"}, where=where)
    assert problems[0].endswith('--where "sex=all: both"')
    asked = {"where": {**where, "sex": "all: both"}, "unit": LEAVERS["unit"]}
    found, problems = brought(other, "open-sdg", {"leavers": "4-1-a"}, **asked)
    assert (len(found.figures), problems) == (4, [])


def test_an_import_done_twice_adds_nothing(brought):
    for change in ("new", "same"):
        found, problems = brought("open-sdg", "open-sdg", {"leavers": "4-1-a"}, **LEAVERS)
        assert ([one.change for one in found.figures], problems) == ([change] * 4, [])


def test_a_unit_with_a_sign_of_equality_is_said_as_it_is_told(brought, tmp_path):
    other = Path(shutil.copytree(FILES / "open-sdg", tmp_path / "other"))
    file = other / "data" / "indicator_13-1-a.csv"
    file.write_text(file.read_text().replace("1990 = 100", "Index (1990=100)"))
    where = {"display": "a) time series", "Bundesland": ""}
    _, problems = brought(other, "open-sdg", {"emissions": "13-1-a"}, where=where)
    (told,) = problems
    said = told.partition('--unit "')[2].removesuffix('"')
    assert said == "Index (1990=100)=1990 = 100"
    _, problems = brought(other, "open-sdg", {"emissions": "13-1-a"}, where=where, unit=[said])
    assert problems == []


def test_metadata_may_say_nothing_but_must_be_readable(brought, tmp_path):
    other = Path(shutil.copytree(FILES / "open-sdg", tmp_path / "other"))
    for text, told in (("", "does not say who issued"), ("[1, 2]", "cannot be read as metadata")):
        (other / "meta" / "4-1-a.yml").write_text(text, encoding="utf-8")
        try:
            _, problems = brought(other, "open-sdg", {"leavers": "4-1-a"}, **LEAVERS)
        except ObservationError as error:
            problems = [str(error)]
        assert told in problems[0]


def test_a_source_of_the_folder_may_stand_for_the_files(brought):
    found, _ = brought("open-sdg", "open-sdg", {"leavers": "4-1-a"}, **LEAVERS, source="own")
    assert ({one.figure.source for one in found.figures}, found.rows) == ({"own"}, {})


def json_stat(**change):
    return json.dumps({**json.loads((FILES / "json-stat.json").read_text("utf-8")), **change})


@pytest.mark.parametrize(
    ("form", "text", "told"),
    [
        ("sdmx-csv", "a,b\n1,2\n", "is no SDMX-CSV"),
        ("sdmx-csv", "DATAFLOW,GEO,TIME_PERIOD\nx,y,2015\n", "is no SDMX-CSV"),
        ("sdmx-csv", "DATAFLOW,G,G,TIME_PERIOD,OBS_VALUE\nx,y,z,2015,1\n", "is no SDMX-CSV"),
        ("json-stat", "{", "is no JSON-stat 2.0 dataset"),
        ("json-stat", '{"class": "collection", "version": "2.0"}', "is no JSON-stat 2.0 dataset"),
        ("json-stat", json_stat().replace('"AA"', "null", 1), "is no JSON-stat"),
        ("json-stat", "[" * 100_000, "is no JSON-stat 2.0 dataset"),
        ("json-stat", json_stat(size=[2, 2, 2]), "is no JSON-stat"),
        ("json-stat", json_stat(size=[2, 2, 3], value={"12": 1}), "is no JSON-stat"),
        ("json-stat", json_stat(role={}, id=["geo", "sex", "when"]), "is no JSON-stat"),
        ("json-stat", json_stat(value=5), "is no JSON-stat"),
        ("json-stat", json_stat().replace('"value"', '"size": [2, 2, 3], "value"'), "is no JSON"),
        ("open-sdg", "Year,Wert\n2015,1\n", "is no Open SDG data"),
    ],
)
def test_a_file_that_is_not_of_its_form_is_refused(data, tmp_path, form, text, told):
    path = tmp_path / "x"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ObservationError, match=told):
        read_tables(path, form, folder=data, series={"leavers": ""}, where={}, unit=())


@pytest.mark.parametrize("part", ["", "data/4-1-a.csv", "comb/4-1-a.json"])
def test_a_built_open_sdg_site_is_read_like_its_data(brought, tmp_path, part, monkeypatch):
    site = tmp_path / "site" / "en"
    for folder in ("data", "comb", "meta"):
        (site / folder).mkdir(parents=True)
    table = FILES / "open-sdg" / "data" / "indicator_4-1-a.csv"
    columns = pd.read_csv(table, dtype=str, keep_default_na=False).replace("", None)
    combined = json.dumps({"data": columns.to_dict("list")})
    (site / "comb" / "4-1-a.json").write_text(combined, encoding="utf-8")
    (site / "meta" / "4-1-a.json").write_text('{"source_organisation_1": "S"}', encoding="utf-8")
    shutil.copy(table, site / "data" / "4-1-a.csv")
    asked = {"where": LEAVERS["where"], "unit": LEAVERS["unit"], "dry_run": True}
    monkeypatch.chdir((site / part).parent)
    found, problems = brought(Path((site / part).name), "open-sdg", {"leavers": "4-1-a"}, **asked)
    assert problems == []
    assert figures(found) == [(2015, 12.5), (2016, 11.75), (2017, 11.5), (2018, 10.25)]
    with pytest.raises(ObservationError, match=r"such folders are \S*/site/en$"):
        brought(site.parent, "open-sdg", {"leavers": "4-1-a"}, **asked)


@pytest.mark.parametrize("name", ["x.json", "data/indicator_1.csv", "meta/1.md", "meta/1.yml"])
def test_a_pipe_is_refused_and_not_waited_for(data, tmp_path, name):
    for part in ("data", "meta"):
        (tmp_path / part).mkdir(exist_ok=True)
    (tmp_path / "data" / "indicator_1.csv").write_text("Year,Value\n2015,1\n", encoding="utf-8")
    (tmp_path / name).unlink(missing_ok=True)
    os.mkfifo(tmp_path / name)
    path, form = (tmp_path / name, "json-stat") if name == "x.json" else (tmp_path, "open-sdg")
    with pytest.raises(BcforecastError, match=f"{Path(name).name}: found a pipe"):
        read_tables(path, form, folder=data, series={"leavers": ""}, where={}, unit=())


def test_the_period_may_stand_in_the_last_column(brought, tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("DATAFLOW,GEO,OBS_VALUE,TIME_PERIOD\nS:L(1),AA,5,2015\n", encoding="utf-8")
    found, problems = brought(path, "sdmx-csv", {"leavers": ""})
    assert (figures(found), problems) == ([(2015, 5.0)], [])


def test_a_period_that_is_none_is_told_by_its_row(brought, tmp_path):
    path = tmp_path / "x.csv"
    text = (FILES / "sdmx-1.csv").read_text(encoding="utf-8")
    path.write_text(text.replace("AA,2017", "AA,2017-S1"), encoding="utf-8")
    where = {"geo": "AA", "unit": "PC"}
    _, problems = brought(path, "sdmx-csv", {"leavers": ""}, where=where, unit=["PC=%"])
    assert problems[0].startswith('FILE, row 4: found the period "2017-S1"; allowed: 2021 (a year)')


ROWS = "DATAFLOW,ACTION,FREQ,TIME_PERIOD,OBS_VALUE,OBS_STATUS,SEX,unit_mult\nS:L(1),"


@pytest.mark.parametrize(("rows", "told"), WORDS["sdmx_rows"])
def test_a_row_of_sdmx_csv_is_a_figure_of_the_series_or_told(brought, tmp_path, rows, told):
    path = tmp_path / "x.csv"
    path.write_text(ROWS + rows + "\n", encoding="utf-8")
    found, problems = brought(path, "sdmx-csv", {"leavers": ""})
    assert [one for one in problems if not (told and told in one)] == []
    assert len(problems) == bool(told)
    assert [f.figure.value for f in found.figures if not told] == [5] * (
        not told and "N" not in rows
    )


@pytest.mark.parametrize(
    ("head", "one", "other", "told"),
    [
        ("INDUSTRY", "A", "B", "column INDUSTRY: several values are left: A, B"),
        ("Frequency", "Q", "Q", "found FREQ=Q, 2015"),
        ("UNIT MULT", "6", "6", "found the unit “x 10^6”"), ("Scale", "Mio", "Mio", "“x Mio”"),
        ("Unit of measure", "persons", "persons", "found the unit “persons” for leavers"),
        ("Time period", "", "2014", 'row 3: found the period "2016: 2014"'),
        ("COMMENT", "new", "newer", ""), ("OBS_CONF", "F", "C", ""), ("KIND", "a", "b", ""),
    ],
)  # fmt: skip
def test_a_column_behind_the_value_means_what_it_is_called(
    brought, tmp_path, head, one, other, told
):
    path = tmp_path / "x.csv"
    rows = f"DATAFLOW,OBS_VALUE,TIME_PERIOD,{head}\nS:L(1),5,2015,{one}\nS:L(1),6,2016,{other}\n"
    path.write_text(rows, encoding="utf-8")
    found, problems = brought(path, "sdmx-csv", {"leavers": ""})
    assert (told in " ".join(problems), bool(problems)) == (True, bool(told))
    assert figures(found) == [(2015, 5), (2016, 6)] or told
    named = [one.render("en") for one in found.notes]
    assert named == ["Columns that were not read: KIND."] * (head == "KIND")


def test_what_the_plan_calls_a_unit_is_said_of_one_that_there_is(brought):
    for said in ("PC", "PC=", "XY=%", "PC=persons"):
        where = {"geo": "AA", "unit": "PC"}
        asked = {"where": where, "unit": ["PC=%", said]}
        found, problems = brought("sdmx-1.csv", "sdmx-csv", {"leavers": ""}, **asked)
        told = f'found --unit "{said}"; allowed: FOUND=OURS, as the file and the plan call it: PC=%'
        assert (problems, figures(found)) == ([f"FILE: {told}"], [])


def test_a_column_that_tells_rows_of_a_year_apart_is_a_dimension_and_can_be_chosen(
    brought, tmp_path
):
    path = tmp_path / "x.csv"
    path.write_text("DATAFLOW,TIME_PERIOD,OBS_VALUE,KIND\nS:L(1),2015,5,a\nS:L(1),2015,9,b\n")
    _, problems = brought(path, "sdmx-csv", {"leavers": ""})
    assert "column KIND: several values are left: a, b" in problems[0]
    found, problems = brought(path, "sdmx-csv", {"leavers": ""}, where={"KIND": "b"})
    assert (figures(found), problems) == ([(2015, 9)], [])


@pytest.mark.parametrize("mark", ["\x1b[31m", "\u202e", "\0"])
def test_what_no_file_may_hold_comes_into_none(brought, data, tmp_path, mark):
    (tmp_path / "x.json").write_text(json_stat(source=f"Office{mark}"), encoding="utf-8")
    asked = {"where": {"geo": "AA", "sex": "T"}}
    with pytest.raises(ObservationError, match="cell A2: found"):
        brought(tmp_path / "x.json", "json-stat", {"leavers": ""}, **asked)
    assert len(load_observations(data).observations) == 1


GEO = {"geo": {"category": {"index": ["AA", "BB"], "unit": {"AA": {"base": "thousand"}}}}}
NOT_A_YEAR = ("2015-2017", "Jan-Sep 2015", "2015 Q4", "FY2015", "2015 (forecast)", "2016")
DIMS = json.loads((FILES / "json-stat.json").read_text("utf-8"))["dimension"]


def labelled(label):
    years = {"index": ["2015", "2016", "2017"], "label": {"2015": label}}
    return {"value": {"3": 12.5}, "dimension": DIMS | {"time": {"category": years}}}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"dimension": DIMS | GEO}, "found the unit “thousand” for leavers"),
        ({"value": {"3": 12.5}, "status": [".."]}, "found OBS_STATUS .., 12.5; allowed: no value"),
        *((labelled(one), f'found the period "2015: {one}"; allowed') for one in NOT_A_YEAR),
        (labelled("2015年"), ""),
        ({"status": {"12": "p"}}, "is no JSON-stat"), ({"value": {"3": 1, "03": 2}}, "is no JSON"),
        ({"value": [1] * 11}, "is no JSON-stat"), ({"status": ["p"] * 11}, "is no JSON-stat"),
        ({"value": "1" * 12}, "is no JSON-stat"), ({"status": {"3": {}}}, "is no JSON-stat"),
        ({"dimension": DIMS | {"geo": {"category": {"index": ["AA", "BB"],
            "unit": {"AA": {"label": ["persons"]}}}}}}, "found the unit “['persons']” for leavers"),
        ({"dimension": DIMS | {"geo": {"category": {"index": {"AA": 0, "BB": 0}}}}}, "is no JSON"),
        ({"value": {"3": 12.5}, "where": {"geo": "AA"}}, "are there of T: Total alone"),
        ({"value": {"3": 12.5}, "extension": {"geo": "BB"}}, ""),
    ],
)  # fmt: skip
def test_a_cell_of_json_stat_is_what_the_whole_file_says_it_is(brought, tmp_path, change, told):
    (tmp_path / "x.json").write_text(json_stat(**change), encoding="utf-8")
    asked = {"where": change.get("where", {"geo": "AA", "sex": "T"})}
    try:
        found, problems = brought(tmp_path / "x.json", "json-stat", {"leavers": ""}, **asked)
        assert told or figures(found) == [(2015, 12.5)]
    except ObservationError as error:
        problems = [str(error)]
    assert (told in " ".join(problems), bool(problems)) == (True, bool(told))


@pytest.mark.parametrize(
    ("heads", "cells", "told"),
    [
        ("Sex", "f", "Sex: figures are there of f alone, which need not be the whole; allowed: "),
        ("GeoCode", "S1", 'that, chosen such as --where "GeoCode=S1"'),
        ("Units,Unit multiplier", "%,Thousands", "found the unit “% x Thousands” for leavers"),
        ("Series,Units,Unit multiplier,Observation status", "all leavers,%,Units,A", ""),
    ],
)
def test_of_an_open_sdg_file_a_headline_alone_needs_no_choice(
    brought, tmp_path, heads, cells, told
):
    other = Path(shutil.copytree(FILES / "open-sdg", tmp_path / "other"))
    rows = f"Year,{heads},Value\n2015,{cells},5\n"
    (other / "data" / "indicator_4-1-a.csv").write_text(rows, encoding="utf-8")
    found, problems = brought(other, "open-sdg", {"leavers": "4-1-a"})
    assert (figures(found), told in " ".join(problems)) == ([(2015, 5)] * (not told), True)
