"""A visit to one page in the real browser, which notes everything that goes wrong."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.base import AXE_SCRIPT

AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OWN_SCHEMES = ("data", "blob", "about")

RUN_AXE = (Path(__file__).parent / "run_axe.js").read_text(encoding="utf-8")

# Two frames: whatever an event set off has been drawn.
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

# Brings each explorer into view in turn; tells which did not answer in time.
READY = f"""async ([only, patience]) => {{
  const answered = (section) => section.dataset.ready === "true" || new Promise((done) => {{
    const watch = new MutationObserver(() => section.dataset.ready === "true" && end(true));
    const clock = setTimeout(() => end(false), patience);
    const end = (ready) => (watch.disconnect(), clearTimeout(clock), done(ready));
    watch.observe(section, {{attributes: true}});
  }});
  const late = [];
  for (const section of document.querySelectorAll("section.explorer")) {{
    const name = section.dataset.explorer;
    if (only && only !== name) continue;
    section.scrollIntoView({{block: "center", behavior: "instant"}});
    if (!await answered(section)) late.push(name);
  }}
  scrollTo({{top: 0, behavior: "instant"}});
  await ({SETTLED})();
  return late;
}}"""

# For a visit to many pages: nothing that one page keeps is there on the next.
FORGET = "localStorage.clear(); sessionStorage.clear();"

READ_SETTINGS = """(section) => Object.fromEntries(
  [...section.querySelectorAll(".explorer-controls [name]")].map((c) => [c.name,
    c.type === "checkbox" ? String(c.checked)
    : c.tagName === "SELECT"
      ? c.selectedOptions[0].dataset.json ?? JSON.stringify(c.value)
    : String(Number(c.value))]))"""

READ_TABLES = """(section) => Object.fromEntries(
  [...section.querySelectorAll(".explorer-table table")].map((table) => {
    const heads = [...table.querySelectorAll("th[data-column]")];
    const rows = [...table.tBodies[0].rows];
    return [table.dataset.frame, Object.fromEntries(heads.map((head, i) =>
      [head.dataset.column, rows.map((row) => row.cells[i].textContent)]))];
  }))"""

SET = """(section, settings) => {
  for (const [name, json] of Object.entries(settings)) {
    const c = section.querySelector(`.explorer-controls [name="${name}"]`);
    if (c.type === "checkbox") c.checked = json === "true";
    else if (c.tagName === "SELECT") c.selectedIndex = [...c.options].findIndex(
      (o) => (o.dataset.json ?? JSON.stringify(o.value)) === json);
    else c.value = json;
    c.dispatchEvent(new Event("input", {bubbles: true}));
    c.dispatchEvent(new Event("change", {bubbles: true}));
  }
}"""


class Visit:
    """A page, and the faults seen since it was opened."""

    def __init__(self, context: Any, base: str) -> None:
        self.context, self.base = context, base
        self.faults: list[str] = []
        self.files: list[str] = []
        self.page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)
        self.page.on("requestfailed", self._failed)

    def _console(self, message: Any) -> None:
        # A breach of the policy is told here too.
        if message.type == "error":
            self.faults.append(f"console: {message.text}")

    def _request(self, request: Any) -> None:
        self.files.append(request.url)
        if not request.url.startswith(self.base) and (
            urlsplit(request.url).scheme not in OWN_SCHEMES
        ):
            self.faults.append(f"request to another host: {request.url}")

    def _response(self, response: Any) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")

    def _failed(self, request: Any) -> None:
        # A reader who moves on stops what the page was still loading, such as its icon.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"not loaded: {request.url}")

    def go(self, name: str, wait: bool | str = True) -> None:
        """Open a page; with `wait`, until its explorers, or the one that is named, answer."""
        self.page.goto(f"{self.base}/{name}", wait_until="load")
        if wait:
            self.ready("" if wait is True else wait)

    def start_afresh(self, name: str, wait: bool = True, theme: str = "light") -> None:
        """Open a page for a new reader, without the work of a new context."""
        self.faults.clear()
        self.files.clear()
        self.page.emulate_media(media="screen", color_scheme=theme)
        self.go(name, wait)

    def ready(self, only: str = "", patience: float = 20) -> None:
        """Bring each explorer near the viewport, as a reader does, and wait until it answers."""
        late = self.page.evaluate(READY, [only, patience * 1000])
        self.faults += [f"{name} never answered" for name in late]

    def settle(self) -> None:
        self.page.evaluate(SETTLED)

    def theme(self, name: str) -> None:
        """Switch the device, and so the page, to ``light`` or ``dark``."""
        self.page.emulate_media(color_scheme=name)
        self.page.wait_for_selector(f'html[data-theme="{name}"]', state="attached")
        self.settle()

    def unfold(self, to: bool = True) -> None:
        """Open everything folded, so that nothing escapes a check; or fold it all."""
        self.page.evaluate(
            "(to) => document.querySelectorAll('main details').forEach((d) => (d.open = to))", to
        )
        self.settle()

    def skip_guesses(self) -> bool:
        """Skip every prediction; tell whether there was any."""
        found = self.page.evaluate(
            """() => [...document.querySelectorAll(".explorer-predict:not([hidden])")]
              .map((form) => form.querySelector("[data-do=skip]").click()).length"""
        )
        self.settle()
        return bool(found)

    def axe(self, within: str = "html", only_colours: bool = False) -> list[str]:
        """Faults that axe finds; a theme changes colours and nothing else."""
        if not self.page.evaluate("'axe' in globalThis"):
            # Through the debugger, which the page's policy does not bind.
            session = self.context.new_cdp_session(self.page)
            session.send("Runtime.evaluate", {"expression": AXE_SCRIPT})
            session.detach()
        return self.page.evaluate(RUN_AXE, [within, AXE_TAGS, only_colours])

    def axe_before_and_after_a_prediction(self) -> list[str]:
        """Faults that axe finds with everything unfolded."""
        self.unfold()
        asked = ".explorer-predict:not([hidden])"
        found = self.axe(asked) if self.page.locator(asked).count() else []
        self.skip_guesses()
        return found + self.axe()

    def sideways(self) -> list[str]:
        """How far the page scrolls sideways, if it does, and what sticks out."""
        return self.page.evaluate(
            """() => {
              const root = document.documentElement, wide = root.clientWidth;
              if (root.scrollWidth <= wide) return [];
              const out = [...document.body.querySelectorAll("*")]
                .filter((e) => e.getBoundingClientRect().right > wide + 1);
              const names = out.slice(-3).map((e) => e.outerHTML.slice(0, 90)).join(" | ");
              return [`scrolls sideways: ${root.scrollWidth} px in ${wide}: ${names}`];
            }"""
        )


class Explorer:
    """An explorer on a visited page, known only by the page's contract."""

    def __init__(self, visit: Visit, name: str) -> None:
        self.visit = visit
        self.section = visit.page.locator(f'section[data-explorer="{name}"]')

    @property
    def model(self) -> tuple[str, str]:
        module, function = self.section.get_attribute("data-model").split(":")
        return module, function

    @property
    def fixed(self) -> dict[str, Any]:
        return json.loads(self.section.get_attribute("data-fixed"))

    def controls(self) -> dict[str, list[str]]:
        """Every setting of each control as JSON, in order."""
        return self.section.evaluate(
            """(section) => Object.fromEntries(
              [...section.querySelectorAll(".explorer-controls [name]")].map((c) => {
                if (c.type === "checkbox") return [c.name, ["false", "true"]];
                if (c.tagName === "SELECT") return [c.name, [...c.options].map(
                  (o) => o.dataset.json ?? JSON.stringify(o.value))];
                const decimals = (text) => (text.split(".")[1] ?? "").length;
                const places = Math.max(decimals(c.min), decimals(c.step));
                const count = Math.round((c.max - c.min) / c.step) + 1;
                return [c.name, Array.from({length: count},
                  (_, i) => String(Number((Number(c.min) + i * c.step).toFixed(places))))];
              }))"""
        )

    def set(self, settings: dict[str, str]) -> None:
        """Set controls as a reader would: a native value, then a native event."""
        self.section.evaluate(SET, settings)
        self.visit.settle()

    def follow(self, name: str, values: list[str]) -> list[tuple[str, str]]:
        """Set one control to each value: the text of the tables, and the picture's."""
        return self.section.evaluate(
            f"""async (section, [name, values]) => {{
              const found = [];
              for (const value of values) {{
                ({SET})(section, {{[name]: value}});
                await ({SETTLED})();
                found.push([JSON.stringify(({READ_TABLES})(section)),
                  section.querySelector(".explorer-picture svg").innerHTML]);
              }}
              return found;
            }}""",
            [name, values],
        )

    def settings(self) -> dict[str, str]:
        """What each control is set to, as JSON."""
        return self.section.evaluate(f"({READ_SETTINGS})")

    def tables(self) -> dict[str, dict[str, list[str]]]:
        """Text of each table by frame and column."""
        return self.section.evaluate(READ_TABLES)

    def reset(self) -> None:
        """Press Reset, with no link in the address."""
        self.section.evaluate(
            """(section) => {
              history.replaceState(null, "", location.pathname);
              section.querySelector("[data-do=reset]").click();
            }"""
        )
        self.visit.settle()

    def go_to_each(self, fragments: list[str]) -> list[list[Any]]:
        """Go from the start to each fragment: itself, what it asks for, settings and status."""
        return self.section.evaluate(
            f"""async (section, fragments) => {{
              const settled = {SETTLED}, read = {READ_SETTINGS}, found = [];
              for (const fragment of fragments) {{
                history.replaceState(null, "", location.pathname);
                section.querySelector("[data-do=reset]").click();
                location.hash = fragment;
                await settled();
                const asked = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
                const status = section.querySelector(".explorer-status").textContent;
                found.push([fragment, asked, read(section), status]);
              }}
              return found;
            }}""",
            fragments,
        )

    @property
    def answer(self) -> Any:
        return self.section.locator(".explorer-answer")

    @property
    def sentence(self) -> str:
        return self.section.locator("output").text_content()

    @property
    def status(self) -> str:
        return self.section.locator(".explorer-status").text_content()
