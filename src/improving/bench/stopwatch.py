"""A stopwatch inside the page: from a reader's event to the first change in the drawn chart."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Any

from improving.bench.report import Times

WARM_UP = 8
PRESSES = 40
PACE = 300
"""Milliseconds between presses: pressed without a pause, a kernel answers twice as slowly."""

# The clock is read first and the picture compared after, so that comparing costs the page nothing.
# Whoever waits is woken by a promise: to ask again at each frame would make the page draw frames.
SCRIPT = """([box, event]) => {
  const drawn = () => box.querySelector("svg")?.innerHTML ?? "";
  const watch = globalThis.stopwatch = {times: [], ready() {
    last = drawn();
    watch.changed = new Promise((done) => { tell = done; });
  }};
  let began = null, last = "", tell = null;
  addEventListener(event, () => { began = performance.now(); }, {capture: true});
  new MutationObserver(() => {
    const now = performance.now();
    if (began === null) return;
    const picture = drawn();
    if (!picture || picture === last) return;
    watch.times.push(now - began);
    began = null;
    tell();
  }).observe(box, {subtree: true, childList: true, attributes: true, characterData: true});
}"""


def throttle(page: Any, times: float) -> None:
    """Slow the page's processor down so many times; 1 is its own speed."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": times})


def time_presses(
    page: Any, box: Any, slider: Any, event: str, steps: int, presses: int = PRESSES
) -> Times:
    """Press an arrow key on a slider again and again, and time each change of the chart.

    Parameters
    ----------
    page : Page
        The open page.
    box, slider : Locator
        What holds the chart's SVG, and what takes the keys; the slider is at its lowest.
    event : str
        What starts the clock: ``keydown`` or ``input``.
    steps : int
        How many settings the slider can rise by, each of which changes the chart.
    presses : int
        How many presses are timed.

    Returns
    -------
    Times
        The first presses, a warm-up, left out.
    """
    page.evaluate(SCRIPT, [box.element_handle(), event])
    slider.focus()
    up_and_down = cycle(["ArrowRight"] * steps + ["ArrowLeft"] * steps)
    for key in islice(up_and_down, WARM_UP + presses):
        page.evaluate("stopwatch.ready()")
        page.keyboard.press(key)
        page.evaluate("stopwatch.changed")
        page.wait_for_timeout(PACE)
    return Times(tuple(page.evaluate("stopwatch.times")[WARM_UP:]))
