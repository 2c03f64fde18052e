"""What reports are tested with: every language."""

import pytest

from bcforecast.text import LANGUAGES


@pytest.fixture(params=LANGUAGES)
def lang(request):
    return request.param
