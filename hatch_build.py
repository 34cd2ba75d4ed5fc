"""Build hook: add the questionnaire as JSON and the templates as Python to a wheel.

Both load faster than the sources, which a checkout and an editable install use.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import jinja2
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PrecompileHook(BuildHookInterface):
    """Add compiled templates and ``kickoff.json`` to a wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile into a temporary folder, and add the files to the wheel."""
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
        """Delete the temporary folder."""
        if version != "editable":
            self._temporary.cleanup()


def precompile(root: Path, questionnaire: Path, compiled: Path) -> None:
    """Write the questionnaire as JSON, and compile the templates.

    Args:
        root: the folder of a checkout.
        questionnaire: the JSON file to write.
        compiled: the folder for the compiled templates.

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
    """Return the paths of the templates that mlready loads by name."""
    parts = (root / "templates").glob("_*.md.j2")  # only included in other templates
    return sorted(set((root / "templates").glob("*.j2")) - set(parts))
