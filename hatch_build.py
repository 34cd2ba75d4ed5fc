"""Put the questionnaire into the wheel as JSON too, which loads in a tenth of the time.

The YAML stays the source: this runs when a wheel is built, and an editable install or
a bare checkout does without.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class QuestionnaireAsJson(BuildHookInterface):
    """Adds ``mlready/questionnaires/kickoff.json`` to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Convert the questionnaire and have the wheel include it."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from mlready import documents

        source = Path(self.root, "questionnaires", "kickoff.yaml")
        value = documents.read(source.read_bytes(), source.name).value
        target = Path(tempfile.mkdtemp(), "kickoff.json")
        target.write_text(json.dumps(value), encoding="utf-8")
        build_data["force_include"][str(target)] = "mlready/questionnaires/kickoff.json"
