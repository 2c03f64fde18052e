"""Where the blocks of a panel are worked: on one core, on all of this machine's, or on a cluster.

Every engine works the same blocks with the same function, so the answer does not depend on it.
"""

from __future__ import annotations

import importlib
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Literal

from bcforecast.messages import Message
from bcforecast.models.panel_blocks import Block, BlockForecast, forecast_block
from bcforecast.models.panel_problems import PanelOptionError
from bcforecast.observations.history import IntArray

EngineName = Literal["local", "dask"]

Task = tuple[IntArray, IntArray, Block]
"""Positions of a block's series, of its targets, and the block."""

Done = tuple[IntArray, IntArray, BlockForecast]

_AHEAD = 4
"""Blocks that are prepared for each worker while it works: bounds the memory."""

_RETRIES = 5
_PATIENCE = "20s"


def worked(
    tasks: Iterator[Task], *, n_jobs: int, engine: EngineName, scheduler: str | None
) -> Iterator[Done]:
    """Work the tasks, in any order.

    Raises
    ------
    PanelOptionError
        If `n_jobs` or the engine is not one of those allowed, Dask is not installed or its
        scheduler does not answer.
    """
    if engine == "dask":
        return _on_cluster(tasks, scheduler)
    if engine != "local":
        raise PanelOptionError("engine", found=engine, allowed="local, dask")
    if n_jobs == 0 or n_jobs < -1:
        raise PanelOptionError("n_jobs", found=n_jobs, allowed=Message("panel.allowed_jobs"))
    jobs = (os.cpu_count() or 1) if n_jobs == -1 else n_jobs
    return _in_turn(tasks) if jobs == 1 else _in_threads(tasks, jobs)


def _in_turn(tasks: Iterator[Task]) -> Iterator[Done]:
    for at, mine, block in tasks:
        yield at, mine, forecast_block(block)


def _in_threads(tasks: Iterator[Task], jobs: int) -> Iterator[Done]:
    """Numpy lets go of the interpreter while it works, so threads are enough."""
    with ThreadPoolExecutor(jobs) as pool:
        waiting: deque[tuple[IntArray, IntArray, Future[BlockForecast]]] = deque()
        for at, mine, block in tasks:
            waiting.append((at, mine, pool.submit(forecast_block, block)))
            if len(waiting) >= _AHEAD * jobs:
                first_at, first_mine, future = waiting.popleft()
                yield first_at, first_mine, future.result()
        while waiting:
            at, mine, future = waiting.popleft()
            yield at, mine, future.result()


def _on_cluster(tasks: Iterator[Task], scheduler: str | None) -> Iterator[Done]:
    """Blocks of a worker that dies are given to another."""
    if not scheduler:
        raise PanelOptionError(
            "scheduler", found=Message("panel.nothing"), allowed=Message("panel.allowed_scheduler")
        )
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        raise PanelOptionError(
            "engine", found="dask", allowed=Message("panel.allowed_engine_here")
        ) from error
    try:
        client = distributed.Client(scheduler, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        silent = Message("panel.silent", {"address": scheduler, "reason": str(error)})
        allowed = Message("panel.allowed_scheduler")
        raise PanelOptionError("scheduler", found=silent, allowed=allowed) from error
    with client:
        places: dict[object, tuple[IntArray, IntArray]] = {}
        finished = distributed.as_completed(loop=client.loop)
        limit = _AHEAD * max(1, len(client.nthreads()))
        for at, mine, block in tasks:
            future = client.submit(forecast_block, block, pure=False, retries=_RETRIES)
            places[future] = (at, mine)
            finished.add(future)
            if len(places) >= limit:
                done = next(finished)
                yield (*places.pop(done), done.result())
        for done in finished:
            yield (*places.pop(done), done.result())
