"""Make a package of mlready with compiled templates, as an installed wheel has them.

Programs that tests start would spend half of their time on compiling templates.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BUILD = """
import sys
from pathlib import Path
from hatch_build import precompile
precompile(*map(Path, sys.argv[1:]))
"""


def link_package(folder: Path) -> None:
    """Create a package ``mlready`` in ``folder`` for programs that tests start.

    A program imports this package if PYTHONPATH is ``folder``. The package has links to
    the files of the checkout. Only its compiled templates and its questionnaire as JSON
    are new files. Coverage follows the links, and so counts lines of the checkout.
    """
    package = folder / "mlready"
    data = package / "questionnaires"
    data.mkdir(parents=True)
    for source, target in ((ROOT / "mlready", package), (ROOT / data.name, data)):
        for path in source.iterdir():
            if path.name != "__pycache__":
                (target / path.name).symlink_to(path)
    (package / "templates").symlink_to(ROOT / "templates")
    command = [sys.executable, "-c", BUILD, str(ROOT)]
    to = (str(data / "kickoff.json"), str(package / "compiled"))
    subprocess.run([*command, *to], cwd=ROOT, check=True)
