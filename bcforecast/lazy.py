"""Packages that import what they offer when it is first asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def offered(
    package: str, modules: Mapping[str, tuple[str, ...]]
) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` of a package.

    Parameters
    ----------
    package
        Its name.
    modules
        By module, the names that the package takes from it, `new=there` for one that it calls
        otherwise; none of them may be a module of the package too.
    """
    where = {
        offer.partition("=")[0]: (module, offer.rpartition("=")[2])
        for module, offers in modules.items()
        for offer in offers
    }

    def get(name: str) -> object:
        if name not in where:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        module, there = where[name]
        value = getattr(import_module(module), there)
        setattr(sys.modules[package], name, value)
        return value

    return get, lambda: sorted({*vars(sys.modules[package]), *where})
