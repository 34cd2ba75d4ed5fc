"""Run a function on chunks of work in parallel on all cores, with ordered results.

If no processes can be started, all work is done in this process.
"""

import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from mlready.errors import StorageError

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

_PATIENCE = 5.0  # seconds to wait for processes that were told to end
_MOST = 61  # processes that Windows can wait for
# The function of a worker process; its initializer sets it, so that large arguments of
# the function are sent once, not with each chunk.
_function: Callable[[Any], Any]


def cores() -> int:
    """Return how many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # only some systems have it
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def results(
    function: Callable[[Chunk], Result], chunks: Sequence[Chunk], processes: int
) -> Iterator[Result]:
    """Yield the result of the function for each chunk, in the order of the chunks.

    Args:
        function: a function of a module, or a ``partial`` of one.
        chunks: the work; each chunk and its result can be pickled.
        processes: the most worker processes; with 1, this process does the work.

    Raises:
        StorageError: a worker process ended before its work was done.

    """
    processes = min(processes, len(chunks), _MOST)
    if processes < 2:  # noqa: PLR2004 - one process needs no others
        yield from map(function, chunks)
        return
    with _ended_children():
        with _interrupts_held():
            started = _started(function, chunks, processes)
        if started is None:
            yield from map(function, chunks)
            return
        pool, waiting = started
        from concurrent.futures.process import BrokenProcessPool

        try:
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            text = (
                "a process that did part of the work was ended from outside, perhaps "
                "because memory ran out; run the same command again"
            )
            raise StorageError(text) from error
        pool.shutdown()


def _started(
    function: Callable[[Chunk], Result], chunks: Sequence[Chunk], processes: int
) -> "tuple[ProcessPoolExecutor, deque[Future[Result]]] | None":
    """Start worker processes and give them all chunks; return None if that fails."""
    try:
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context

        # Forked processes share the memory of what was loaded. Elsewhere than on Linux
        # libraries may have started threads, which a fork does not survive.
        method = "fork" if sys.platform == "linux" else "spawn"
        pool = ProcessPoolExecutor(processes, get_context(method), _begin, (function,))
        return pool, deque(pool.submit(_work, chunk) for chunk in chunks)
    # Python raises the first two where a system lacks semaphores that processes share.
    except (ImportError, NotImplementedError, OSError):
        return None


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Delay Ctrl-C until all processes are started; the started processes ignore it.

    Otherwise it could reach a process that does not ignore it yet (see ``_begin``).
    """
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
    """End all worker processes at once if the work is interrupted or fails."""
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


def _begin(function: Callable[[Any], Any]) -> None:
    """Prepare a worker process: only its parent, or the end of its parent, ends it."""
    from threading import Thread

    global _function  # noqa: PLW0603 - an initializer has no other place for it
    _function = function
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process
    from multiprocessing.connection import wait

    if parent := parent_process():
        wait([parent.sentinel])
        os._exit(1)


def _work(chunk: Any) -> Any:
    return _function(chunk)
