"""The same explorer in a real JupyterLab: a key moves it, and Python reads what it shows."""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterator

import nbformat
import pytest

from improving.models import mandate

CELL = """
import json
import ipywidgets
from improving import Slider, explore
from improving.models import mandate
from improving.views import mandate as view

e = explore(
    mandate.simulate,
    name="live/stance",
    title="Live",
    chart=view.chart,
    summary=view.summary,
    lasts=Slider("Mandate lasts", 0, 10, unit="years", default=2),
)
seen = ipywidgets.HTML()
e.observe(lambda change: setattr(seen, "value", json.dumps(e.value)), "value")
display(e, seen)
"""


@pytest.fixture
def lab(tmp_path) -> Iterator[str]:
    """Serve a folder with one notebook; yield the notebook's address."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, tmp_path / "live.ipynb")
    options = ["--no-browser", "--allow-root", "--port=0", "--LabApp.news_url=None"]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options, f"--notebook-dir={tmp_path}"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr is not None
    try:
        address = next(filter(None, map(_address, server.stderr)))
        # A full pipe would stop the server.
        threading.Thread(target=server.stderr.read, daemon=True).start()
        yield address.replace("/lab?", "/lab/tree/live.ipynb?")
    finally:
        server.terminate()
        server.wait(timeout=20)


def _address(line: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/lab\?token=\w+", line)
    return found[0] if found else ""


def test_a_key_moves_it_and_python_reads_its_value(lab, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    page.goto(lab)
    # JupyterLab forgets a cell that is run before the notebook has its kernel. The toolbar's
    # circle says "idle" too early; the status bar names the kernel that is.
    page.get_by_text(re.compile(r"Python 3.*\| Idle")).wait_for(timeout=60_000)
    page.locator(".jp-Notebook .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    section = page.locator("section.explorer[data-ready=true]")
    section.wait_for(timeout=60_000)

    section.locator("input[name=lasts]").focus()
    page.keyboard.press("ArrowRight")

    page.locator(".widget-html", has_text=json.dumps({"lasts": 3})).wait_for(timeout=20_000)
    expected = mandate.simulate(lasts=3)["ownership_pct"]
    section.locator("summary").click()
    cells = section.locator("tbody tr td:nth-child(3)").all_inner_texts()
    assert [float(cell) for cell in cells] == pytest.approx(list(expected), abs=0.0501)
    page.close()
