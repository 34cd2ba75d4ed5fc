"""Where a line is code between backticks, as CommonMark has it."""

import re

import pytest
from hypothesis import given, strategies as st

from mlready.output.code_spans import mask_code_spans

# What CommonMark says, in one pattern whose time grows with the square of a line.
SPAN = re.compile(rb"(?<!`)(`+)(?!`)[^`]+?(?:`+[^`]+?)*?(?<!`)\1(?!`)")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        pytest.param(b"a `b` c", b"a ``` c", id="a span"),
        pytest.param(b"``a`b``", b"```````", id="a lesser run within"),
        pytest.param(b"`a``b`", b"``````", id="a greater run within"),
        pytest.param(b"`a``", b"`a``", id="runs that differ"),
        pytest.param(b"`a` `b", b"``` `b", id="a run left over"),
        pytest.param(b"`a`b`", b"```b`", id="the first two of three"),
        pytest.param(b"``` ` `", b"``` ```", id="a run without an end before a span"),
        pytest.param(b"nothing", b"nothing", id="no backticks"),
        pytest.param(b"", b"", id="nothing at all"),
    ],
)
def test_spans_are_painted_over(line, shown):
    assert mask_code_spans(line) == shown


@given(st.lists(st.sampled_from([b"`", b"``", b"a", b"<!--"]), max_size=12))
def test_spans_are_those_of_the_pattern(parts):
    line = b"".join(parts)
    assert mask_code_spans(line) == SPAN.sub(lambda found: b"`" * len(found[0]), line)
