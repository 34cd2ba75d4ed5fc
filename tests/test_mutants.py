import inspect
from collections.abc import Container
from typing import Any

import pytest

# The extra `faults` need not be installed.
mutants = pytest.importorskip("tests.faults.mutants", exc_type=ImportError)

RIGHT = '''
"""A module."""

LIMIT = 2


@decorated
def over(text: str, most: int = LIMIT) -> bool:
    """Say whether it is too long."""
    if text:
        note(text)
    return len(text) > most
'''


def wrong(source: str, within: Container[str] = ("", "over")) -> list[Any]:
    tree = mutants.cst.parse_module(source)
    return [
        mutants.change(each.place, source, tree.deep_replace(*each[2:]).code)
        for each in mutants.mutants("a", tree)
        if each.place in within
    ]


def test_every_small_mistake_is_made_once():
    assert wrong(RIGHT) == [
        ("", "LIMIT = 2", "LIMIT = None"),
        ("", "LIMIT = 2", "LIMIT = 3"),
        ("over", "if text:", "if not (text):"),
        ("over", "note(text)", "pass"),
        ("over", "note(text)", "note(None)"),
        ("over", "return len(text) > most", "return None"),
        ("over", "return len(text) > most", "return len(text) >= most"),
    ]


def test_a_mutant_is_known_again_wherever_its_function_stands():
    moved = RIGHT.replace("@decorated", "ANOTHER = LIMIT\n\n\n@decorated")

    assert set(wrong(RIGHT)) <= set(wrong(moved))


def test_lines_are_joined_so_that_a_mutant_is_one():
    source = inspect.cleandoc("""
        return f(
            a,
            b,
        )
    """)

    assert mutants.change("g", source, "return None") == (
        "g", "return f( a, b, )", "return None",
    )  # fmt: skip


NAMED, OTHER = mutants.Change("f", "a", "b"), mutants.Change("f", "a", "c")


def trials(killed: int, *alive: tuple[str, str, str]) -> list[object]:
    return [mutants.Trial(each, late=False, seconds=1) for each in [None] * killed] + [
        mutants.Trial(each, late=False, seconds=1) for each in alive
    ]


@pytest.mark.parametrize(
    ("tried", "whole", "complaints"),
    [
        pytest.param(trials(9, NAMED), True, [], id="as the file says"),
        pytest.param(trials(9), False, [], id="a sample without the named one"),
        pytest.param(
            trials(9, OTHER), False,
            ["survives and is not named:\n- place: f\n  was: a\n  now: c\n"],
            id="not named",
        ),
        pytest.param(
            trials(9), True,
            ["is named and does not survive:\n- place: f\n  was: a\n  now: b\n"],
            id="named, and killed",
        ),
        pytest.param(trials(8, NAMED), True, ["only 88.9% are killed"], id="too many"),
    ],
)  # fmt: skip
def test_what_is_not_as_promised_is_told(tried, whole, complaints):
    assert list(mutants.complaints(tried, {NAMED}, whole=whole)) == complaints


def test_a_campaign_that_tries_nothing_is_no_success():
    assert mutants.main([], seed=1) == 1


@pytest.mark.parametrize("module", mutants.NOTICED_BY)
def test_every_survivor_that_is_named_is_still_a_mutant(module):
    survivors = mutants.named().get(module, set())
    source = mutants.Tree(mutants.ROOT).path(module).read_text(encoding="utf-8")

    assert survivors - {*wrong(source, {each.place for each in survivors})} == set()
