"""Options of the command line are read once, and wrong ones refused."""

from __future__ import annotations

import pytest

from bcforecast.errors import BcforecastError
from bcforecast.models.registry import parse_models


def test_chosen_models_are_read_and_wrong_choices_refused() -> None:
    assert parse_models(None) == {}
    assert parse_models(["a=ets", "b = theta", "a=ets"]) == {"a": "ets", "b": "theta"}
    for wrong in ("a", "=ets", "a="):
        with pytest.raises(BcforecastError, match="an indicator and a model"):
            parse_models([wrong])
    with pytest.raises(BcforecastError, match="a has a model already; found a=theta"):
        parse_models(["a=ets", "a=theta"])
