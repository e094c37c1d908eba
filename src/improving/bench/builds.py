"""The book, the sweeps and the notebooks: from scratch, again, and after one change."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import nbformat

from improving.bench.report import Row, at_most
from improving.problems import CourseError

COPIED = ("src", "book", "chapters", "exercises", "data")

SWEEPS = """
import importlib, json, sys, time
from improving.explorer.sweep import sweep
began = time.perf_counter()
for model, fixed, controls in json.load(sys.stdin):
    module, function = model.split(":")
    sweep(getattr(importlib.import_module(module), function), controls, fixed)
print(time.perf_counter() - began)
"""


def measure(root: Path, site: Path) -> list[Row]:
    """Time builds of a copy of the project, every sweep, and each lesson's notebook.

    Parameters
    ----------
    root : Path
        The root of the project.
    site : Path
        Its built site.

    Returns
    -------
    list of Row

    Raises
    ------
    CourseError
        If a build of the copy fails.
    """
    with TemporaryDirectory() as made:
        copy = _copy(root, Path(made) / "course")
        cold = _build(copy)
        again = _build(copy)
        lesson = sorted((copy / "chapters").glob("*.ipynb"))[0]
        _change(lesson)
        changed = _build(copy)
        notebooks = {
            path.stem: _execute(path, copy) for path in (copy / "chapters").glob("*.ipynb")
        }
        sweeps, count = _sweeps(site, Path(made) / "sweeps")
    slowest = max(notebooks, key=lambda name: notebooks[name])
    return [
        at_most(f"the book from scratch, {len(notebooks)} lessons", cold, 60, "s"),
        at_most("the book again, nothing changed", again, 5, "s"),
        at_most("the book after one lesson changed", changed, 12, "s"),
        at_most(f"all {count} sweeps from scratch", sweeps, 60, "s"),
        at_most("a lesson's notebook, run, median", median(notebooks.values()), 2, "s"),
        Row(f"the slowest notebook ({slowest})", f"{notebooks[slowest]:.1f} s"),
    ]


def _copy(root: Path, to: Path) -> Path:
    to.mkdir()
    for name in COPIED:
        shutil.copytree(root / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in root.iterdir():
        if path.is_file():
            shutil.copy(path, to / path.name)
    return to


def _environment(course: Path, **more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(course / "src"), "PYTHONHASHSEED": "0", **more}


def _build(course: Path) -> float:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "improving", "book"],
        cwd=course,
        env=_environment(course),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise CourseError(f"A copy of the course does not build:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - began


def _change(lesson: Path) -> None:
    """Change one line of a lesson's code, so that it must run again."""
    notebook = json.loads(lesson.read_text(encoding="utf-8"))
    cell = next(c for c in notebook["cells"] if c["cell_type"] == "code")
    cell["source"] = ["# changed\n", *cell["source"]]
    lesson.write_text(json.dumps(notebook), encoding="utf-8")


def _execute(path: Path, course: Path) -> float:
    """Seconds to run a notebook in a fresh kernel, its sweeps kept from the build."""
    from nbclient import NotebookClient

    read: Any = nbformat.read
    notebook = read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        extra_arguments=["--log-level=ERROR"],
    )
    began = time.perf_counter()
    client.execute(env=_environment(course))
    return time.perf_counter() - began


def _sweeps(site: Path, cache: Path) -> tuple[float, int]:
    """Seconds to run every sweep of the site with nothing kept, and how many there are."""
    asked = [_sweep_of(path, site) for path in _payloads(site)]
    done = subprocess.run(
        [sys.executable, "-c", SWEEPS],
        input=json.dumps(asked),
        env={**os.environ, "IMPROVING_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout), len(asked)


def _payloads(site: Path) -> list[Path]:
    return sorted(p for p in (site / "_explorers").glob("*.js") if p.stem != "vega")


def _sweep_of(path: Path, site: Path) -> tuple[str, dict[str, Any], dict[str, list[Any]]]:
    """Return an explorer's model, fixed arguments and settings, as the site states them."""
    text = path.read_text(encoding="utf-8")
    payload = json.loads(text[text.index(",{") + 1 : text.rindex("}") + 1])
    name = re.escape(payload["name"])
    section = re.compile(f"""data-explorer="{name}" data-model="([^"]+)" data-fixed='([^']*)'""")
    pages = (p.read_text(encoding="utf-8") for p in site.rglob("*.html"))
    found = next(filter(None, map(section.search, pages)))
    controls = {c["name"]: c["values"] for c in payload["controls"]}
    return found[1], json.loads(html.unescape(found[2])), controls
