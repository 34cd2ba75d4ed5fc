"""Render a template that a user provides, and that is not trusted.

The suffix before ``.j2`` decides how printed text is escaped. A subprocess renders the
template, with limits on time and memory.
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
    """Return the document that a user template generates from ``data``.

    Raises:
        TemplateError: the template fails; the message names file and line.
        StorageError: the template cannot be read.

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
