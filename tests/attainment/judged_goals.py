"""Synthetic goals with outcomes, to learn a reference class from."""

import numpy as np
import pandas as pd


def goals_that_were_judged(seed=1):
    """Thirty synthetic goals in five areas, at two dates: R&D mostly missed, energy mostly met."""
    rng = np.random.default_rng(seed)
    rows = []
    for goal in range(30):
        kind = "rd_intensity" if goal % 2 else "renewable_energy"
        met = int(rng.random() < (0.1 if goal % 2 else 0.9))
        rows += [
            {
                "goal_id": f"g{goal}",
                "area": f"area {goal % 5}",
                "kind": kind,
                "as_of": as_of,
                "target_year": 2010 if goal < 15 else 2020,
                "years_ahead": 2020 - as_of,
                "required": 1.0,
                "trend": float(rng.uniform(0.3, 0.7)),
                "met": met,
            }
            for as_of in (2012, 2016)
        ]
    return pd.DataFrame(rows)
