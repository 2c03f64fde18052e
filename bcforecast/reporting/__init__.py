"""Reports: the result document, sentences, tables, pages, and the run that leaves them behind."""

import lazy_loader

from bcforecast.edge import answering

__getattr__, __dir__, __all__ = answering(*lazy_loader.attach_stub(__name__, __file__))
