"""How long each command takes, as a multiple of a bare interpreter.

Run it with the Python of the environment mlready is installed in, from a wheel:

    python tests/benchmarks/startup.py [ROUNDS]

Whole processes, in turn with ``python -I -c pass`` of the same environment, so that a
machine whose speed drifts slows both; the median of the ratios pair by pair counts.
"""

import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

BARE = (sys.executable, "-I", "-c", "pass")
PROGRAM = str(Path(sys.executable).with_name("mlready"))
EXAMPLE = str(Path(__file__).parents[2] / "questionnaires" / "examples" / "stilts.yaml")
# The most each may take, in bare interpreters.
BARS = {
    ("--version",): 1.3,
    ("--help",): 6.0,
    ("validate", EXAMPLE): None,
    ("report", EXAMPLE): 10.0,
    ("demo",): None,
    ("questions",): None,
    ("blank",): None,
}


def seconds(command: Sequence[str]) -> float:
    """Return how long a whole process takes."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def ratio(arguments: Sequence[str], rounds: int) -> float:
    """Return how many bare interpreters a command takes, the median of pairs."""
    command = (PROGRAM, *arguments)
    seconds(command)
    pairs = [(seconds(command), seconds(BARE)) for _ in range(rounds)]
    return statistics.median(ours / bare for ours, bare in pairs)


def main(rounds: int) -> int:
    """Print the table; the exit code says whether every bar was held."""
    versions = [f"{name} {metadata.version(name)}" for name in ("mlready", "typer")]
    print(f"Python {sys.version.split()[0]}, {', '.join(versions)}, {rounds} pairs")
    print(f"{'command':<12}{'times bare':>10}{'bar':>6}")
    late = 0
    for arguments, bar in BARS.items():
        times = ratio(arguments, rounds)
        late += bar is not None and times > bar
        print(f"{arguments[0]:<12}{times:>10.2f}{bar or '':>6}")
    return int(late > 0)


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 15))
