"""Mutation testing: make small mistakes in the code, and check that tests find them.

    python tests/faults/mutants.py [MODULE ...]        mutants of modules (default: all)
    python tests/faults/mutants.py --quick [--seed N]  a random sample of fifty

A mutant is a module with one small mistake: another operator, a missing argument, a
text in capitals. A mutant is killed if a test fails or takes too long. A mutant
survives if all tests pass. Checked for each module:

* At least 90 % of the mutants are killed.
* survivors.yaml lists exactly the survivors, each with a reason.

A random sample fails only if too few of its mutants are killed. Needs the extra
``faults``, and a system with fork.
"""

import argparse
import difflib
import gc
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any, NamedTuple

import libcst as cst
import pytest
import yaml
from hypothesis import settings
from mutmut.mutation.mutators import mutation_operators

ROOT = Path(__file__).parent.parent.parent
SURVIVORS = Path(__file__).with_name("survivors.yaml")
NEEDED = ["mlready", "questionnaires", "templates", "tests", "pyproject.toml"]
NEEDED += ["SECURITY.md"]
# For each module, the test files that must kill its mutants, its own tests first.
TESTS_OF = {
    "storage.strict_yaml": ["strict_yaml"],
    "storage.source_positions": ["strict_yaml"],
    "input_limits": ["input_limits", "strict_yaml"],
    "storage.answers_fast_parser": ["answers_fast_parser"],
    "storage.atomic_file": [
        "atomic_file",
        "platform_support",
        "file_metadata",
        "file_lock",
    ],
    "output.inject": ["inject"],
    "assessment.staffing": ["staffing"],
    "assessment.scoring": ["scoring", "diagnosis", "staffing"],
    "assessment.diagnosis": ["diagnosis", "staffing"],
}
KILLED_AT_LEAST = 0.9
# Lower than KILLED_AT_LEAST by three standard deviations for a sample of fifty mutants,
# so that chance rarely makes a sample fail.
SAMPLE_KILLED_AT_LEAST = 0.77
QUICK = 50  # mutants in a sample, which take about 40 seconds
MEMORY = 2 << 30  # bytes; the limit stops a mutant that reads /dev/zero without end
FORK = multiprocessing.get_context("fork")


class MutantKey(NamedTuple):
    """Identifies a mutant, even after its code has moved within the module."""

    where: str  # as ``Class.method``; outside of functions, the assigned name or ""
    operator: str  # the kind of mistake
    number: int  # from 1, among the mutants of this kind in ``where``


class Mutant(NamedTuple):
    """A module with one small mistake: a syntax node, and the node that replaces it."""

    module: str
    key: MutantKey
    original: cst.CSTNode
    mutated: cst.CSTNode


class Trial(NamedTuple):
    """The result of running the tests on a mutant."""

    key: MutantKey
    survived: bool
    timed_out: bool
    seconds: float
    changed: str = ""  # the mutated lines before and after


def mutants(module: str, tree: cst.CSTNode) -> Iterator[Mutant]:
    numbers = Counter[tuple[str, str]]()
    for where, operator, original, mutated in _mistakes(tree, "", inside=False):
        numbers[where, operator] += 1
        key = MutantKey(where, operator, numbers[where, operator])
        yield Mutant(module, key, original, mutated)


def _mistakes(
    node: cst.CSTNode, where: str, *, inside: bool
) -> Iterator[tuple[str, str, cst.CSTNode, cst.CSTNode]]:
    """Yield each small mistake that can be made in ``node`` or in a node below it.

    The four parts of a mistake are its place (``where`` in ``MutantKey``), its kind,
    the original node and the replacement. ``where`` names the place of ``node``.
    ``inside`` is true if ``node`` is in a function.
    """
    if _not_mutated(node):
        return
    if name := _defined(node, inside=inside):
        where = f"{where}.{name}".removeprefix(".")
    inside = inside or isinstance(node, cst.FunctionDef)
    for kind, operator in [*mutation_operators, *_OPERATORS]:
        if isinstance(node, kind):
            name = operator.__name__.removeprefix("operator_").strip("_")
            yield from ((where, name, node, mutated) for mutated in operator(node))
    for child in node.children:
        yield from _mistakes(child, where, inside=inside)


def _defined(node: cst.CSTNode, *, inside: bool) -> str:
    """Return the name of the function, class or global variable that a node defines."""
    match node:
        case cst.FunctionDef(name=cst.Name(name)) | cst.ClassDef(name=cst.Name(name)):
            return str(name)  # without libcst installed, its type is unknown
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(name))]):
            return "" if inside else name
        case cst.AnnAssign(target=cst.Name(name)):
            return "" if inside else name
        case _:
            return ""


def _not_mutated(node: cst.CSTNode) -> bool:
    # Such mistakes would have no effect, or make every import of the module fail.
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name):
        return node.func.value in {"len", "isinstance"}
    return isinstance(
        node, cst.Annotation | cst.Decorator | cst.Import | cst.ImportFrom
    )


def _statement_left_out(node: cst.Expr | cst.Raise) -> Iterator[cst.CSTNode]:
    if isinstance(node, cst.Raise) or isinstance(node.value, cst.Call):
        yield cst.Pass()


def _nothing_returned(node: cst.Return) -> Iterator[cst.CSTNode]:
    # Callers that only test the truth of the returned value cannot distinguish False
    # and "" from None.
    if node.value and cst.Module([]).code_for_node(node.value) not in _NOTHING:
        yield node.with_changes(value=cst.Name("None"))


def _condition_turned(node: cst.If | cst.While | cst.CompIf) -> Iterator[cst.CSTNode]:
    # The operators of mutmut already invert comparisons and remove `not`.
    if not isinstance(node.test, cst.Comparison | cst.UnaryOperation):
        test = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        yield node.with_changes(test=cst.UnaryOperation(cst.Not(), test))


_NOTHING = {"None", "False", '""'}
_OPERATORS: list[tuple[Any, Callable[[Any], Iterator[cst.CSTNode]]]] = [
    (cst.Expr | cst.Raise, _statement_left_out),
    (cst.Return, _nothing_returned),
    (cst.If | cst.While | cst.CompIf, _condition_turned),
]


def difference(original: str, mutated: str) -> str:
    """Return the lines of a module that a mutation changed, as ``before -> after``."""
    before, after = original.splitlines(), mutated.splitlines()
    _, _, *lines = difflib.unified_diff(before, after, n=0)
    was, now = (
        " ".join(line[1:].strip() for line in lines if line.startswith(sign))
        for sign in "-+"
    )
    return f"{was} -> {now}"


class Tree(NamedTuple):
    """A copy of the project in the folder ``root``, in which one module is mutated."""

    root: Path

    def path(self, module: str) -> Path:
        return self.root / "mlready" / f"{module.replace('.', '/')}.py"

    def write(self, module: str, text: str) -> None:
        """Write a module; remove the compiled file, which Python might still run."""
        path = self.path(module)
        path.write_text(text, encoding="utf-8")
        Path(cache_from_source(str(path))).unlink(missing_ok=True)

    def passes(
        self, module: str, seconds: float, *, cache: bool = False
    ) -> bool | None:
        """Return whether the tests of a module pass, or None at the time limit.

        With ``cache``, Python may write compiled files.
        """
        tests = [f"tests/test_{name}.py" for name in TESTS_OF[module]]
        run = FORK.Process(target=_run, args=(self.root, tests, cache))
        run.start()
        run.join(seconds)
        if run.is_alive() and run.pid:
            os.killpg(run.pid, signal.SIGKILL)
            run.join()
            return None
        return run.exitcode == 0


def _run(root: Path, tests: list[str], cache: bool) -> None:  # noqa: FBT001 - Process passes arguments by position
    os.setsid()
    gc.freeze()  # saves a third of the time: syntax trees are not searched for garbage
    os.chdir(root)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.environ |= {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": str(root),
        "TMPDIR": str(root / "tmp"),
    }
    tempfile.tempdir = None
    sys.path.insert(0, str(root))
    sys.dont_write_bytecode = not cache
    devnull = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(devnull, stream)
    sys.exit(
        pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests], [FewExamples()])
    )


class FewExamples:
    """A pytest plugin with which hypothesis tries few examples, always the same."""

    def pytest_collection(self) -> None:
        # Runs after tests/conftest.py has set its own number of examples.
        settings.register_profile(
            "few", settings.default, max_examples=25, derandomize=True, database=None
        )
        settings.load_profile("few")


def copy_project(root: Path) -> Tree:
    """Copy the project with its tests into the folder ``root``; return the copy."""
    for name in NEEDED:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, root / name)
    (root / "tmp").mkdir()
    root.chmod(0o755)  # some tests run as another user
    return Tree(root)


class Subject:
    """A module to mutate, and the time limit of its tests."""

    def __init__(self, tree: Tree, module: str) -> None:
        self.tree, self.module = tree, module
        self.original = cst.parse_module(tree.path(module).read_text(encoding="utf-8"))

    @cached_property
    def time_limit(self) -> float:
        """Five times the time of the tests without a mutant, plus 5 seconds."""
        begin = time.monotonic()
        # Tests that measure time may fail on a busy machine, so there are two tries.
        if not any(self.tree.passes(self.module, 120, cache=True) for _ in range(2)):
            raise SystemExit(f"{self.module}: its tests fail without a mutant")
        return 5 + 5 * (time.monotonic() - begin)

    def text(self, mutant: Mutant) -> str:
        """Return the source code of a mutant, or "" if the code cannot be compiled."""
        tree: Any = self.original.deep_replace(mutant.original, mutant.mutated)
        text: str = tree.code
        try:
            compile(text, self.module, "exec")
        except SyntaxError:
            return ""
        return text

    def trials(self, mutants: Iterable[Mutant]) -> Iterator[Trial]:
        """Run the tests on each mutant that can be compiled, and yield the results."""
        for mutant in mutants:
            time_limit, mutated = self.time_limit, self.text(mutant)
            begin = time.monotonic()
            if not mutated:
                continue
            self.tree.write(self.module, mutated)
            passes = self.tree.passes(self.module, time_limit)
            self.tree.write(self.module, self.original.code)
            yield Trial(
                mutant.key,
                survived=bool(passes),
                timed_out=passes is None,
                seconds=time.monotonic() - begin,
                changed=difference(self.original.code, mutated),
            )


def campaign(
    tree: Tree, modules: Sequence[str], seed: int | None
) -> Iterator[tuple[str, list[Trial]]]:
    """Run the tests on all mutants, or with a ``seed`` on a random sample."""
    subjects = [Subject(tree, module) for module in modules]
    every = [each for one in subjects for each in mutants(one.module, one.original)]
    if seed is not None:
        every = random.Random(seed).sample(every, min(QUICK, len(every)))
    for one in subjects:
        own = [mutant for mutant in every if mutant.module == one.module]
        yield one.module, list(one.trials(own))


def listed() -> dict[str, set[MutantKey]]:
    """Return the survivors that survivors.yaml lists, by module."""
    listed = yaml.safe_load(SURVIVORS.read_text(encoding="utf-8"))
    return {
        module: {
            MutantKey(where, operator, number)
            for reason in reasons
            for where, operators in reason["mutants"].items()
            for operator, numbers in operators.items()
            for number in numbers
        }
        for module, reasons in listed.items()
    }


def complaints(
    trials: Sequence[Trial], known: set[MutantKey], *, whole: bool
) -> Iterator[str]:
    """Yield a message for each wrongly listed survivor, and for too few killed mutants.

    ``trials`` are of one module. ``known`` are its survivors that survivors.yaml lists.
    ``whole`` is false for a random sample.
    """
    survivors = {trial.key: trial for trial in trials if trial.survived}
    for key in sorted(survivors.keys() - known):
        yield f"survives but is not listed: {_entry(key)}\n  {survivors[key].changed}"
    if not whole:
        return
    for key in sorted(known - survivors.keys()):
        yield f"is listed but does not survive: {_entry(key)}"
    if (share := killed(trials) / len(trials)) < KILLED_AT_LEAST:
        yield f"only {share:.1%} are killed"


def killed(trials: Sequence[Trial]) -> int:
    return sum(not trial.survived for trial in trials)


def _entry(key: MutantKey) -> str:
    """Return the line of survivors.yaml that lists a mutant."""
    where = key.where or '""'
    return f"{where}: {{{key.operator}: [{key.number}]}}"


def _row(module: str, trials: Sequence[Trial]) -> str:
    timeouts, seconds = sum(t.timed_out for t in trials), sum(t.seconds for t in trials)
    survivors = len(trials) - killed(trials)
    share = killed(trials) / len(trials) if trials else 1
    return (
        f"{module:28} {len(trials):7} {killed(trials):6} {timeouts:8} {survivors:8} "
        f"{share:6.1%} {seconds:7.0f}"
    )


def main(modules: Sequence[str], *, seed: int | None) -> int:
    """Run the tests on the mutants of ``modules``, and print the results.

    Return 1 for too few killed mutants, or for survivors that survivors.yaml lists
    wrongly, else 0. With a ``seed``, only a random sample is tested, and wrongly listed
    survivors are only printed.
    """
    known, broken, tried, behind = listed(), 0, list[Trial](), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        tree = copy_project(Path(folder))
        print(
            "module                       mutants killed of time survived  share "
            "seconds"
        )
        for module, trials in campaign(tree, modules, seed):
            tried += trials
            print(_row(module, trials), flush=True)
            wrong = complaints(trials, known.get(module, set()), whole=seed is None)
            for complaint in wrong:
                print(f"{module}: {complaint}", flush=True)
                broken += seed is None
                behind += [] if module in behind else [module]
    print(_row("all", tried))
    if seed is not None and killed(tried) < SAMPLE_KILLED_AT_LEAST * len(tried):
        print(f"less than {SAMPLE_KILLED_AT_LEAST:.0%} of the sample are killed")
        broken += 1
    if behind:
        print(what_to_do(behind))
    print(f"broken: {broken}" if seed is None else f"broken: {broken}, seed {seed}")
    return int(bool(broken) or not tried)


def what_to_do(modules: Sequence[str]) -> str:
    """Return advice on modules whose survivors differ from survivors.yaml."""
    files = [
        f"  {module}: {', '.join(f'tests/test_{name}.py' for name in TESTS_OF[module])}"
        for module in modules
    ]
    return "\n".join(
        [
            "To find all survivors of these modules, which takes minutes, run",
            f"  python tests/faults/mutants.py {' '.join(modules)}",
            "Then add or sharpen a test for each, remove code that has no effect, or",
            f"list the survivor with a reason in {SURVIVORS.relative_to(ROOT)}.",
            "These are the tests that must kill the mutants of each module:",
            *files,
        ]
    )


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("modules", nargs="*", metavar="MODULE", default=[*TESTS_OF])
    parser.add_argument("--quick", action="store_true", help="a sample of them")
    parser.add_argument(
        "--seed", type=int, help="seed of the sample, random by default"
    )
    return parser.parse_args()


if __name__ == "__main__":
    asked = _asked()
    seed = random.randrange(10**6) if asked.seed is None else asked.seed
    raise SystemExit(main(asked.modules, seed=seed if asked.quick else None))
