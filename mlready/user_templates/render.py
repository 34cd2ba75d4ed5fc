"""Fill in a template that somebody brings along and nobody here has read.

*What it is given.* The result as plain data (``report.json_export``; each key is
described in ``questionnaires/schema/result.json``), ``range`` and ``namespace``. A key
comes before a method of that name: ``group.items`` is the list in the data.

*What it prints* is escaped for the kind of document that its name tells, ``.j2`` left
aside: ``.html`` and ``.htm`` as HTML, fit for quoted attributes; ``.xml`` and ``.svg``
as XML; ``.md``, ``.markdown`` or no ending as Markdown, in any place of it; all others
in one line without signs that steer a terminal. None prints nothing. The ways out are
said aloud: ``|md``, ``|html`` and ``|terminal`` escape for that place instead, ``|raw``
prints a text as it is. A macro, a block and ``{% set x %}...{% endset %}`` print what
they made once. What is made of pieces (``~``, ``join``) is a new text, and escaped.

*What it cannot do.* Only the filters and methods in ``allowlist`` exist. Other
templates come from its own folder, not from what is hidden there, and have 1 MiB each.
It runs in a process of its own, for ten seconds, on Linux with 256 MiB, and makes 16
MiB at most.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlready.errors import TemplateError
from mlready.storage.atomic_file import read_bytes
from mlready.user_templates.limited_process import Limits, run_limited
from mlready.user_templates.sandbox import BADLY, TOO_LARGE, RenderRequest, at, late

LIMITS = Limits()


def render_user_template(
    data: Mapping[str, Any], path: Path, limits: Limits = LIMITS
) -> str:
    """Return what a template makes of plain data.

    Raises TemplateError, which names file and line, or StorageError.
    """
    read_bytes(path)  # what is wrong with the file itself is told as of any file
    folder = os.path.realpath(path.parent)
    wanted = RenderRequest(data, folder, str(path.parent), path.name, limits.seconds)
    try:
        answer = run_limited(
            "mlready.user_templates.sandbox.answer", json.dumps(wanted).encode(), limits
        )
    except TimeoutError:
        raise TemplateError(at(path, 1, late(limits.seconds))) from None
    except MemoryError:
        raise TemplateError(at(path, 1, TOO_LARGE)) from None
    text = answer[1:].decode()
    if answer[:1] == BADLY:
        raise TemplateError(text)
    return text
