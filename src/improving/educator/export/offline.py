"""The built site as one ZIP to hand on: unpacked anywhere, it opens without a network."""

from __future__ import annotations

from pathlib import Path

from improving.educator.export import archive
from improving.files import write_bytes

START = "START-HERE.html"
SITE = "site/"


def package(site: Path, to: Path) -> Path:
    """Write the built site and a page that says how to open it.

    Parameters
    ----------
    site : Path
        The folder of the built site.
    to : Path
        The ZIP file. Two packages of one site are identical, byte for byte.

    Returns
    -------
    Path
        The ZIP file.

    Raises
    ------
    CourseError
        If there is no site, or the file cannot be written.
    """
    files = {f"{SITE}{name}": content for name, content in archive.read_site(site).items()}
    start = Path(__file__).with_name("start-here.html").read_bytes()
    return write_bytes(to, archive.zipped(files | {START: start}))
