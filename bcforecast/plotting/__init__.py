"""Charts in the house style, in every language of the catalogues."""

import lazy_loader

from bcforecast.calls import checked_room

__getattr__, __dir__, __all__ = checked_room(__name__, *lazy_loader.attach_stub(__name__, __file__))
