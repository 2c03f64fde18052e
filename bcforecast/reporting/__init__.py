"""Reports: the result document, sentences, tables, pages, and the run that leaves them behind."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
