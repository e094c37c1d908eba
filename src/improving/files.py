"""Write a file whole or not at all, even if this process is killed half-way."""

import os
from pathlib import Path

from improving.problems import CourseError


def write_bytes(path: Path, content: bytes) -> Path:
    """Write a file, and leave what was there before if that cannot be done.

    Parameters
    ----------
    path : Path
        The file. Its folder is made if it does not exist.
    content : bytes
        What it shall hold.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    CourseError
        If it cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise CourseError(
            f"{path} cannot be written: {error.strerror}.\n"
            "    Mend: name a file that you may write, and that is no folder."
        ) from None
    return path


def write_text(path: Path, text: str) -> Path:
    """Write a text as UTF-8, as `write_bytes` does.

    Parameters
    ----------
    path : Path
        The file.
    text : str
        What it shall hold.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    CourseError
        If it cannot be written.
    """
    return write_bytes(path, text.encode())
