"""Debian's cron daemon with a spool of its own: no crontab of the machine is seen or touched."""

import os
import shutil
import subprocess
from contextlib import contextmanager

NEEDED = ("cron", "crontab", "setpriv", "unshare")
SECONDS, LOOK_AGAIN_SECONDS = 130, 0.5
"""Up to a minute until cron starts the job, and the job itself on a busy machine."""

START = """
set -e
mount --bind "$1/spool" /var/spool/cron
mount --bind "$1/nothing" /etc/cron.d
mount --bind "$1/empty" /etc/crontab
mount --bind "$1/run" /run
crontab "$1/crontab"
exec cron -f
"""


def cron_is_missing():
    """Why cron cannot be tried here; empty if it can."""
    if os.geteuid():
        return "only root can run a cron daemon of its own"
    absent = [name for name in NEEDED if shutil.which(name) is None]
    if absent:
        return f"no {', '.join(absent)} here (Debian: apt-get install cron)"
    tried = subprocess.run(
        ["unshare", "--mount", "mount", "--bind", "/etc", "/etc"], capture_output=True, check=False
    )
    return f"no mounts of one's own here: {tried.stderr.decode()}" if tried.returncode else ""


class PrivateCron:
    """Runs one crontab; everything that it started ends with it."""

    def __init__(self, folder):
        self._folder = folder
        for name in ("spool/crontabs", "nothing", "run"):
            (folder / name).mkdir(parents=True)
        (folder / "empty").touch()

    @contextmanager
    def running(self, crontab):
        """Run a daemon in its own mounts and processes, with `crontab` as that of the user."""
        (self._folder / "crontab").write_text(crontab, encoding="utf-8")
        apart = [
            *("setpriv", "--pdeathsig", "KILL"),  # not even a killed test leaves a daemon
            *("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"),
        ]
        command = [*apart, "sh", "-c", START, "sh", str(self._folder)]
        with subprocess.Popen(command, env={}, stderr=subprocess.PIPE, text=True) as daemon:
            try:
                yield daemon
            finally:
                daemon.kill()

    def run_until(self, file, *, crontab):
        """Run until a job has left a file; fail if the daemon ends or that takes too long."""
        with self.running(crontab) as daemon:
            for _ in range(round(SECONDS / LOOK_AGAIN_SECONDS)):
                if file.exists():
                    return
                try:
                    daemon.wait(LOOK_AGAIN_SECONDS)
                except subprocess.TimeoutExpired:
                    continue
                assert daemon.stderr is not None
                raise AssertionError(f"cron ended: {daemon.stderr.read()}")
        raise AssertionError(f"cron made no {file} in {SECONDS} seconds")
