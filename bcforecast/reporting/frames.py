"""Jupyter messages over one Unix socket, in place of the five of ZeroMQ."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection

Parts = Sequence[bytes | memoryview]
"""A message as `jupyter_client.session.Session` serializes it: identities, then JSON, buffers."""


class Channel:
    """One end of a socket on which whole messages are sent and received.

    Parameters
    ----------
    end
        A connected stream socket; the channel takes it over.
    """

    def __init__(self, end: socket.socket) -> None:
        self.connection = Connection(end.detach())
        self._sending = threading.Lock()

    def send(self, parts: Parts) -> None:
        """Send one message; threads may send at the same time."""
        raw = [bytes(part) for part in parts]
        head = struct.pack(f"!{len(raw) + 1}Q", len(raw), *map(len, raw))
        with self._sending:
            self.connection.send_bytes(head + b"".join(raw))

    def receive(self) -> list[bytes]:
        """Wait for a message and return its parts.

        Raises
        ------
        EOFError, OSError
            If the other end has gone.
        """
        data = self.connection.recv_bytes()
        (count,) = struct.unpack_from("!Q", data)
        lengths = struct.unpack_from(f"!{count}Q", data, 8)
        place, parts = 8 * (count + 1), []
        for length in lengths:
            parts.append(data[place : place + length])
            place += length
        return parts

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self.connection.fileno()

    def close(self) -> None:
        """Close this end."""
        self.connection.close()
