"""`ipywidgets.interact` with a kernel behind it, in a real JupyterLab: what most courses use."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat

from improving.bench.report import Row, Times
from improving.bench.stopwatch import throttle, time_presses
from improving.bench.subjects import LIGHT, SLOW, Subject
from improving.bench.web import SLOWED, Measured, browsing

PRESSES = 30
START_SECONDS = 90

COMMON = """
import altair as alt, anywidget, ipywidgets, json, traitlets
from IPython.display import display
from improving.bench.subjects import SUBJECT as subject
from improving.explorer import page
from improving.explorer.widget import vega_script

def run(setting):
    return subject.model(**subject.fixed, **{subject.parameter: setting})

first, *_, last = subject.slider.settings
step = subject.slider.settings[1] - first
kind = ipywidgets.IntSlider if isinstance(step, int) else ipywidgets.FloatSlider
slider = kind(value=first, min=first, max=last, step=step)
"""

VIEW = """
class Rows(anywidget.AnyWidget):
    _esm = vega_script() + '''
export default { async render({ model, el }) {
  const spec = JSON.parse(model.get("spec"));
  const { view } = await window.vegaEmbed(el, spec,
    {mode: "vega", renderer: "svg", actions: false, ast: true});
  model.on("change:rows", () => view.data("rows", JSON.parse(model.get("rows"))).runAsync());
} };'''
    spec = traitlets.Unicode().tag(sync=True)
    rows = traitlets.Unicode().tag(sync=True)

def rows(setting):
    return run(setting).to_json(orient="records")

named = page.chart_spec(subject.chart, {"rows": run(first)}, None)
spec = page.vega_specs(named)["wide"]
next(d for d in spec["data"] if d["name"] == "rows")["values"] = json.loads(rows(first))
shown = Rows(spec=json.dumps(spec), rows="")
display(shown)
"""

FORMS = {
    "a Vega view that is sent new rows": VIEW
    + """
ipywidgets.interact(lambda setting: setattr(shown, "rows", rows(setting)), setting=slider);
""",
    "the same without `interact`, by `observe`": VIEW
    + """
slider.observe(lambda change: setattr(shown, "rows", rows(change.new)), "value")
display(slider)
""",
}
*_, LAST = FORMS


@contextmanager
def lab(folder: Path) -> Iterator[str]:
    """Run JupyterLab on a folder, apart from the user's own settings.

    Parameters
    ----------
    folder : Path
        The folder to serve; the server's own files go into `.jupyter` there.

    Yields
    ------
    str
        The address of the notebook `{name}`, with that word to be filled in.
    """
    own = folder / ".jupyter"
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0"),
        *("--LabApp.news_url=None", f"--ServerApp.root_dir={folder}"),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    environment = os.environ | {name: str(own / name.lower()) for name in names}
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
    assert server.stderr is not None
    try:
        address = next(filter(None, map(_address, server.stderr)))
        threading.Thread(target=server.stderr.read, daemon=True).start()
        yield address.replace("/lab?", "/lab/tree/{name}?")
    finally:
        server.terminate()
        server.wait()


def _address(line: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/lab\?token=\w+", line)
    return found[0] if found else ""


def measure(executable: str, explorers: Measured) -> list[Row]:
    """Time each form of `interact` and compare it with the explorers of the same models.

    Parameters
    ----------
    executable : str
        The browser's path.
    explorers : Measured
        What `web.measure` found in the same run.

    Returns
    -------
    list of Row
    """
    with TemporaryDirectory() as made, lab(Path(made)) as address, browsing(executable) as browser:

        def timed(form: str, subject: Subject, slowed: float = 1) -> Times:
            source = COMMON.replace("SUBJECT", subject.name.upper()) + FORMS[form]
            _write_notebook(Path(made) / "bench.ipynb", source)
            return _time(browser, address.format(name="bench.ipynb"), subject, slowed)

        light = {form: timed(form, LIGHT) for form in FORMS}
        slowed = timed(LAST, LIGHT, SLOWED)
        slow = timed(LAST, SLOW)
    fastest = min(light.values(), key=lambda times: times.p50)
    gain, slow_gain = fastest.p50 / explorers.light.p50, slow.p50 / explorers.slow.p50
    return [
        *(Row(f"live kernel: {name}, own speed, key press", str(t)) for name, t in light.items()),
        Row(f"live kernel: the last form, slowed {SLOWED} times, key press", str(slowed)),
        Row(
            "explorer against the fastest of these",
            f"{gain:.1f} times faster",
            "6 times, aim for 8",
            gain >= 6,
        ),
        Row("live kernel: the last form, a slow model", str(slow)),
        Row(
            "explorer against it",
            f"{slow_gain:.0f} times faster",
            "50 times",
            slow_gain >= 50,
        ),
    ]


def _write_notebook(path: Path, source: str) -> None:
    untyped: Any = nbformat
    notebook = untyped.v4.new_notebook(cells=[untyped.v4.new_code_cell(source)])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    untyped.write(notebook, path)


def _time(browser: Any, address: str, subject: Subject, slowed: float) -> Times:
    page = browser.new_page(viewport={"width": 1280, "height": 1400})
    page.set_default_timeout(START_SECONDS * 1000)
    page.goto(f"{address}&reset")
    # What is run before the kernel answers can be lost.
    page.get_by_text("| Idle").wait_for()
    page.locator(".jp-Notebook .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    box = page.locator(".jp-OutputArea").first
    handle = box.locator(".noUi-handle")
    for part in (box.locator("svg").first, handle):
        part.wait_for(state="attached")
    # The notebook's own shortcuts take the arrow keys otherwise.
    box.evaluate("(box) => { box.dataset.lmSuppressShortcuts = 'true'; }")
    throttle(page, slowed)
    times = time_presses(page, box, handle, "keydown", subject.steps, PRESSES)
    page.close()
    return times
