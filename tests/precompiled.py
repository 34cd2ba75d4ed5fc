"""Build the package as a wheel lays it out, with links to the files of the checkout.

The package has compiled templates, so that a program that a test starts need not
compile them, which takes more than half of its time.
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
    """Fill a folder with the package, to be put on the import path of programs.

    Python and coverage see the files of the checkout, because they resolve the links.
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
