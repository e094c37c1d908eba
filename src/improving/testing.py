"""Run every test of the course, and say what passed and how long it took."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from improving import debian
from improving.browser import install_chromium
from improving.educator.sandbox import find_box
from improving.problems import CourseError

# One notebook's cells share a kernel, so they must stay on one worker.
SPREAD = ["-n", "2", "--dist", "loadscope"]
NOTEBOOKS = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout", "120"]
# To load the notebooks' plugin takes each worker a second.
NO_NOTEBOOKS = ["-p", "no:nbval"]
# By default files with few tests come last, and of the code's tests those take longest: one
# worker would be left with them.
CODE = ["--no-loadscope-reorder", "--ignore=tests/site", "--ignore=tests/bench", "tests"]


class Phase(NamedTuple):
    """One part of the tests: its name, and what runs it and says whether it passed."""

    name: str
    run: Callable[[Path], bool]


class Result(NamedTuple):
    """How one phase went."""

    name: str
    passed: bool
    seconds: float


def run_tests(root: Path) -> int:
    """Run every phase, even after one has failed, and print a table.

    Parameters
    ----------
    root : Path
        The root of the project.

    Returns
    -------
    int
        0 if every phase passed, else 1.
    """
    results = [_timed(phase, root) for phase in PHASES]
    print(f"\n{table(results)}", flush=True)
    return 0 if all(result.passed for result in results) else 1


def _timed(phase: Phase, root: Path) -> Result:
    print(f"\n== {phase.name}", flush=True)
    start = time.perf_counter()
    try:
        passed = phase.run(root)
    except CourseError as problem:
        print(problem, file=sys.stderr, flush=True)
        passed = False
    return Result(phase.name, passed, time.perf_counter() - start)


def table(results: list[Result]) -> str:
    """Return the results as lines of text, with a total.

    Parameters
    ----------
    results : list of Result
        At least one.

    Returns
    -------
    str
        One line for each phase, then the total.
    """
    rows = [(r.name, "passed" if r.passed else "FAILED", r.seconds) for r in results]
    failed = sum(not result.passed for result in results)
    rows.append(
        ("All", f"{failed} FAILED" if failed else "passed", sum(r.seconds for r in results))
    )
    return "\n".join(f"{name:<24}{state:<12}{seconds:7.1f} s" for name, state, seconds in rows)


def _python(*arguments: str) -> Callable[[Path], bool]:
    def run(root: Path) -> bool:
        environment = os.environ | {"PYTHONHASHSEED": "0"}
        command = [sys.executable, "-m", *arguments]
        return subprocess.run(command, cwd=root, env=environment).returncode == 0

    return run


def _browser(root: Path) -> bool:
    print(install_chromium(), flush=True)
    return True


def _sandbox(root: Path) -> bool:
    if not shutil.which("bwrap") and debian.can_install():
        debian.install("bubblewrap")
    find_box()
    return True


PHASES = (
    Phase("Browser", _browser),
    Phase("Sandbox", _sandbox),
    Phase("Style", _python("ruff", "check", ".")),
    Phase("Format", _python("ruff", "format", "--check", ".")),
    Phase("Types", _python("mypy", "--num-workers", "2")),
    Phase("Content", _python("improving", "check")),
    Phase("Book", _python("improving", "book")),
    Phase("Code", _python("pytest", "-q", *SPREAD, *NO_NOTEBOOKS, *CODE)),
    Phase("Notebooks", _python("pytest", "-q", *SPREAD, *NOTEBOOKS, "chapters", "exercises")),
    Phase("Site", _python("pytest", "-q", *SPREAD, *NO_NOTEBOOKS, "tests/site")),
)
