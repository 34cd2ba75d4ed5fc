"""Fuzz the functions of targets.py with randomly changed files and texts.

    python tests/faults/fuzz.py [TARGET ...] [--runs N] [--seed N] [--corpus FOLDER]

Each target, a function of targets.py, gets N inputs. If atheris is installed (extra
``faults``), it keeps inputs that reach new code, in FOLDER for later runs. Without
atheris, hypothesis makes the inputs.

An input that makes a target fail is stored in tests/faults/crashes, and the exit code
is 1. From then on, tests/test_fuzz_targets.py checks this input.
"""

import argparse
import hashlib
import random
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from tests.faults.targets import Target

ROOT = Path(__file__).parent.parent.parent
SEED = 20261126
# Inputs for each target; hypothesis (generated) is slower than atheris (guided).
RUNS = {"guided": 10_000, "generated": 2_000}
LONGEST = 4096  # maximum length of an input in bytes
HANGS = 60  # wall-clock seconds for one input; the targets limit its processor time
LEAKS = 1024  # MiB for the whole process; the targets limit the memory of one input
SPAN = 8  # maximum number of bytes that an inserted token replaces
CAMPAIGN = "from tests.faults.fuzz import run_atheris; run_atheris({!r})"


class Outcome(NamedTuple):
    """What fuzzing one target found."""

    inputs: int
    seconds: float
    reached: str  # number of branches of mlready, or "-" if not counted
    peak: int  # peak memory in MiB
    crash: bytes | None  # the input that failed, None if all passed


def main(arguments: list[str]) -> int:
    """Run functions of targets.py with random inputs; return 1 if one fails, else 0.

    ``arguments`` is the command line. It can name the functions; no name means all.
    """
    targets = _targets().TARGETS
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    campaign = guided if find_spec("atheris") else generated
    parser.add_argument("--runs", type=int, default=RUNS[campaign.__name__])
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--corpus", type=Path)
    chosen = parser.parse_args(arguments)
    if unknown := {*chosen.targets} - {*targets}:
        parser.error(f"no target {unknown}; there are {', '.join(targets)}")
    print(f"{chosen.runs} inputs for each, {campaign.__name__}, seed {chosen.seed}")
    print(
        f"{'target':<16}{'inputs':>8}{'s':>8}{'a second':>10}{'reached':>9}{'MiB':>6}"
    )
    passed = True
    for name in chosen.targets or targets:
        outcome = campaign(name, chosen.runs, chosen.seed, chosen.corpus)
        print(_row(name, outcome), flush=True)
        if outcome.crash is not None:
            passed = False
            print(_stored(targets[name], outcome.crash), flush=True)
    return 0 if passed else 1


def _targets() -> Any:
    # Imported so late that atheris can instrument the code of mlready.
    return import_module("tests.faults.targets")


def _row(name: str, outcome: Outcome) -> str:
    rate = outcome.inputs / outcome.seconds
    return (
        f"{name:<16}{outcome.inputs:>8}{outcome.seconds:>8.1f}{rate:>10.0f}"
        f"{outcome.reached:>9}{outcome.peak:>6}"
    )


def guided(name: str, runs: int, seed: int, corpus: Path | None) -> Outcome:
    """Fuzz a target with atheris in a process of its own, which may crash."""
    with tempfile.TemporaryDirectory() as folder:
        found = corpus / name if corpus else Path(folder, "found")
        found.mkdir(parents=True, exist_ok=True)
        flags = [
            f"-runs={runs}", f"-seed={seed}", f"-max_len={LONGEST}",
            f"-timeout={HANGS}", f"-rss_limit_mb={LEAKS}",
            f"-artifact_prefix={folder}/crash-", "-print_final_stats=1",
        ]  # fmt: skip
        call = [sys.executable, "-c", CAMPAIGN.format(name), *flags]
        start, log = time.perf_counter(), Path(folder, "log")
        with log.open("wb") as output:
            folders = [str(found), str(_targets().SEEDS / name)]
            subprocess.run(
                [*call, *folders], cwd=ROOT, stdout=output, stderr=output, check=False
            )
        took, text = time.perf_counter() - start, log.read_text(errors="replace")
        crashes = [path.read_bytes() for path in Path(folder).glob("crash-*")]
    if "stat::peak_rss_mb" not in text:
        raise RuntimeError(f"{name} did not finish:\n{text[-2000:]}")
    return Outcome(
        inputs=int(_last(r"stat::number_of_executed_units: *(\d+)", text)),
        seconds=took,
        reached=_last(r" cov: (\d+)", text),
        peak=int(_last(r"stat::peak_rss_mb: *(\d+)", text)),
        crash=crashes[0] if crashes else None,
    )


def _last(pattern: str, text: str) -> str:
    return str(re.findall(pattern, text)[-1])


def run_atheris(name: str) -> None:
    """Fuzz a target with atheris, which then ends this process."""
    import atheris

    with atheris.instrument_imports(include=["mlready"]):
        targets = _targets()
        target = targets.TARGETS[name]
        # Run the target on its seeds, so that imports inside functions are
        # instrumented too.
        for path in target.seeds:
            targets.run_target(target, path.read_bytes())
    tokens, seeds = tokens_of(target), [path.read_bytes() for path in target.seeds]

    def mutated(data: bytes, most: int, seed: int) -> bytes:
        rng = random.Random(seed)
        if rng.random() < 0.4:
            return bytes(atheris.Mutate(data, most))
        if rng.random() < 0.2:  # mutate a seed instead of the given input
            data = rng.choice(seeds)
        for _ in range(rng.randint(1, 4)):
            data = mutated_once(data, tokens, rng)
        return data[:most]

    atheris.Setup(
        sys.argv, lambda data: targets.run_target(target, data), custom_mutator=mutated
    )
    atheris.Fuzz()


def generated(name: str, runs: int, seed: int, corpus: Path | None = None) -> Outcome:
    """Fuzz a target with hypothesis in this process; ``corpus`` is ignored."""
    import hypothesis
    from hypothesis import HealthCheck, Phase, given, settings, strategies as st

    target = _targets().TARGETS[name]
    tokens, tries, crashes = tokens_of(target), 0, list[bytes]()
    seeds = st.sampled_from([path.read_bytes() for path in target.seeds])
    rngs = st.randoms(use_true_random=False)
    pieces = st.one_of(st.sampled_from(tokens), st.binary(max_size=SPAN))

    @hypothesis.seed(seed)
    @settings(
        max_examples=runs,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        st.builds(mutated_once, seeds, st.just(tokens), rngs)
        | st.lists(pieces).map(b"".join)
    )
    def every(data: bytes) -> None:
        nonlocal tries
        tries += 1
        if failure(target, data):
            crashes.append(data)
        assert not crashes

    start = time.perf_counter()
    with suppress(AssertionError):
        every()
    took, peak = time.perf_counter() - start, _targets().peak() >> 20
    return Outcome(tries, took, "-", peak, crashes[0] if crashes else None)


def tokens_of(target: "Target") -> list[bytes]:
    """Return byte strings that random changes insert into the inputs of a target."""
    seeds = [path.read_bytes() for path in target.seeds]
    words = re.findall(rb"[\w-]{2,}", b"\n".join(seeds))
    lines = [line for seed in seeds for line in seed.splitlines(keepends=True)]
    return sorted({*target.tokens, *words, *lines})


def mutated_once(data: bytes, tokens: Sequence[bytes], rng: random.Random) -> bytes:
    """Return an input with one random change.

    Two lines are swapped, a line is removed or copied, or one of ``tokens`` replaces up
    to ``SPAN`` bytes.
    """
    lines = data.splitlines(keepends=True) or [b""]
    here, there = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(6):
        case 0:
            del lines[here]
        case 1:
            lines.insert(there, lines[here])
        case 2:
            lines[here], lines[there] = lines[there], lines[here]
        case _:
            at = rng.randrange(len(data) + 1)
            after = data[at + rng.randint(0, SPAN) :]
            return data[:at] + rng.choice(tokens) + after
    return b"".join(lines)


def _stored(target: "Target", crash: bytes) -> str:
    """Shorten and store an input that makes a target fail; return a message."""
    small = minimise(target, crash)
    name = hashlib.sha256(small).hexdigest()[:8]
    path: Path = _targets().CRASHES / target.name / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(small)
    return f"{path}: {failure(target, small)}: {small[:200]!r}"


def minimise(target: "Target", data: bytes) -> bytes:
    """Remove parts of a failing input as long as the failure stays the same."""
    expected, size = failure(target, data), len(data)
    while size:
        at = 0
        while at < len(data):
            shorter = data[:at] + data[at + size :]
            if failure(target, shorter) == expected:
                data = shorter
            else:
                at += size
        size //= 2
    return data


def failure(target: "Target", data: bytes) -> str:
    """Return the exception and the source line of a failing target, or ""."""
    try:
        _targets().run_target(target, data)
    except Exception as error:  # noqa: BLE001 - any exception is a failure
        at = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__} in {Path(at.filename).name}:{at.lineno}"
    return ""


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
