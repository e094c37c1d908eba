"""Keep notebooks in one shape, so that a change shows only what its author changed.

A tidy notebook names the kernel python3 and holds no execution counts. Outputs are kept only in
cells tagged `nbval-check-output`, where the tests compare them with a fresh run.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

from improving.problems import CourseError, Problem

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
CHECKED = "nbval-check-output"
FOLDERS = ("chapters", "exercises", "book")

# What Jupyter and editors write for themselves; none of it says anything about the lesson.
NOISE = frozenset(
    [
        "ExecuteTime",
        "collapsed",
        "deletable",
        "execution",
        "jupyter",
        "pycharm",
        "scrolled",
        "signature",
        "toc",
        "trusted",
        "vscode",
        "widgets",
    ]
)

Json = dict[str, Any]


def tidy(notebook: Json) -> Json:
    """Return the tidy form of a notebook.

    Parameters
    ----------
    notebook : dict
        A notebook of format 4, as read from its file.

    Returns
    -------
    dict
        A new notebook; the one given is unchanged. Tidying it again changes nothing.
    """
    metadata = _without_noise(notebook.get("metadata", {}))
    taken = {cell["id"] for cell in notebook["cells"] if cell.get("id")}
    return {
        "cells": [_tidy_cell(cell, taken) for cell in notebook["cells"]],
        "metadata": {**metadata, "kernelspec": KERNEL, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _tidy_cell(cell: Json, taken: set[str]) -> Json:
    source = "".join(cell["source"])
    metadata = _without_noise(cell.get("metadata", {}))
    tidied: Json = {
        "cell_type": cell["cell_type"],
        "id": cell.get("id") or _new_id(source, taken),
        "metadata": metadata,
        "source": source.splitlines(keepends=True),
    }
    if "attachments" in cell:
        tidied["attachments"] = cell["attachments"]
    if cell["cell_type"] == "code":
        checked = CHECKED in metadata.get("tags", ())
        outputs = cell.get("outputs", []) if checked else []
        tidied |= {"execution_count": None, "outputs": [_tidy_output(one) for one in outputs]}
    return tidied


def _without_noise(metadata: Json) -> Json:
    return {key: value for key, value in metadata.items() if key not in NOISE}


def _new_id(source: str, taken: set[str]) -> str:
    """Return an id that depends only on the cell's text and the ids before it."""
    number = 0
    while (fresh := hashlib.sha256(f"{source}{number}".encode()).hexdigest()[:8]) in taken:
        number += 1
    taken.add(fresh)
    return fresh


def _tidy_output(output: Json) -> Json:
    tidied = dict(output)
    if "execution_count" in tidied:
        tidied["execution_count"] = None
    if "metadata" in tidied:
        tidied["metadata"] = {}
    if "text" in tidied:
        tidied["text"] = _lines(tidied["text"])
    if "data" in tidied:
        tidied["data"] = {
            kind: _lines(value) if isinstance(value, (str, list)) else value
            for kind, value in sorted(tidied["data"].items())
        }
    return tidied


def _lines(text: str | list[str]) -> list[str]:
    return "".join(text).splitlines(keepends=True)


def dumps(notebook: Json) -> str:
    """Return a notebook as text: sorted keys, one space of indent, a newline at the end."""
    return json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def read(path: Path, name: str) -> Json:
    """Read a notebook.

    Parameters
    ----------
    path : Path
        The notebook.
    name : str
        What to call it in a message.

    Returns
    -------
    dict
        The notebook, of format 4.

    Raises
    ------
    CourseError
        If the file cannot be read as a notebook; the message names the file and the place.
    """
    try:
        notebook: Json = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        mend = "Open the file in a text editor and mend the line, or take the last good copy."
        place = f"line {error.lineno}, column {error.colno}"
        raise CourseError([Problem(name, place, f"Not a notebook: {error.msg}.", mend)]) from None
    except (OSError, UnicodeDecodeError) as error:
        mend = "Check that the file exists, may be read, and is saved as UTF-8."
        raise CourseError([Problem(name, "", f"Cannot be read: {error}.", mend)]) from None
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4 or "cells" not in notebook:
        mend = "Open it in JupyterLab and save it, which writes format 4."
        raise CourseError([Problem(name, "", "Not a notebook of format 4.", mend)])
    return notebook


def notebooks(root: Path) -> list[Path]:
    """Return the notebooks of the course, in order.

    Parameters
    ----------
    root : Path
        The root of the project.

    Returns
    -------
    list of Path
        Every notebook under chapters/, exercises/ and book/, without checkpoints.
    """
    found = (path for folder in FOLDERS for path in (root / folder).rglob("*.ipynb"))
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def untidy(root: Path) -> list[Path]:
    """Return the notebooks that `tidy` would change.

    Parameters
    ----------
    root : Path
        The root of the project.

    Returns
    -------
    list of Path
        The untidy notebooks, in order.

    Raises
    ------
    CourseError
        If a file is not a notebook.
    """
    return [path for path in notebooks(root) if _tidied(root, path) != path.read_bytes()]


def tidy_files(root: Path) -> list[Path]:
    """Write every untidy notebook in its tidy form.

    Parameters
    ----------
    root : Path
        The root of the project.

    Returns
    -------
    list of Path
        The notebooks that changed.

    Raises
    ------
    CourseError
        If a file is not a notebook; nothing is written then.
    """
    changed = {path: _tidied(root, path) for path in untidy(root)}
    for path, text in changed.items():
        path.write_bytes(text)
    return list(changed)


def _tidied(root: Path, path: Path) -> bytes:
    return dumps(tidy(read(path, path.relative_to(root).as_posix()))).encode()
