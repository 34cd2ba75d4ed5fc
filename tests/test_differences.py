import random
import time
from difflib import unified_diff as difflib_diff

import pytest
from hypothesis import given, strategies as st

from mlready.output.differences import NO_NEWLINE, unified_diff

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n"]), max_size=30)
LAST = st.sampled_from([[], ["a"], ["d"]])


@given(LINES, LINES, LINES, LAST, LAST)
def test_a_diff_leads_from_the_old_lines_to_the_new(same, old, new, last, other):
    old, new = [*same, *old, *last], [*same, *new, *other]

    assert applied([*unified_diff(old, new, "a", "b")][2:], old) == new


def applied(diff: list[str], old: list[str]) -> list[str]:
    """Apply a diff as patch does."""
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


@pytest.mark.parametrize("place", [0, 1, 50, 98, 99])
def test_one_changed_line_is_shown_as_difflib_shows_it(place):
    old = [f"{n}\n" for n in range(100)]
    new = [*old[:place], "new\n", *old[place + 1 :]]

    shown = [line.rstrip("\n") for line in difflib_diff(old, new, "a", "b")]
    assert [*unified_diff(old, new, "a", "b")] == shown


CHOICE = random.Random(9)
MANY = 120_000
LARGE = {
    "lines of 102 kinds": [f"{CHOICE.randrange(102)}\n" for _ in range(MANY)],
    "lines of two kinds": [f"{CHOICE.randrange(2)}\n" for _ in range(MANY)],
    "equal lines": ["a\n"] * MANY,
    "lines in another order": [f"{n}\n" for n in CHOICE.sample(range(MANY), MANY)],
    "lines in reverse": [f"{n}\n" for n in reversed(range(MANY))],
    "runs of equal lines": [f"{n // 300}\n" for n in range(MANY)],
}


@pytest.mark.parametrize("lines", LARGE.values(), ids=LARGE)
@pytest.mark.parametrize("change", ["shuffled", "ends", "doubled"])
def test_a_diff_of_many_lines_takes_seconds(lines, change):
    new = {
        "shuffled": random.Random(7).sample(lines, len(lines)),
        "ends": ["x\n", *lines[1:-1], "y\n"],
        "doubled": [each for line in lines[::2] for each in (line, line)],
    }[change]

    start = time.thread_time()
    diff = [*unified_diff(lines, new, "a", "b")]
    assert time.thread_time() - start < 10  # as difflib does it, minutes
    assert applied(diff[2:], lines) == new
