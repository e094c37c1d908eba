"""The benchmark: every budget beside its measured value and what a reader would use instead.

Each module measures one thing and returns rows for the report:

- `web`: explorers in the built site, and a bare hand-made page, in a real browser;
- `live`: sliders of `ipywidgets` with a kernel behind them, in a real JupyterLab;
- `builds`: the book, the sweeps and the notebooks, from scratch and again;
- `marking`: a cohort's submissions, beside nbgrader's autograder;
- `report`: the table, printed and written to `book/benchmark.md`.

Nothing here is a test: a clock on a shared machine proves nothing on its own.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["main"]


def main(root: Path | None = None) -> int:
    """Measure everything, print the table and write it for maintainers.

    Parameters
    ----------
    root : Path, optional
        The root of the project; where the package lies unless given.

    Returns
    -------
    int
        0 if every budget is met, else 1.

    Raises
    ------
    CourseError
        If the site cannot be built, or no browser can be found or installed.
    """
    from improving.bench import builds, live, marking, report, web
    from improving.browser import install_chromium
    from improving.build import build

    root = root or Path(__file__).resolve().parents[3]
    browser = install_chromium()
    site = build(root)
    here = web.measure(site, browser)
    rows = [
        *here.rows,
        *live.measure(browser, here),
        *web.weigh(site),
        *builds.measure(root, site),
        *marking.measure(),
    ]
    print(report.table(rows))
    report.write(rows, root / "book" / "benchmark.md", browser)
    return 0 if all(row.met is not False for row in rows) else 1
