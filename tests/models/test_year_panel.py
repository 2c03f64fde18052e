"""Series of months, quarters and years become years, and the year in hand is forecast from both."""

import numpy as np
import pandas as pd
import pytest

from bcforecast.errors import ModelError
from bcforecast.models.growth import SHORT, growth_of
from bcforecast.models.panel import forecast_panel, forecast_years
from bcforecast.models.trend import Trend
from bcforecast.models.within_year import WithinYear
from bcforecast.observations.parts import YearPart
from bcforecast.observations.selection import History

YEARS = {2015: 100.0, 2016: 104.0, 2017: 107.0, 2018: 112.0, 2019: 115.0, 2020: 120.0}


def frame(*rows, name="a"):
    return pd.DataFrame([{"unique_id": name, "ds": ds, "y": y} for ds, y in rows])


def yearly(name="a"):
    return frame(*((str(year), y) for year, y in YEARS.items()), name=name)


def months(year, total, known=12):
    return frame(*((f"{year}-{m:02d}", total / 12) for m in range(1, known + 1)))


def test_complete_years_are_forecast_as_a_panel_of_years_is():
    of_years = pd.concat([yearly("a"), yearly("b")])
    found, years = forecast_years(of_years, 2)
    plain = forecast_panel(of_years.astype({"ds": int}), 2)
    pd.testing.assert_frame_equal(found.drop(columns="year"), plain)
    assert found["year"].tolist() == [2021, 2022, 2021, 2022]
    assert years["ds"].tolist() == [*YEARS, *YEARS]


def test_months_and_quarters_make_years_and_the_rest_a_year_in_hand():
    quarters = frame(*((f"2020Q{q}", 30.0) for q in (1, 2, 3, 4)))
    parts = [yearly().iloc[:4], months(2019, 115.0), quarters, months(2021, 126.0, known=6)]
    found, years = forecast_years(pd.concat(parts), 2, quantiles=[0.1, 0.5, 0.9])
    np.testing.assert_allclose(years["y"], list(YEARS.values()))
    assert found["year"].tolist() == [2021, 2022]
    figures = np.full((3, 4), np.nan)
    figures[0], figures[1], figures[2, :2] = 115.0 / 4, 30.0, 126.0 / 4
    half = YearPart(2021, 6, 63.0, past={2019: 57.5, 2020: 60.0}, figures=figures)
    history = History.of(list(YEARS), list(YEARS.values()), support=(0.0, np.inf))
    expected = WithinYear(Trend(SHORT), half).fit(history, 2).quantile([0.1, 0.5, 0.9])
    np.testing.assert_allclose(found[["q0.1", "q0.5", "q0.9"]].to_numpy(), expected.T, rtol=1e-9)
    assert found["mean"].iloc[0] == pytest.approx(found["q0.5"].iloc[0], rel=0.01)


def test_targets_count_years_after_the_last_complete_one():
    rows = pd.concat([yearly(), months(2021, 126.0, known=11)])
    targets = pd.DataFrame(
        {
            "unique_id": "a",
            "h": [1, 1, 1, 3],
            "comparator": ["at_least", "more_than", "at_most", "at_least"],
            "target": [115.0, 115.0, 115.0, 150.0],
        }
    )
    (_, wanted), _ = forecast_years(rows, 1, targets=targets)
    assert wanted["year"].tolist() == [2021, 2021, 2021, 2023]
    chances = wanted["probability"].to_numpy()
    assert chances[:3].tolist() == [1.0, 1.0, 0.0]
    assert 0.0 < chances[3] < 0.5
    # Rows are told apart by their place, whatever a caller's index calls them.
    (_, again), _ = forecast_years(rows, 1, targets=targets.set_index(pd.Index([7, 3, 5, 0])))
    np.testing.assert_array_equal(again["probability"], chances)


def test_what_a_year_is_of_its_months_can_be_said():
    rows = pd.concat([yearly(), months(2020, 1.0).iloc[:0], frame(("2021-03", 125.0))])
    stock, _ = forecast_years(rows, 1, how="last")
    rate, _ = forecast_years(
        pd.concat([yearly(), frame(("2021-01", 125.0), ("2021-02", 125.0), ("2021-03", 125.0))]),
        1,
        how="mean",
    )
    none, _ = forecast_years(rows, 1, how="sum")
    plain, _ = forecast_years(yearly(), 1)
    np.testing.assert_array_equal(none["q0.5"], plain["q0.5"])
    assert (stock["q0.5"] > plain["q0.5"]).all()
    assert (rate["q0.5"] > plain["q0.5"]).all()


def test_months_of_a_ratio_are_averaged_and_no_year_of_it_passes_the_whole():
    so_far = zip(("2015", "2016", "2017", "2018", "2019"), (90, 92, 94, 95.5, 96.5), strict=True)
    rows = pd.concat([frame(*so_far), months(2020, 12 * 97.2), months(2021, 12 * 98.4, known=6)])
    goal = {"unique_id": "a", "h": [2], "comparator": "at_least", "target": 98.5}
    ratio, none = (pd.DataFrame(goal | kind) for kind in ({"kind": "ratio"}, {}))
    levels = [0.02, 0.5, 0.98]
    (found, wanted), years = forecast_years(rows, 2, quantiles=levels, targets=ratio)
    assert years["y"].iloc[-1] == pytest.approx(97.2)
    assert found["q0.98"].max() < 100.0
    assert 97.2 < found["q0.5"].iloc[0] < 99.0
    assert 0.3 < wanted["probability"].iloc[0] < 0.95
    half = YearPart(2021, 6, 98.4, "mean", past={2020: 97.2})
    history = History.of([*range(2015, 2021)], years["y"].tolist(), support=(0.0, 100.0))
    expected = WithinYear(Trend(growth_of("ratio")), half).fit(history, 2).quantile(levels)
    np.testing.assert_allclose(found[["q0.02", "q0.5", "q0.98"]].to_numpy(), expected.T, rtol=1e-9)
    # Where nothing says that it is a ratio, twelve months are a sum.
    assert forecast_years(rows, 2, targets=none).years["y"].iloc[-1] == pytest.approx(12 * 97.2)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("2021-13", 1.0)], 'row 1: ds is "2021-13"; a period of at most a year'),
        ([("2020", 1.0), ("2019/2021", 1.0)], 'row 2: ds is "2019/2021"'),
        ([("2020", 1.0), ("2020", 2.0)], "row 2"),
        ([("2020", 1.0), ("2021-05", 2.0)], "series a"),
        ([("2021-05", 2.0)], "series a has no complete year"),
        ([("2021", "many")], "many"),
    ],
)
def test_what_cannot_be_read_as_years_is_refused_by_row_or_series(rows, said):
    with pytest.raises(ModelError) as problem:
        forecast_years(frame(*rows), 1)
    assert said in problem.value.message.render("en")
    assert problem.value.message.render("zh") != problem.value.message.render("en")
