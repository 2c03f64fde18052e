"""The command of our kernelspec: has the warm server fork a kernel, and lives as long as it does.

Started for every kernel, so it imports the standard library alone and runs as a file, outside the
package (`python -I -S warm_client.py SOCKET CONNECTION_FILE`).
"""

import json
import os
import signal
import socket
import struct
import sys

KERNEL = b"k"
INTERRUPT = b"i"


def frame(part: bytes) -> bytes:
    """Return a message of one part, as `bcforecast.reporting.frames` reads it."""
    body = struct.pack("!2Q", 1, len(part)) + part
    return struct.pack("!i", len(body)) + body


def main() -> int:
    """Ask for a kernel and wait until it ends; return its exit code."""
    address, connection_file = sys.argv[1:]
    request = {
        "folder": os.getcwd(),  # noqa: PTH109
        "environment": dict(os.environ),
        "memory": None,
        "connection_file": os.path.abspath(connection_file),  # noqa: PTH100
    }
    control = socket.socket(socket.AF_UNIX)
    control.connect(address)
    ours, theirs = socket.socketpair()
    socket.send_fds(control, [KERNEL], [theirs.fileno(), 1, 2])
    theirs.close()
    ours.sendall(frame(json.dumps(request).encode()))
    # A kernel is interrupted by a signal to the process that was started: this one.
    signal.signal(signal.SIGINT, lambda *_: control.send(INTERRUPT))
    said = control.recv(64)
    code = int(json.loads(said)) if said else 1
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
