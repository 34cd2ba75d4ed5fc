"""Build hook: add the questionnaire as JSON and the templates as Python to a wheel.

The JSON loads ten times as fast as the YAML, and compiled templates render a report in
a fraction of the time. A checkout and an editable install use the YAML and the template
sources directly; tests check that they generate the same documents as a wheel.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import jinja2
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PrecompileHook(BuildHookInterface):
    """Add ``mlready/compiled`` and ``questionnaires/kickoff.json`` to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the compiled files to a temporary folder and add them to the wheel."""
        if version == "editable":
            return
        # ``finalize`` deletes this folder; after a failed build Python does on exit.
        self._temporary = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        folder = Path(self._temporary.name)
        precompile(Path(self.root), folder / "kickoff.json", folder / "compiled")
        build_data["force_include"] |= {
            str(folder / "kickoff.json"): "mlready/questionnaires/kickoff.json",
            str(folder / "compiled"): "mlready/compiled",
        }

    def finalize(
        self,
        version: str,
        build_data: dict[str, Any],  # noqa: ARG002 - required by the hook interface
        artifact_path: str,  # noqa: ARG002 - required by the hook interface
    ) -> None:
        """Delete the temporary folder after the wheel is built."""
        if version != "editable":
            self._temporary.cleanup()


def precompile(root: Path, questionnaire: Path, compiled: Path) -> None:
    """Write the questionnaire as JSON to a file, and compiled templates to a folder.

    ``root`` is the folder of a checkout.
    """
    sys.path.insert(0, str(root))
    from mlready.report import templating
    from mlready.storage import strict_yaml

    source = root / "questionnaires" / "kickoff.yaml"
    value = strict_yaml.read(source.read_bytes(), source.name).value
    questionnaire.write_text(json.dumps(value), encoding="utf-8")
    compiler = templating.environment()
    compiler.loader = jinja2.DictLoader(
        {path.name: templating.source(path.name) for path in _loaded_by_name(root)}
    )
    compiler.compile_templates(compiled, zip=None, ignore_errors=False)


def _loaded_by_name(root: Path) -> list[Path]:
    """Return the paths of the templates that mlready loads by name.

    Leaves out the templates that are only included in other templates.
    """
    parts = (root / "templates").glob("_*.md.j2")  # only included in other templates
    return sorted(set((root / "templates").glob("*.j2")) - set(parts))
