"""Reports: the result document, sentences, tables, pages, and the run that leaves them behind."""

import lazy_loader

from bcforecast.calls import checked_room

__getattr__, __dir__, __all__ = checked_room(__name__, *lazy_loader.attach_stub(__name__, __file__))
