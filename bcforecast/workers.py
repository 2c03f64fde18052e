"""Where work is done: in this process, on the cores of this machine, or on a Dask cluster.

Tasks are made as workers become free and come back in the order in which they were made, so memory
is bounded however many there are, and the answer does not depend on where it was worked out. A task
of a cluster's worker that dies is given to another.
"""

import importlib
import multiprocessing
import os
import re
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any, Literal, TypeVar

from bcforecast.edge import MOST_JOBS, PATIENCE
from bcforecast.errors import BcforecastError, OptionError
from bcforecast.text import Message

Task = TypeVar("Task")
Done = TypeVar("Done")

EngineName = Literal["local", "dask"]

_AHEAD = 4  # tasks that are prepared for each worker while it works: bounds the memory

_RETRIES = 5  # times that a task of a worker that died is given to another


def worked(
    tasks: Iterator[Task],
    work: Callable[[Task], Done],
    *,
    n_jobs: int = 1,
    engine: EngineName = "local",
    scheduler: str | None = None,
    processes: bool = False,
    stop: Callable[[], None] | None = None,
) -> Iterator[tuple[Task, Done]]:
    """Do the tasks where it was asked for, and yield each with what came of it, in their order.

    `n_jobs` are cores of this machine, -1 all of them; used by `processes` for work that is not
    mostly numpy's, which lets go of the interpreter while it works. `dask` is the cluster of the
    `scheduler` at that address. `stop` is called until all threads end where the whole is broken
    off. An OptionError names an option that is none, or a scheduler that does not answer; a
    BcforecastError says that a process of this machine was ended from outside.
    """
    if engine == "dask":
        return _on_cluster(tasks, work, scheduler)
    if engine != "local":
        raise OptionError("engine", found=engine, allowed="local, dask")
    if scheduler is not None:
        raise OptionError("scheduler", found=scheduler, allowed=Message("panel.allowed_with_dask"))
    if n_jobs == 0 or not -1 <= n_jobs <= MOST_JOBS:
        raise OptionError("n_jobs", found=n_jobs, allowed=Message("panel.allowed_jobs"))
    jobs = (os.cpu_count() or 1) if n_jobs == -1 else n_jobs
    if jobs == 1 and stop is None:
        return ((task, work(task)) for task in tasks)
    if not processes:
        return _in_pool(tasks, work, ThreadPoolExecutor(jobs), jobs, stop)
    # Spawned, for a copy of this process would hold the locks of its threads.
    spawn = multiprocessing.get_context("spawn")
    spawned = ProcessPoolExecutor(jobs, mp_context=spawn, initializer=_follow)
    return _in_pool(tasks, work, spawned, jobs)


def _follow() -> None:
    """Leave Ctrl-C to the process that started this one, and end when it does."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()

    def end() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=end, daemon=True).start()


def _on_cluster(
    tasks: Iterator[Task], work: Callable[[Task], Done], scheduler: str | None
) -> Iterator[tuple[Task, Done]]:
    allowed = Message("panel.allowed_scheduler")
    if not re.fullmatch(r"([a-z]+://)?[^\s/]+:[0-9]+", scheduler or ""):
        found = scheduler or Message("errors.kind_nothing")
        raise OptionError("scheduler", found=found, allowed=allowed)
    try:
        distributed = importlib.import_module("distributed")
    except ImportError as error:
        here = Message("panel.allowed_engine_here")
        raise OptionError("engine", found="dask", allowed=here) from error
    answer: Future[Any] = Future()

    def connect() -> None:
        try:
            limit = f"{PATIENCE}s"
            answer.set_result(distributed.Client(scheduler, timeout=limit, set_as_default=False))
        except Exception as error:
            answer.set_exception(error)

    # Aside, for its own time limit does not hold for one who listens and never answers.
    threading.Thread(target=connect, daemon=True).start()
    try:
        client = answer.result(1.25 * PATIENCE)
    except (OSError, ValueError) as error:
        silent = Message("panel.silent", {"address": scheduler, "reason": str(error) or "timeout"})
        raise OptionError("scheduler", found=silent, allowed=allowed) from error
    with client:
        pool = client.get_executor(pure=False, retries=_RETRIES)
        yield from _in_pool(tasks, work, pool, max(1, len(client.nthreads())))


def _in_pool(
    tasks: Iterator[Task],
    work: Callable[[Task], Done],
    pool: Executor,
    workers: int,
    stop: Callable[[], None] | None = None,
) -> Iterator[tuple[Task, Done]]:
    waiting: deque[tuple[Task, Future[Done]]] = deque()
    try:
        with pool:
            try:
                for task in tasks:
                    waiting.append((task, pool.submit(work, task)))
                    if len(waiting) >= _AHEAD * workers:
                        yield waiting[0][0], waiting[0][1].result()
                        waiting.popleft()
                while waiting:
                    yield waiting[0][0], waiting[0][1].result()
                    waiting.popleft()
            finally:
                for _, future in waiting:
                    future.cancel()
                while stop is not None and wait([one for _, one in waiting], 0.1).not_done:
                    stop()
    except BrokenProcessPool as error:
        raise BcforecastError("errors.worker_ended") from error
