"""Share chunks of work among several processes, and return the results in order.

The calling process works too. If no other process can be started, the calling process
does all the work.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from mlready.errors import StorageError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

# Chunks that a worker process is given in advance, so that it has work while this
# process is busy with a chunk of its own.
AHEAD = 3
_PATIENCE = 5.0  # seconds to wait for processes that were told to end
_MOST = 61  # processes that Windows can wait for


class _Workers(NamedTuple):
    """Worker processes, and a connection to each of them."""

    processes: "list[BaseProcess]"
    # Workers receive numbers of chunks, and send back results.
    connections: "list[Connection[Any, Any]]"


def cores() -> int:
    """Return how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # only some systems have it
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def results(
    function: Callable[[Chunk], Result], chunks: Sequence[Chunk], processes: int
) -> Iterator[Result]:
    """Yield the result of ``function`` for each chunk, in the order of the chunks.

    Args:
        function: defined at the top of a module, or a ``partial`` of such a function.
        chunks: the work; chunks and results must be picklable.
        processes: the largest number of processes, including the calling process.

    Raises:
        StorageError: a worker process ended before its work was done.

    """
    processes = min(processes, len(chunks), _MOST)
    if processes < 2:  # noqa: PLR2004 - one process needs no others
        yield from map(function, chunks)
        return
    with _ended_children():
        with _interrupts_held():
            workers = _started(function, chunks, processes - 1)
        yield from _shared(function, chunks, workers)
        for connection in workers.connections:
            with suppress(OSError):  # it was ended from outside, after all its work
                connection.send(None)
        for process in workers.processes:
            process.join()


def _shared(
    function: Callable[[Chunk], Result], chunks: Sequence[Chunk], workers: _Workers
) -> Iterator[Result]:
    """Yield the results in order, while all processes share the work."""
    numbers, done = iter(range(len(chunks))), dict[int, Result]()
    for connection in workers.connections:
        for number in islice(numbers, AHEAD):
            connection.send(number)
    for number in range(len(chunks)):
        while number not in done:
            own = next(numbers, None)
            if own is not None:
                done[own] = function(chunks[own])
            if workers.connections:
                done |= _received(workers, numbers, wait=own is None)
        yield done.pop(number)


def _received(
    workers: _Workers, numbers: Iterator[int], *, wait: bool
) -> dict[int, Any]:
    """Return finished results by chunk number; send each idle worker a new number.

    If ``wait`` is true, wait until at least one worker has a result.
    """
    from multiprocessing.connection import wait as ready

    # ``numbers`` are the chunks that no process has been given yet.
    done: dict[int, Any] = {}
    having_results = ready(workers.connections, None if wait else 0)
    for connection in workers.connections:
        if connection not in having_results:
            continue
        with _ended_worker_reported():
            number, result, error = connection.recv()
            for following in islice(numbers, 1):
                connection.send(following)
        if error:
            raise error
        done[number] = result
    return done


@contextmanager
def _ended_worker_reported() -> Iterator[None]:
    try:
        yield
    except (EOFError, OSError) as error:
        text = (
            "a process that did part of the work was ended from outside, perhaps "
            "because memory ran out; run the same command again"
        )
        raise StorageError(text) from error


def _started(
    function: Callable[[Chunk], Result], chunks: Sequence[Chunk], number: int
) -> _Workers:
    """Start ``number`` worker processes, or as many as the system allows."""
    workers = _Workers([], [])
    # A system that refuses a process raises one of these. That is no mistake: with
    # fewer processes or none, this one does more of the work.
    with suppress(ImportError, NotImplementedError, OSError):
        from multiprocessing import get_context

        # Forked processes share the memory of what was loaded. Elsewhere than on Linux
        # libraries may have started threads, which a fork does not survive.
        if sys.platform == "linux":
            context = get_context("fork")
        else:
            context = get_context("spawn")
        for _ in range(number):
            here, there = context.Pipe()
            arguments = (function, chunks, there)
            process = context.Process(target=_work, args=arguments, daemon=True)
            process.start()
            there.close()  # so that the end of the process closes the connection
            workers.processes.append(process)
            workers.connections.append(here)
    return workers


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold back Ctrl-C during a ``with`` block."""
    # Otherwise Ctrl-C could reach a new process before ``_work`` ignores the signal.
    hold = getattr(signal, "pthread_sigmask", None)  # Windows has none
    if hold is None:
        yield
        return
    before = hold(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        hold(signal.SIG_SETMASK, before)


@contextmanager
def _ended_children() -> Iterator[None]:
    """End all worker processes if the ``with`` block fails or is interrupted."""
    try:
        yield
    except BaseException:
        from multiprocessing import active_children

        children = active_children()
        for child in children:
            child.terminate()
        for child in children:
            child.join(_PATIENCE)
        raise


def _work(
    function: Callable[[Any], Any], chunks: Sequence[Any], connection: "Connection"
) -> None:
    """Compute the chunks whose numbers ``connection`` delivers, until None arrives."""
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    while (number := connection.recv()) is not None:
        try:
            connection.send((number, function(chunks[number]), None))
        except Exception as error:  # noqa: BLE001 - the parent raises it
            connection.send((number, None, error))


def _end_with_parent() -> None:
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    if parent := parent_process():
        wait([parent.sentinel])
        os._exit(1)
