"""The command that counts false alarms and slips found by `check`."""

import numpy as np
import pandas as pd

from tools.bench import checks


def test_suspected_series_and_slips_found_are_counted(tmp_path, capsys):
    years = np.arange(2010, 2020)
    cases = [
        ("steady-a@2019", 1.0),
        ("steady-a@2018", 1.0),
        ("odd-a@2019", 40.0),
        ("more-a@2019", 1.0),
    ]
    histories = [
        pd.DataFrame({"case_id": case, "year": years, "value": 100.0 + years - 2010})
        for case, _ in cases
    ]
    histories[1] = histories[1].iloc[:-1]  # the same series, known for a year less
    histories[2].loc[4, "value"] *= cases[2][1]
    (tmp_path / "world").mkdir()
    pd.concat(histories).to_parquet(tmp_path / "world" / "goal_histories.parquet")
    known = {"case_id": [*dict(cases)], "area": "a", "indicator": ["x", "x", "y", "z"]}
    pd.DataFrame(known).to_parquet(tmp_path / "world" / "goal_cases.parquet")
    m3 = pd.DataFrame({"unique_id": "m", "t": years, "y": 50.0 + years - 2010})
    m3.to_parquet(tmp_path / "m3_yearly.parquet")
    for name, fall in zip(checks.RECENT, (600, 0), strict=True):
        values = 2100.0 + years - fall * (years == 2015)
        pd.DataFrame({"area": "a", "year": years + 5, "value": values}).to_csv(tmp_path / name)
    checks.main([str(tmp_path)])
    said = capsys.readouterr().out
    assert "4 series as published; suspected: 25.0%\n  slip: 25.0%\n" in said
    assert "the years of known shocks: 50% of 2" in said
    assert "figure times 1e+08: found in 100% of 4" in said
    assert "1 tables of an area's goals: suspected 0; two years exchanged" in said
