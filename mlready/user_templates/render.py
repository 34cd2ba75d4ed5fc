"""Render a template that a user provides, and that is not trusted.

*Input.* A template can use the assessment as plain data (``report.json_export``; each
key is described in ``questionnaires/schema/result.json``), ``range`` and ``namespace``.
A key takes precedence over a method of the same name: ``group.items`` is the list in
the data.

*Output* is escaped for the kind of document given by the file name without ``.j2``:
``.html`` and ``.htm`` as HTML, safe in quoted attributes; ``.xml`` and ``.svg`` as XML;
``.md``, ``.markdown`` or no ending as Markdown, safe anywhere in it; all others as one
line without control characters. None is printed as an empty text. Four filters change
the escaping: ``|md``, ``|html`` and ``|terminal`` escape for Markdown, HTML or a
terminal instead, ``|raw`` prints text unchanged. The output of a macro, a block or
``{% set x %}...{% endset %}`` is not escaped again. Text joined from parts (``~``,
``join``) is escaped again.

*Limits.* Only the filters and methods in ``allowlist`` are available. Included
templates must be in the template's folder, must not be hidden or have further hard
links, and may have up to 1 MiB each. Rendering runs in a subprocess, for at most ten
seconds and, on Linux, with at most 256 MiB of memory. The document may have up to 16
MiB.
"""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlready.errors import TemplateError
from mlready.storage.atomic_file import read_bytes
from mlready.user_templates.limited_process import Limits, run_limited
from mlready.user_templates.sandbox import (
    FAILURE,
    TOO_LARGE,
    RenderRequest,
    at,
    timeout_message,
)

LIMITS = Limits()


def render_user_template(
    data: Mapping[str, Any], path: Path, limits: Limits = LIMITS
) -> str:
    """Return the document that a user template generates from plain data.

    Raises TemplateError with file and line, or StorageError if the template itself
    cannot be read.
    """
    read_bytes(path)  # raises an error with the usual message
    folder = os.path.realpath(path.parent)
    wanted = RenderRequest(data, folder, str(path.parent), path.name, limits.seconds)
    try:
        answer = run_limited(
            "mlready.user_templates.sandbox.answer", json.dumps(wanted).encode(), limits
        )
    except TimeoutError:
        raise TemplateError(at(path, 1, timeout_message(limits.seconds))) from None
    except MemoryError:
        raise TemplateError(at(path, 1, TOO_LARGE)) from None
    text = answer[1:].decode()
    if answer[:1] == FAILURE:
        raise TemplateError(text)
    return text
