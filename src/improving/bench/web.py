"""Explorers in the built site, beside a bare hand-made page, in a real browser."""

from __future__ import annotations

import gzip
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from improving.bench.report import Row, Times, at_most
from improving.bench.stopwatch import throttle, time_presses
from improving.bench.subjects import LIGHT, SLOW, Subject
from improving.browser import LAUNCH_ARGS
from improving.explorer.pack import unpack
from improving.explorer.widget import HERE, vega_script
from improving.problems import CourseError
from improving.serve import make_server

SLOWED = 4
COLD_VISITS = 5
TEXT = (".css", ".csv", ".html", ".js", ".json", ".svg")

BARE = """<!DOCTYPE html><html lang="en-GB"><meta charset="utf-8"><title>Bare</title>
<input type="range" min="0" max="{most}" value="0"><div class="explorer-picture"></div>
<script src="vega.js"></script><script src="data.js"></script><script src="bare.js"></script>"""

BARE_SCRIPT = """vegaEmbed(".explorer-picture", spec,
  {mode: "vega", renderer: "svg", actions: false, ast: true}).then(({view}) => {
    const input = document.querySelector("input");
    input.addEventListener("input", () => view.data("rows", settings[input.value]).runAsync());
    input.dataset.ready = "true";
  });
"""

ALONE = """<!DOCTYPE html><html lang="en-GB" data-theme="light"><meta charset="utf-8">
<title>Alone</title><link rel="stylesheet" href="explorer.css">{html}
<script src="explorer.js"></script>"""


@dataclass(frozen=True)
class Measured:
    """Rows for the report, and the times that `live` compares with."""

    rows: tuple[Row, ...]
    light: Times
    slow: Times


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder under the site's policy; yield its address."""
    server = make_server(folder)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@contextmanager
def browsing(executable: str) -> Iterator[Any]:
    """Run a headless browser; yield it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=LAUNCH_ARGS)
        yield browser
        browser.close()


def measure(site: Path, executable: str) -> Measured:
    """Time explorers at the page's own speed and slowed, and a first visit.

    Parameters
    ----------
    site : Path
        The built site.
    executable : str
        The browser's path.

    Returns
    -------
    Measured

    Raises
    ------
    CourseError
        If no page of the site shows the light model.
    """
    lesson, explorer = _page_with(site, LIGHT)
    with (
        TemporaryDirectory() as made,
        serving(site) as address,
        serving(Path(made)) as other,
        browsing(executable) as browser,
    ):
        _write_bare(Path(made), LIGHT)
        _write_alone(Path(made), SLOW)
        timed = partial(_time_explorer, browser, f"{address}/{lesson}", explorer, LIGHT)
        bare = partial(_time_bare, browser, f"{other}/bare.html")
        slowed, bare_slowed = timed("input", SLOWED), bare("input", SLOWED)
        light, bare_light = timed("keydown", 1), bare("keydown", 1)
        slow = _time_explorer(browser, f"{other}/alone.html", "benchmark/slow", SLOW, "keydown", 1)
        cold = _first_visit(browser, f"{address}/{_first_page(site)}")
    rows = (
        Row(
            f"explorer in its lesson, processor slowed {SLOWED} times, input (p50 / p95)",
            str(slowed),
            "16 / 33 ms",
            slowed.p50 <= 16 and slowed.p95 <= 33,
        ),
        Row(f"bare page, slowed {SLOWED} times, input", str(bare_slowed)),
        Row(
            "explorer against the bare page",
            f"{slowed.p50 / bare_slowed.p50:.2f} times",
            "1.5 times",
            slowed.p50 <= 1.5 * bare_slowed.p50,
        ),
        Row("explorer in its lesson, own speed, key press", str(light)),
        Row("bare page, own speed, key press", str(bare_light)),
        Row("explorer of a slow model, own speed, key press", str(slow)),
        at_most(
            f"first page, cold, slowed {SLOWED} times, until its explorer answers",
            cold,
            1.5,
            "s",
        ),
    )
    return Measured(rows, light, slow)


def _page_with(site: Path, subject: Subject) -> tuple[str, str]:
    """Return the page and name of the first explorer of a model that its slider moves."""
    model = f"{subject.model.__module__}:{subject.model.__qualname__}"
    section = re.compile(rf'data-explorer="([^"]+)" data-model="{re.escape(model)}"')
    for path in sorted(site.rglob("*.html"), reverse=True):
        text = path.read_text(encoding="utf-8")
        found = section.search(text)
        if found and f'name="{subject.parameter}"' in text[found.start() :]:
            return path.relative_to(site).as_posix(), found[1]
    raise CourseError(
        f"No page of the site has an explorer of {model}, which the benchmark times.\n"
        "    Mend: name another model in src/improving/bench/subjects.py."
    )


def _first_page(site: Path) -> str:
    """Return the first page in reading order that has an explorer: where the index leads."""
    target = re.search(r"url=([^\"]+)", (site / "index.html").read_text(encoding="utf-8"))
    return target[1] if target else "index.html"


def _write_vega(folder: Path) -> None:
    (folder / "vega.js").write_text(f"(()=>{{{vega_script()}\n}})();\n", encoding="utf-8")


def _write_bare(folder: Path, subject: Subject) -> None:
    """Write the least page that shows a subject: the same chart, every setting's rows inlined."""
    payload = json.loads(subject.explorer().payload)
    count = len(subject.slider.settings)
    rows = [unpack(payload["frames"], at)["rows"].to_dict(orient="records") for at in range(count)]
    spec = payload["specs"]["wide"]
    next(d for d in spec["data"] if d["name"] == "rows")["values"] = rows[0]
    _write_vega(folder)
    (folder / "bare.html").write_text(BARE.format(most=count - 1), encoding="utf-8")
    (folder / "data.js").write_text(
        f"const spec = {json.dumps(spec)}, settings = {json.dumps(rows)};", encoding="utf-8"
    )
    (folder / "bare.js").write_text(BARE_SCRIPT, encoding="utf-8")


def _write_alone(folder: Path, subject: Subject) -> None:
    """Write a page of one explorer."""
    explorer = subject.explorer()
    name = json.loads(explorer.payload)["name"]
    html = explorer.html.replace(
        "<section ", '<section data-payload="payload.js" data-vega="vega.js" ', 1
    )
    _write_vega(folder)
    (folder / "alone.html").write_text(ALONE.format(html=html), encoding="utf-8")
    (folder / "payload.js").write_text(
        f"improvingExplorer.receive({json.dumps(name)},{explorer.payload});", encoding="utf-8"
    )
    for file in ("explorer.js", "explorer.css"):
        (folder / file).write_text((HERE / file).read_text(encoding="utf-8"), encoding="utf-8")


def _time_explorer(
    browser: Any, address: str, name: str, subject: Subject, event: str, slowed: float
) -> Times:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    section = page.locator(f'section[data-explorer="{name}"]')
    section.scroll_into_view_if_needed()
    page.wait_for_selector(f'section[data-explorer="{name}"][data-ready="true"]')
    skip = section.locator(".explorer-predict [data-do=skip]")
    if skip.count() and skip.is_visible():
        skip.click()
    slider = section.locator(f'.explorer-controls [name="{subject.parameter}"]')
    slider.fill(str(subject.slider.settings[0]))
    throttle(page, slowed)
    picture = section.locator(".explorer-picture")
    times = time_presses(page, picture, slider, event, subject.steps)
    page.close()
    return times


def _time_bare(browser: Any, address: str, event: str, slowed: float) -> Times:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    slider = page.locator("input[data-ready=true]")
    slider.wait_for()
    throttle(page, slowed)
    picture = page.locator(".explorer-picture")
    times = time_presses(page, picture, slider, event, LIGHT.steps)
    page.close()
    return times


def _first_visit(browser: Any, address: str) -> float:
    """Seconds from asking for a page, nothing cached, until its explorer answers; the median."""
    ready = "section.explorer[data-ready=true]"
    seconds: list[float] = []
    for _ in range(COLD_VISITS):
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_init_script(
            """new MutationObserver((_, watching) => {
              if (!document.querySelector("section.explorer[data-ready=true]")) return;
              globalThis.answeredAt = performance.now();
              watching.disconnect();
            }).observe(document, {subtree: true, attributes: true, childList: true});"""
        )
        page = context.new_page()
        throttle(page, SLOWED)
        page.goto(address, wait_until="commit")
        page.locator("section.explorer").first.scroll_into_view_if_needed()
        page.wait_for_selector(ready)
        seconds.append(page.evaluate("answeredAt") / 1000)
        context.close()
    return median(seconds)


def weigh(site: Path) -> list[Row]:
    """Weigh what a reader fetches, compressed.

    Parameters
    ----------
    site : Path
        The built site.

    Returns
    -------
    list of Row
    """
    lessons = sorted((site / "chapters").glob("*.html"))
    files = {lesson: _files_of(site, lesson) for lesson in lessons}
    first = max(sum(map(_size, found)) for found in files.values())
    later = max(
        (
            sum(map(_size, files[lesson] - files[other]))
            for lesson in lessons
            for other in lessons
            if lesson != other
        ),
        default=0,
    )
    payloads = {p.stem: _size(p) for p in (site / "_explorers").glob("*.js") if p.stem != "vega"}
    largest = max(payloads, key=lambda name: payloads[name])
    return [
        at_most("heaviest lesson as the first page, compressed", first / 1000, 700, "KB"),
        at_most("heaviest lesson after another", later / 1000, 200, "KB"),
        at_most(
            f"largest payload of {len(payloads)} ({largest})", payloads[largest] / 1000, 100, "KB"
        ),
        Row(
            "Vega, once for the whole site",
            f"{_size(site / '_explorers' / 'vega.js') / 1000:.0f} KB",
        ),
    ]


def _files_of(site: Path, page: Path) -> set[Path]:
    """Return a page's own files: what its HTML loads at once or when an explorer comes near."""
    text = page.read_text(encoding="utf-8")
    named = re.findall(
        r'<(?:script|img)[^>]* src="([^"]+)"|<link[^>]* href="([^"]+)"'
        r'|data-(?:payload|vega)="([^"]+)"',
        text,
    )
    paths = {(page.parent / next(filter(None, n)).split("?")[0]).resolve() for n in named}
    return {page, *(path for path in paths if path.is_file())}


def _size(path: Path) -> int:
    content = path.read_bytes()
    return len(gzip.compress(content, mtime=0)) if path.suffix in TEXT else len(content)
