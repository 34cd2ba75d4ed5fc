"""Unified diffs of reports are correct, also for files of many lines."""

import random
from collections.abc import Callable
from difflib import Match, SequenceMatcher, unified_diff as difflib_diff
from typing import Any

import pytest
from hypothesis import given, strategies as st

from mlready.output.report_diff import MOST_PAIRS, NO_NEWLINE, unified_diff

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n"]), max_size=30)
LAST = st.sampled_from([[], ["a"], ["d"]])


@given(LINES, LINES, LINES, LAST, LAST)
def test_applying_a_diff_to_the_old_lines_gives_the_new_lines(
    same, old, new, last, other
):
    old, new = [*same, *old, *last], [*same, *new, *other]

    assert patched([*unified_diff(old, new, "a", "b")][2:], old) == new


def patched(diff: list[str], old: list[str]) -> list[str]:
    """Return the old lines with a diff applied."""
    done, new = 0, list[str]()
    for number, line in enumerate(diff):
        ending = "" if diff[number + 1 : number + 2] == [NO_NEWLINE] else "\n"
        if line.startswith("@@"):
            first, _, length = line.split()[1][1:].partition(",")
            start = int(first) - (length != "0")
            new += old[done:start]
            done = start
        elif line[0] in " -":
            assert old[done] == line[1:] + ending
            done += 1
        if line[0] in " +":
            new.append(line[1:] + ending)
    return [*new, *old[done:]]


@pytest.mark.parametrize("position", [0, 1, 50, 98, 99])
def test_diff_of_one_changed_line_equals_the_diff_made_by_difflib(position):
    old = [f"{n}\n" for n in range(100)]
    new = [*old[:position], "new\n", *old[position + 1 :]]

    shown = [line.rstrip("\n") for line in difflib_diff(old, new, "a", "b")]
    assert [*unified_diff(old, new, "a", "b")] == shown


RNG = random.Random(9)
MANY = 40_000
LARGE = {
    "102 different lines": [f"{RNG.randrange(102)}\n" for _ in range(MANY)],
    "two different lines": [f"{RNG.randrange(2)}\n" for _ in range(MANY)],
    "equal lines": ["a\n"] * MANY,
    "lines in another order": [f"{n}\n" for n in RNG.sample(range(MANY), MANY)],
    "lines in reverse": [f"{n}\n" for n in reversed(range(MANY))],
    "runs of equal lines": [f"{n // 300}\n" for n in range(MANY)],
}


CHANGES: dict[str, Callable[[list[str]], list[str]]] = {
    "shuffled": lambda lines: random.Random(7).sample(lines, len(lines)),
    "new ends": lambda lines: ["x\n", *lines[1:-1], "y\n"],
    "doubled": lambda lines: [each for line in lines[::2] for each in (line, line)],
}


@pytest.mark.parametrize("lines", LARGE.values(), ids=LARGE)
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_diff_of_40000_lines_compares_at_most_two_million_pairs_of_lines(
    monkeypatch, lines, change
):
    find = SequenceMatcher.find_longest_match
    compared: list[int] = []

    def count(matcher: Any, alo: int, ahi: int, blo: int, bhi: int) -> Match:
        equal = matcher.b2j
        compared.extend(len(equal.get(line, ())) for line in matcher.a[alo:ahi])
        return find(matcher, alo, ahi, blo, bhi)

    monkeypatch.setattr(SequenceMatcher, "find_longest_match", count)
    new = change(lines)
    diff = [*unified_diff(lines, new, "a", "b")]
    assert sum(compared) <= MOST_PAIRS  # difflib alone compares up to 10^9
    assert patched(diff[2:], lines) == new
