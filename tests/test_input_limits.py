"""The security page states the limits on input and on templates."""

import re
from pathlib import Path

from mlready.errors import SHOWN
from mlready.input_limits import DEPTH, LIMIT, LONGEST_LINE, LONGEST_TEXT, TABLE_LIMIT
from mlready.user_templates.limited_process import Limits
from mlready.user_templates.sandbox import LONGEST

PAGE = (Path(__file__).parent.parent / "SECURITY.md").read_text(encoding="utf-8")


def test_security_page_states_the_limits_set_in_the_code():
    limits = PAGE.partition("## Limits\n")[2].partition("\n\nAnswers")[0]
    documented = re.findall(r"^\|.*\| (\d.*) \|$", limits, re.MULTILINE)

    assert documented == [
        f"{LIMIT >> 20} MiB",
        f"{TABLE_LIMIT >> 20} MiB",
        f"{LONGEST_TEXT:,} characters",
        f"{LONGEST_LINE} characters",
        f"{DEPTH} levels",
        f"{SHOWN}",
        f"{Limits().seconds} seconds",
        f"{Limits().memory >> 20} MiB",
        f"{LONGEST >> 20} MiB",
    ]
