"""What holds for every page on a wide screen: one visit to each, read by every test."""

import gzip
from functools import cache

import pytest
from browsing import FORGET

# Bytes, compressed: of a page opened first, and of one opened after another.
FIRST, LATER = 700_000, 200_000
SHARED = ("_static/", "_explorers/vega.js")
TEXT = (".css", ".html", ".js", ".json", ".svg", ".csv")

# Every place the Tab key should reach, in the order of the page, and how it looks unfocused.
TAB_STOPS = """() => {
  const stops = [...document.querySelectorAll(
      "a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((e) => !e.disabled && e.tabIndex >= 0 && e.checkVisibility({visibilityProperty: true}));
  const seen = new Set();
  const once = stops.filter((e) => {
    if (e.type !== "radio") return true;
    const key = e.form.id + e.name;
    const chosen = e.form.querySelector(`input[name="${CSS.escape(e.name)}"]:checked`);
    if (seen.has(key) || (chosen && chosen !== e)) return false;
    return seen.add(key);
  });
  document.body.tabIndex = -1; // start from the top, wherever the last click was
  document.body.focus();
  document.body.removeAttribute("tabindex");
  scrollTo(0, 0);
  const look = (e) => { const s = getComputedStyle(e);
    return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow].join(" "); };
  const name = (e) => e.outerHTML.slice(0, 110);
  globalThis.tabbed = {stops: once, plain: once.map(look), order: [], faults: []};
  document.addEventListener("focusin", ({target}) => {
    const {stops, plain, order, faults} = globalThis.tabbed, at = stops.indexOf(target);
    order.push(at);
    if (at < 0) return;
    const style = getComputedStyle(target);
    const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    if (!seen || look(target) === plain[at]) faults.push(`focus does not show: ${name(target)}`);
  });
  // The browser scrolls after it has told of the focus, so look when the next key is pressed.
  document.addEventListener("keydown", () => {
    const held = document.activeElement, box = held.getBoundingClientRect();
    const away = box.bottom <= 0 || box.top >= innerHeight;
    if (away) globalThis.tabbed.faults.push(`out of sight: ${name(held)}`);
  }, {capture: true});
  return once.map(name);
}"""

SMALL = """() => [...document.querySelectorAll("button, input, select, textarea, summary")]
  .filter((e) => e.checkVisibility({visibilityProperty: true}))
  .map((e) => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.width < 24 || box.height < 24)
  .map(([e, box]) => `${Math.round(box.width)} by ${Math.round(box.height)} px: ` +
    e.outerHTML.slice(0, 110))"""

UNNAMED = """() => [...document.querySelectorAll(
    "button, input, select, textarea, summary, a[href]")]
  .filter((e) => e.checkVisibility({visibilityProperty: true}))
  .filter((e) => !(e.getAttribute("aria-label") || e.textContent.trim() ||
    (e.labels && [...e.labels].some((l) => l.textContent.trim()))))
  .map((e) => e.outerHTML.slice(0, 110))"""


@pytest.fixture(scope="module")
def desk(new_visit):
    return new_visit(before=FORGET, reduced_motion="reduce")


@pytest.fixture(scope="module")
def wide(desk, page_name):
    desk.start_afresh(page_name)
    return desk


def test_axe_finds_nothing(wide):
    assert wide.axe_before_and_after_a_prediction() == []


@pytest.mark.one_of_a_kind("styles")
def test_colours_hold_in_the_dark(wide):
    wide.unfold()
    wide.theme("dark")
    assert wide.axe(only_colours=True) == []
    wide.theme("light")


def test_the_keyboard_reaches_everything_in_order_and_shows_where_it_is(wide):
    page = wide.page
    wide.unfold(False)
    wide.skip_guesses()
    stops = page.evaluate(TAB_STOPS)
    # Boxes that scroll may take a stop of their own, so go on until the last is reached.
    left = len(stops)
    while left:
        for _ in range(left):
            page.keyboard.press("Tab")
        before, left = left, page.evaluate("tabbed.stops.length - 1 - Math.max(...tabbed.order)")
        assert left < before, "the Tab key does not go on"
    order = [at for at in page.evaluate("tabbed.order") if at >= 0]
    assert [stops[at] for at in order] == stops
    page.keyboard.press("Tab")
    assert page.evaluate("tabbed.faults") == []
    stuck = "document.activeElement === tabbed.stops.at(-1)"
    assert len(stops) == 1 or not page.evaluate(stuck), "focus is trapped"


def test_every_control_is_large_enough_and_named(wide):
    wide.unfold()
    wide.skip_guesses()
    assert wide.page.evaluate(SMALL) + wide.page.evaluate(UNNAMED) == []


def test_motion_stops_where_the_reader_asks(wide):
    page = wide.page
    assert page.evaluate("document.getAnimations().map((a) => a.animationName ?? 'moving')") == []
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_it_is_readable_on_paper(wide):
    page = wide.page
    page.emulate_media(media="print")
    for section in page.locator("section.explorer").all():
        assert section.locator(".explorer-picture").is_visible()
        assert section.locator("output").is_visible()
        assert not section.locator(".explorer-controls").is_visible()
    page.emulate_media(media="screen")


@cache
def size(path):
    content = path.read_bytes()
    return len(gzip.compress(content, mtime=0)) if path.suffix in TEXT else len(content)


def test_it_is_light_enough_for_a_slow_line(wide, site, address):
    names = {url.removeprefix(f"{address}/").split("?")[0].split("#")[0] for url in wide.files}
    fetched = {name: size(site / name) for name in names if (site / name).is_file()}
    assert sum(fetched.values()) <= FIRST, fetched
    own = {name: weight for name, weight in fetched.items() if not name.startswith(SHARED)}
    assert sum(own.values()) <= LATER, own


def test_nothing_went_wrong_while_it_was_used(wide):
    """No error, no breach of the policy, nothing missing, no request to another host."""
    assert wide.faults == []
