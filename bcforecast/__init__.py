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

_public, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version(__name__)
    if name in __all__:
        return _public(name)
    raise AttributeError(f"bcforecast has no {name!r}; it has {', '.join(__all__)}")
