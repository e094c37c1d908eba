"""The benchmark's rows as a table, printed and as a page for maintainers."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PAGE = """\
# Benchmark

`python course.py bench` measures each budget and writes this page. Times depend on the machine,
so compare values of one run with each other.

Measured on {machine}.

{table}

"Input" is the time from the browser's event to the first change in the drawn chart. The bare page
is hand-made: the same chart, one slider, nothing else. "Live kernel" is a slider of `ipywidgets`
in JupyterLab, with Python at work behind it; its first 3 forms use `interact`.
"""


@dataclass(frozen=True)
class Row:
    """One thing measured: what, its budget in words, the value in words, and whether it is met."""

    what: str
    measured: str
    budget: str = ""
    met: bool | None = None


@dataclass(frozen=True)
class Times:
    """Many measurements of one thing, in milliseconds."""

    values: tuple[float, ...]

    @property
    def p50(self) -> float:
        """The median."""
        return float(np.percentile(self.values, 50))

    @property
    def p95(self) -> float:
        """What 19 in 20 are below."""
        return float(np.percentile(self.values, 95))

    def __str__(self) -> str:
        return f"{self.p50:.1f} / {self.p95:.1f} ms"


def at_most(what: str, value: float, limit: float, unit: str) -> Row:
    """Return a row for a value that must not pass a limit."""
    shown = f"{value:,.0f}" if value >= 100 else f"{value:.1f}"
    return Row(what, f"{shown} {unit}", f"{limit:,g} {unit}", value <= limit)


def table(rows: Iterable[Row]) -> str:
    """Return the rows as a Markdown table."""
    said = {True: "yes", False: "no", None: ""}
    lines = ["| What | Measured | Budget | Met |", "|---|---|---|---|"]
    lines += [f"| {r.what} | {r.measured} | {r.budget} | {said[r.met]} |" for r in rows]
    return "\n".join(lines)


def write(rows: Iterable[Row], path: Path, browser: str) -> None:
    """Write the maintainers' page."""
    path.write_text(PAGE.format(machine=_machine(browser), table=table(rows)), encoding="utf-8")


def _machine(browser: str) -> str:
    version = subprocess.run([browser, "--version"], capture_output=True, text=True).stdout.split()
    chromium = next((word for word in version if word[0].isdigit()), "")
    return (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, Chromium {chromium}"
    )
