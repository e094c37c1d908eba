"""Read a built site, and write files that are the same whenever and wherever they are made."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from improving.problems import CourseError

# The first moment that a ZIP file can hold.
LONG_AGO = (1980, 1, 1, 0, 0, 0)
UNIX = 3
READABLE = 0o644 << 16


def read_site(site: Path) -> dict[str, bytes]:
    """Return every file of a built site.

    Parameters
    ----------
    site : Path
        The folder of the site.

    Returns
    -------
    dict of str to bytes
        Content by path from the folder, with forward slashes, in order.

    Raises
    ------
    CourseError
        If there is no site.
    """
    if not (site / "index.html").is_file():
        raise CourseError(f"There is no site in {site}.\n    Mend: run `python course.py book`.")
    paths = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    return {name: paths[name].read_bytes() for name in sorted(paths)}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP of files, in the order of their names.

    Parameters
    ----------
    files : mapping of str to bytes
        Content by path inside the ZIP.

    Returns
    -------
    bytes
        The ZIP. Nothing in it depends on the day or on the computer.
    """
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = ZipInfo(name, LONG_AGO)
            entry.create_system = UNIX
            entry.external_attr = READABLE
            archive.writestr(entry, files[name], ZIP_DEFLATED)
    return buffer.getvalue()
