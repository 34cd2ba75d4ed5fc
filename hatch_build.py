"""Put into the wheel, ready for use, what a checkout prepares on every run.

The questionnaire as JSON, which loads in a tenth of the time, and the templates as
Python. YAML and templates stay the source: an editable install and a bare checkout do
without, and the tests hold both against each other.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import jinja2
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Prepared(BuildHookInterface):
    """Adds ``mlready/compiled`` and ``questionnaires/kickoff.json`` to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Prepare both, and have the wheel include them."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from mlready.report import templating
        from mlready.storage import strict_yaml

        source = Path(self.root, "questionnaires", "kickoff.yaml")
        value = strict_yaml.read(source.read_bytes(), source.name).value
        folder = Path(tempfile.mkdtemp())
        (folder / "kickoff.json").write_text(json.dumps(value), encoding="utf-8")
        compiler = templating.environment()
        compiler.loader = jinja2.DictLoader(
            {path.name: templating.source(path.name) for path in _whole(self.root)}
        )
        compiler.compile_templates(folder / "compiled", zip=None, ignore_errors=False)
        build_data["force_include"] |= {
            str(folder / "kickoff.json"): "mlready/questionnaires/kickoff.json",
            str(folder / "compiled"): "mlready/compiled",
        }


def _whole(root: str) -> list[Path]:
    """Return the templates that are not only parts of others."""
    parts = Path(root, "templates").glob("_*.md.j2")
    return sorted(set(Path(root, "templates").glob("*.j2")) - set(parts))
