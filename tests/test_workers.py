"""Tasks done here, on cores, or refused: in their order, few at a time, each once."""

import os

import pytest

from bcforecast.errors import BcforecastError, OptionError
from bcforecast.workers import worked


def square(n):
    return n * n


def leave(n):
    os._exit(1)


def refuse(n):
    raise OptionError("n", found=n, allowed="-")


@pytest.mark.parametrize("where", [{}, {"n_jobs": 2}, {"n_jobs": 2, "processes": True}])
def test_each_task_comes_back_once_in_its_order(where):
    assert list(worked(iter(range(20)), square, **where)) == [(n, n * n) for n in range(20)]


def test_what_is_refused_at_work_or_ended_from_outside_is_said_in_a_sentence():
    with pytest.raises(OptionError) as refused:
        list(worked(iter([3]), refuse, n_jobs=2, processes=True))
    assert (str(refused.value), refused.value.found) == ("n: found 3; allowed: -", 3)
    with pytest.raises(BcforecastError, match="a process of this command was ended from outside"):
        list(worked(iter(range(3)), leave, n_jobs=2, processes=True))


def test_tasks_are_made_only_as_workers_become_free():
    tasks = iter(range(100))
    next(worked(tasks, square, n_jobs=2))
    assert next(tasks) == 8, "four for each of two workers"


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"n_jobs": 0}, "n_jobs: found 0"),
        ({"n_jobs": -2}, "n_jobs: found -2"),
        ({"engine": "ray"}, "engine: found ray; allowed: local, dask"),
        ({"engine": "dask"}, "scheduler: found nothing"),
        ({"scheduler": "tcp://x:1"}, "scheduler: found tcp://x:1; allowed: no address, or"),
    ],
)
def test_an_option_that_is_none_is_named(where, said):
    with pytest.raises(OptionError, match=said):
        list(worked(iter(range(3)), square, **where))
