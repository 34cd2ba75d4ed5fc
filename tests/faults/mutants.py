"""Whether the tests notice when the code is wrong, tried by making it wrong.

    python tests/faults/mutants.py [MODULE ...]        every mutant, of all modules
    python tests/faults/mutants.py --quick [--seed N]  fifty of them, chosen by chance

A mutant is a module with one small mistake: another operator, an argument left out, a
text in capitals. It is killed when a test fails or never ends, and survives when all
pass. Two promises: at least nine of ten are killed in each module, and whoever survives
is named in survivors.yaml with the reason, which names nobody else. The
file knows a mutant by its function, its operator and its number there, so that code
can move within its module and local variables can be renamed.

The mistakes are those of mutmut and three of our own; they are made in a copy of the
tree, decorated functions and constants included, which mutmut itself leaves out. Tests
run in a fork that has the libraries already, with few examples, always the same ones.
Needs the extra ``faults``, and a system that forks.
"""

import argparse
import difflib
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
# The tests that are to notice, those of the module itself first.
NOTICED_BY = {
    "storage.strict_yaml": ["strict_yaml", "answers_file"],
    "storage.source_positions": ["strict_yaml"],
    "input_limits": ["strict_yaml"],
    "storage.answers_fast_parser": ["answers_fast_parser"],
    "storage.atomic_file": ["atomic_file"],
    "output.inject": ["inject"],
    "assessment.staffing": ["staffing"],
    "assessment.scoring": ["scoring", "diagnosis", "staffing"],
    "assessment.diagnosis": ["diagnosis", "staffing"],
}
KILLED_AT_LEAST = 0.9
QUICK = 50  # mutants: about 40 seconds
MEMORY = 2 << 30  # bytes: a mutant that reads /dev/zero to its end ends early
FORK = multiprocessing.get_context("fork")


class MutantKey(NamedTuple):
    """Where a mutant is made: stable when code moves within its module.

    Args:
        where: the function, as ``Class.method``; the name for an assignment outside
            of functions; nothing for other statements of the module.
        operator: the name of the operator that makes it.
        number: 1 for the first mutant that this operator makes there, and so on.
    """

    where: str
    operator: str
    number: int


class Mutant(NamedTuple):
    """A module with one mistake."""

    module: str
    key: MutantKey
    right: cst.CSTNode
    wrong: cst.CSTNode


class Trial(NamedTuple):
    """What became of a mutant; a survivor has ``changed`` code to be shown."""

    key: MutantKey
    survived: bool
    late: bool
    seconds: float
    changed: str = ""


def mutants(module: str, tree: cst.CSTNode) -> Iterator[Mutant]:
    """Yield every mutant of a module."""
    numbers = Counter[tuple[str, str]]()
    for where, operator, right, wrong in _mistakes(tree, "", inside=False):
        numbers[where, operator] += 1
        key = MutantKey(where, operator, numbers[where, operator])
        yield Mutant(module, key, right, wrong)


def _mistakes(
    node: cst.CSTNode, where: str, *, inside: bool
) -> Iterator[tuple[str, str, cst.CSTNode, cst.CSTNode]]:
    """Yield place, operator, node and changed node; ``inside`` a function or not."""
    if _left_alone(node):
        return
    if name := _defined(node, inside=inside):
        where = f"{where}.{name}".removeprefix(".")
    inside = inside or isinstance(node, cst.FunctionDef)
    for kind, operator in [*mutation_operators, *_OPERATORS]:
        if isinstance(node, kind):
            name = operator.__name__.removeprefix("operator_").strip("_")
            yield from ((where, name, node, wrong) for wrong in operator(node))
    for child in node.children:
        yield from _mistakes(child, where, inside=inside)


def _defined(node: cst.CSTNode, *, inside: bool) -> str:
    """Return the name a statement defines, nothing for a local variable."""
    match node:
        case cst.FunctionDef(name=cst.Name(name)) | cst.ClassDef(name=cst.Name(name)):
            return name
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name(name))]):
            return "" if inside else name
        case cst.AnnAssign(target=cst.Name(name)):
            return "" if inside else name
        case _:
            return ""


def _left_alone(node: cst.CSTNode) -> bool:
    """Return whether mistakes in it mean nothing, or break every import alike."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name):
        return node.func.value in {"len", "isinstance"}
    return isinstance(
        node, cst.Annotation | cst.Decorator | cst.Import | cst.ImportFrom
    )


def _statement_left_out(node: cst.Expr | cst.Raise) -> Iterator[cst.CSTNode]:
    if isinstance(node, cst.Raise) or isinstance(node.value, cst.Call):
        yield cst.Pass()


def _nothing_returned(node: cst.Return) -> Iterator[cst.CSTNode]:
    # Whoever asks only whether something is true cannot tell these from None.
    if node.value and cst.Module([]).code_for_node(node.value) not in _NOTHING:
        yield node.with_changes(value=cst.Name("None"))


def _condition_turned(node: cst.If | cst.While | cst.CompIf) -> Iterator[cst.CSTNode]:
    # mutmut turns comparisons, and takes away what says `not`.
    if not isinstance(node.test, cst.Comparison | cst.UnaryOperation):
        test = node.test.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        yield node.with_changes(test=cst.UnaryOperation(cst.Not(), test))


_NOTHING = {"None", "False", '""'}
_OPERATORS: list[tuple[Any, Callable[[Any], Iterator[cst.CSTNode]]]] = [
    (cst.Expr | cst.Raise, _statement_left_out),
    (cst.Return, _nothing_returned),
    (cst.If | cst.While | cst.CompIf, _condition_turned),
]


def difference(right: str, wrong: str) -> str:
    """Return what a mutant changes, for a person to read: ``before -> after``."""
    _, _, *lines = difflib.unified_diff(right.splitlines(), wrong.splitlines(), n=0)
    was, now = (
        " ".join(line[1:].strip() for line in lines if line.startswith(sign))
        for sign in "-+"
    )
    return f"{was} -> {now}"


class Tree(NamedTuple):
    """A copy of the project in which one module at a time is wrong."""

    root: Path

    def path(self, module: str) -> Path:
        """Return the file of a module."""
        return self.root / "mlready" / f"{module.replace('.', '/')}.py"

    def put(self, module: str, text: str) -> None:
        """Write a module; what was compiled before could be taken for it."""
        path = self.path(module)
        path.write_text(text, encoding="utf-8")
        Path(cache_from_source(str(path))).unlink(missing_ok=True)

    def passes(
        self, module: str, seconds: float, *, cache: bool = False
    ) -> bool | None:
        """Return whether the tests of a module pass, None when time was up."""
        tests = [f"tests/test_{name}.py" for name in NOTICED_BY[module]]
        run = FORK.Process(target=_run, args=(self.root, tests, cache))
        run.start()
        run.join(seconds)
        if run.is_alive() and run.pid:
            os.killpg(run.pid, signal.SIGKILL)
            run.join()
            return None
        return run.exitcode == 0


def _run(root: Path, tests: list[str], cache: bool) -> None:  # noqa: FBT001 - handed over by position
    os.setsid()
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
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(silence, stream)
    sys.exit(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests], [Few()]))


class Few:
    """Has hypothesis try few examples, the same ones for each mutant."""

    def pytest_collection(self) -> None:
        """Say so when tests/conftest.py has said its own."""
        settings.register_profile(
            "few", settings.default, max_examples=25, derandomize=True, database=None
        )
        settings.load_profile("few")


def copied(root: Path) -> Tree:
    """Copy what the tests need."""
    for name in NEEDED:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, root / name)
    (root / "tmp").mkdir()
    return Tree(root)


class Subject:
    """A module as it should be, and how long its tests take to say so."""

    def __init__(self, tree: Tree, module: str) -> None:
        self.tree, self.module = tree, module
        self.right = cst.parse_module(tree.path(module).read_text(encoding="utf-8"))

    @cached_property
    def patience(self) -> float:
        """Return how many seconds the tests may take, by how many they take."""
        begin = time.monotonic()
        # A test that looks at the time may fail once on a busy machine.
        if not any(self.tree.passes(self.module, 120, cache=True) for _ in range(2)):
            raise SystemExit(f"{self.module}: its tests fail before anything is wrong")
        return 5 + 5 * (time.monotonic() - begin)

    def text(self, mutant: Mutant) -> str:
        """Return the module with the mistake, nothing where it cannot be compiled."""
        wrong: Any = self.right.deep_replace(mutant.right, mutant.wrong)
        text: str = wrong.code
        try:
            compile(text, self.module, "exec")
        except SyntaxError:
            return ""
        return text

    def tried(self, mutants: Iterable[Mutant]) -> Iterator[Trial]:
        """Yield what becomes of each mutant that is Python at all."""
        for mutant in mutants:
            patience, wrong, begin = self.patience, self.text(mutant), time.monotonic()
            if not wrong:
                continue
            self.tree.put(self.module, wrong)
            passes = self.tree.passes(self.module, patience)
            self.tree.put(self.module, self.right.code)
            yield Trial(
                mutant.key,
                survived=bool(passes),
                late=passes is None,
                seconds=time.monotonic() - begin,
                changed=difference(self.right.code, wrong),
            )


def campaign(
    tree: Tree, modules: Sequence[str], seed: int | None
) -> Iterator[tuple[str, list[Trial]]]:
    """Try the mutants module by module, only some of them where there is a seed."""
    subjects = [Subject(tree, module) for module in modules]
    made = [each for one in subjects for each in mutants(one.module, one.right)]
    if seed is not None:
        made = random.Random(seed).sample(made, min(QUICK, len(made)))
    for one in subjects:
        mine = [mutant for mutant in made if mutant.module == one.module]
        yield one.module, list(one.tried(mine))


def named() -> dict[str, set[MutantKey]]:
    """Return the survivors that survivors.yaml gives a reason for, by module."""
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
    """Yield what is wrong; a sample says nothing about shares and absent mutants."""
    alive = {trial.key: trial for trial in trials if trial.survived}
    for key in sorted(alive.keys() - known):
        yield f"survives and is not named: {_entry(key)}\n  {alive[key].changed}"
    if not whole:
        return
    for key in sorted(known - alive.keys()):
        yield f"is named and does not survive: {_entry(key)}"
    if (share := killed(trials) / len(trials)) < KILLED_AT_LEAST:
        yield f"only {share:.1%} are killed"


def killed(trials: Sequence[Trial]) -> int:
    """Return how many were noticed; a test that never ends has noticed too."""
    return sum(not trial.survived for trial in trials)


def _entry(key: MutantKey) -> str:
    """Return a key as survivors.yaml has it."""
    where = key.where or '""'
    return f"{where}: {{{key.operator}: [{key.number}]}}"


def _row(module: str, trials: Sequence[Trial]) -> str:
    late, seconds = sum(t.late for t in trials), sum(t.seconds for t in trials)
    alive = len(trials) - killed(trials)
    share = killed(trials) / len(trials) if trials else 1
    return (
        f"{module:28} {len(trials):7} {killed(trials):6} {late:8} {alive:8} "
        f"{share:6.1%} {seconds:7.0f}"
    )


def main(modules: Sequence[str], *, seed: int | None) -> int:
    """Print what became of the mutants; the exit code tells whether all is well."""
    known, broken, tried = named(), 0, list[Trial]()
    with tempfile.TemporaryDirectory() as folder:
        tree = copied(Path(folder))
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
                broken += 1
    print(_row("all", tried))
    print(f"broken: {broken}" if seed is None else f"broken: {broken}, seed {seed}")
    return int(bool(broken) or not tried)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("modules", nargs="*", metavar="MODULE", default=[*NOTICED_BY])
    parser.add_argument("--quick", action="store_true", help="a sample of them")
    parser.add_argument("--seed", type=int, help="which sample; by chance unless told")
    return parser.parse_args()


if __name__ == "__main__":
    asked = _asked()
    chance = random.randrange(10**6) if asked.seed is None else asked.seed
    raise SystemExit(main(asked.modules, seed=chance if asked.quick else None))
