"""Compare how long a function runs on small and on large inputs."""

import time
from collections.abc import Callable

FACTOR = 8  # a large input is so many times as long as a small one
# Between 8 (linear time) and 64 (quadratic time): a large input may take so many times
# as long as a small one.
LONGEST = 24
TRIES = 12  # other processes can slow down a run, but hardly the large one each time


def takes_linear_time(run: Callable[[int], object], largest: int) -> bool:
    """Return whether the run time of a function grows about as fast as its input.

    ``run`` gets the length of its input, up to ``largest``. Processor times are
    compared, so a busy computer gives the same result.
    """
    return any(
        _seconds(run, largest) <= LONGEST * _seconds(run, largest // FACTOR)
        for _ in range(TRIES)
    )


def _seconds(run: Callable[[int], object], length: int) -> float:
    begin = time.thread_time()
    run(length)
    return time.thread_time() - begin
