"""Attainment forecasting for public plans, from short official series.

The public API, which notebooks, the command line and users all call:

>>> import bcforecast as bc
>>> plan = bc.load_plan("tianjin-2020-2022")
>>> data = bc.load_observations(as_of="2020-12-31")
>>> outlook = bc.project(plan, data)
>>> outlook[plan.goals[7].id].attainment.grade
'A'
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
