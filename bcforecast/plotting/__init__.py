"""Charts in the house style, in every language of the catalogues."""

import lazy_loader

from bcforecast.edge import answering

__getattr__, __dir__, __all__ = answering(*lazy_loader.attach_stub(__name__, __file__))
