"""Options of the command line are read once, and wrong ones refused."""

import pytest

from bcforecast.cli.options import parse_models
from bcforecast.errors import BcforecastError


def test_chosen_models_are_read_and_wrong_choices_refused():
    assert parse_models(None) == {}
    assert parse_models(["a=ets", "b = theta", "a=ets"]) == {"a": "ets", "b": "theta"}
    for wrong in ("a", "=ets", "a="):
        with pytest.raises(BcforecastError, match="an indicator and a model"):
            parse_models([wrong])
    with pytest.raises(BcforecastError, match="a has a model already; found a=theta"):
        parse_models(["a=ets", "a=theta"])
