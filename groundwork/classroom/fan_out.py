"""Work spread over processes by Dask: some here, or those of a cluster; results come back as they are done.

Only so many tasks are on their way at a time, so that a class of a thousand takes no more memory than one of ten.
"""

import itertools
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Self, TypeVar

from groundwork.errors import GroundworkError

AHEAD = 4  # tasks a worker
Task = TypeVar("Task")
Result = TypeVar("Result")


class ClusterError(GroundworkError):
    """A Dask cluster that cannot be reached, or is not installed."""


class Crew:
    """Who does the work: Dask's workers from the first task on, or this process if there are to be none.

    `with Crew(2) as crew: for task, result in crew.each(work, tasks): …`; raises ClusterError.
    """

    def __init__(self, workers: int, scheduler: str | None = None) -> None:
        """`workers` on this computer (0: this process), or those of the cluster at `scheduler` (tcp://…)."""
        self.workers, self.scheduler = workers, scheduler
        self.open_things = ExitStack()
        self.client: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.open_things.close()

    def each(self, work: Callable[[Task], Result], tasks: Iterator[Task]) -> Iterator[tuple[Task, Result | None]]:
        """Yield every task with its result, in the order in which they are done; None if its worker died of it."""
        if not self.workers and not self.scheduler:
            yield from ((task, work(task)) for task in tasks)
            return
        for first in tasks:  # no cluster is started for nothing
            yield from self.spread(work, itertools.chain([first], tasks))

    def spread(self, work: Callable[[Task], Result], tasks: Iterator[Task]) -> Iterator[tuple[Task, Result | None]]:
        """The same through Dask."""
        distributed = library()
        self.client = self.client or self.open_things.enter_context(
            connected(distributed, self.workers, self.scheduler)
        )
        slots = AHEAD * max(1, len(self.client.scheduler_info(n_workers=-1)["workers"]))
        waiting: dict[str, Task] = {}

        def submitted(task: Task) -> Any:
            future = self.client.submit(work, task, pure=False)
            waiting[future.key] = task
            return future

        done = distributed.as_completed([submitted(task) for task in itertools.islice(tasks, slots)])
        for future in done:
            task = waiting.pop(future.key)
            result = future.result() if future.status == "finished" else None
            future.release()
            done.update([submitted(task) for task in itertools.islice(tasks, 1)])
            yield task, result


def library() -> Any:
    """Dask's `distributed`, which has no types. Raises ClusterError if it is not installed."""
    try:
        import dask
        import distributed
    except ImportError as error:
        raise ClusterError("Grading in parallel needs Dask: pip install -r env/grade.lock, or --workers 0.") from error
    dask.config.set({"distributed.scheduler.allowed-failures": 1})  # a submission that kills a worker kills only one
    return distributed


@contextmanager
def connected(distributed: Any, workers: int, scheduler: str | None) -> Iterator[Any]:
    """A Dask client of a cluster that is there, or of one made here for as long as it is open. Raises ClusterError."""
    with ExitStack() as open_things:
        try:
            address = scheduler or open_things.enter_context(own_cluster(distributed, workers))
            client = open_things.enter_context(distributed.Client(address, timeout=15))
        except (OSError, ValueError) as error:
            raise ClusterError(f"There is no Dask scheduler at {scheduler or 'this computer'}: {error}.") from error
        yield client


def own_cluster(distributed: Any, workers: int) -> Any:
    """Worker processes on this computer, one thread each."""
    quiet = {"dashboard_address": None, "silence_logs": logging.CRITICAL, "memory_limit": 0}
    return distributed.LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, **quiet)
