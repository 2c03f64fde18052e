"""What all tests share: a Hypothesis profile that no slow machine fails, and the loopback."""

import socket

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "bcforecast",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("bcforecast")


@pytest.fixture(scope="session")
def loopback():
    """The machine's own network: skips what talks to a server where even that is cut."""
    with socket.socket() as server:
        try:
            server.bind(("127.0.0.1", 0))
            server.listen()
            socket.create_connection(server.getsockname(), timeout=5).close()
        except OSError as error:
            pytest.skip(f"127.0.0.1 cannot be reached on this machine ({error.strerror})")
