"""Make the pictures on the page "Assign and mark": run `python tests/pictures.py`.

An invented cohort hands in the exercise 12-mandate, as one ZIP named in Moodle's way. The course
itself collects it, marks it in a sandbox, shows it to a marker and writes feedback. A real browser
fills in the form, as a marker would, and takes the pictures. They become PNG files in
`book/educators/pictures/`. Nobody in the cohort is a real person, and no picture shows an answer
to parts 1 and 2: learners read the page as well.

Run it again when the pages to mark by hand or the page of feedback change. It needs bubblewrap and
Chromium, and takes about 2 minutes.
"""

from __future__ import annotations

import base64
import json
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from improving import browser, exercises, tidy
from improving.educator.assign import assign
from improving.educator.collect import collect
from improving.educator.desk import Desk, Learner
from improving.educator.feedback import write_feedback
from improving.educator.limits import Limits
from improving.educator.mark import mark_cohort
from improving.educator.review import Reviewing
from improving.educator.review_server import ReviewServer

SLUG = "12-mandate"
PICTURES = Path(__file__).parents[1] / "book" / "educators" / "pictures"
MOST_BYTES = 80_000

# 1,000 pixels wide, drawn a quarter larger than life so that text stays sharp.
WIDE, SCALE = 800, 1.25
MARGIN = 16
# Without a frame, a picture of a page would look like part of the page that shows it.
FRAME = (6, 7, 8)

COHORT = [
    Learner("a01", "Asha Thornbury"),
    Learner("b02", "Bram Oakhanger"),
    Learner("c03", "Cerys Millbeck"),
    Learner("d04", "Dov Larkhill"),
    Learner("e05", "Elif Sandmere"),
    Learner("f06", "Femi Whitlow"),
]

LETTER = """\
I would invite wards, and support those that ask. In the model, inviting leaves 96% owning the \
change after 10 years. A mandate that is kept leaves 15%. The sizes follow from the settings, so I \
use only their order.

If pressure does not wear ownership down here, I would require huddles on the 3 wards with the \
most falls, and look again after a year.

I would ask each ward to send in a weekly count of its huddles."""

COMMENT = """\
You chose an option, and you say what the figure can carry. Your second paragraph says what you \
would do if you were wrong. Look again at your measure."""

# What a marker gives this letter: the points for each criterion, and the ready words to add.
GIVEN, READY = (2, 2, 0), 3

PIXELS = """async (content) => {
  const image = new Image();
  image.src = "data:image/png;base64," + content;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const {data} = canvas.getImageData(0, 0, image.width, image.height);
  let text = "";
  for (let at = 0; at < data.length; at += 32768)
    text += String.fromCharCode(...data.subarray(at, at + 32768));
  return [image.width, image.height, btoa(text)];
}"""


# The cohort


def written() -> dict[str, dict[str, str]]:
    """Return what each learner writes in which cell; a cell left out stays as it was given."""
    right = {
        exercises.grade_id(cell): _solution("".join(cell["source"]))
        for cell in exercises.source(SLUG)["cells"]
        if exercises.is_answer(cell) and not exercises.is_written(cell)
    }
    endless = "def owned_after(stance, rho=0.15, m0=0.15):\n    while True:\n        pass"
    return {
        "a01": right | {"part-1b": right["part-1b"].replace('"B"', '"A"'), "part-3": LETTER},
        "b02": right | {"part-2b": "gains_most = ...", "part-3": LETTER},
        "c03": right | {"part-2a": endless, "part-3": LETTER},
        "e05": right | {"part-1a-check": "pass", "part-3": LETTER},
    }


def _solution(source: str) -> str:
    marks = ("### BEGIN SOLUTION", "### END SOLUTION")
    return "\n".join(line for line in source.splitlines() if line.strip() not in marks)


def hand_in(folder: Path, released: Any) -> Path:
    """Write what was handed in: one notebook each, none from d04, and no notebook from f06."""
    path = folder / "handed-in.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, learner in enumerate(COHORT):
            name = f"{learner.name}_410{number}_assignsubmission_file_/{SLUG}.ipynb"
            cells = written().get(learner.id)
            if cells:
                notebook = json.loads(json.dumps(released))
                for cell in notebook["cells"]:
                    cell["source"] = cells.get(exercises.grade_id(cell), cell["source"])
                archive.writestr(name, tidy.dumps(notebook))
            elif learner.id == "f06":
                archive.writestr(name, "Saved by mistake from a word processor")
    return path


def marked(folder: Path) -> Desk:
    """Return a desk on which the cohort's work was collected and marked."""
    desk = Desk(folder / "marking")
    assign(desk, SLUG, folder / "hand-out", COHORT)
    done = collect(desk, hand_in(folder, desk.read_release(SLUG)), SLUG)
    assert not done.left, done.left
    summary = mark_cohort(desk, SLUG, workers=2, limits=Limits(cell_seconds=10))
    assert not summary.failures, summary.failures
    expected = {"marked": 2, "timed out": 1, "missing": 1, "tampered": 1, "unreadable": 1}
    assert summary.statuses == expected, summary.statuses
    return desk


# The pictures


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """Give the address of the pages to mark by hand."""
    with ReviewServer(Reviewing(desk, SLUG)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.address
        finally:
            server.shutdown()


def take(page: Page, name: str, first: str, last: str) -> None:
    """Write a picture of a page, from the top of one element to the bottom of another."""
    # Places are told from the top of the window, and a picture begins at the top of the page.
    page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
    top, end = (_place(page, one) for one in (first, last))
    start = max(0, top["y"] - MARGIN)
    clip = {"x": 0, "y": start, "width": WIDE, "height": end["y"] + end["height"] + MARGIN - start}
    content = smaller(page.context.browser, page.screenshot(full_page=True, clip=clip))
    assert len(content) < MOST_BYTES, f"{name} has {len(content)} bytes"
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / f"{name}.png").write_bytes(content)
    print(f"{name}.png: {len(content) / 1000:.0f} kB")


def _place(page: Page, selector: str) -> Any:
    found = page.locator(selector).first.bounding_box()
    assert found, f"{selector} is not shown"
    return found


def smaller(engine: Browser | None, content: bytes) -> bytes:
    """Return a picture in a frame, with 16 steps of each colour: a quarter of the size."""
    assert engine
    blank = engine.new_page()
    width, height, text = blank.evaluate(PIXELS, base64.b64encode(content).decode())
    blank.close()
    seen = np.frombuffer(base64.b64decode(text), np.uint8).reshape(height, width, 4)[..., :3]
    steps = (seen.astype(np.uint16) + 8) // 17
    for edge in (steps[:2], steps[-2:], steps[:, :2], steps[:, -2:]):
        edge[:] = FRAME
    palette, numbers = np.unique(steps @ np.array([256, 16, 1]), return_inverse=True)
    assert len(palette) <= 256
    colours = 17 * np.stack([palette >> 8, palette >> 4 & 15, palette & 15], axis=1)
    rows = np.zeros((height, 1 + width), np.uint8)
    rows[:, 1:] = numbers.reshape(height, width)
    chunks = {
        b"IHDR": struct.pack(">2I5B", width, height, 8, 3, 0, 0, 0),
        b"PLTE": colours.astype(np.uint8).tobytes(),
        b"IDAT": zlib.compress(rows.tobytes(), 9),
        b"IEND": b"",
    }
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks.items()
    )


def photograph(desk: Desk, page: Page) -> None:
    """Mark one learner by hand, and take a picture of each thing that a marker sees."""
    with served(desk) as address:
        page.goto(address)
        take(page, "cohort", "h1", "table")
        page.goto(f"{address}a01")
        take(page, "answer", "h1", "main > .learner")
        for number, level in enumerate(GIVEN):
            page.check(f"#level-{number}-{level}")
        take(page, "points", "form h2", "fieldset:nth-of-type(3)")
        page.check(f"#ready-{READY}")
        page.fill("#comment", COMMENT)
        page.click("button")
        page.goto(f"{address}c03")
        take(page, "not-reached", "form h2:nth-of-type(2)", "button")
    write_feedback(desk, SLUG)
    page.goto(desk.feedback(SLUG, "a01").resolve().as_uri())
    take(page, "feedback", "h1", "table + p")
    take(page, "feedback-answer", ".learner >> nth=-1", ".result >> nth=-1")


def main() -> None:
    """Make the pictures."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        desk = marked(Path(folder))
        engine = playwright.chromium.launch(
            executable_path=browser.install_chromium(), args=browser.LAUNCH_ARGS
        )
        page = engine.new_page(
            viewport={"width": WIDE, "height": 900}, device_scale_factor=SCALE, color_scheme="light"
        )
        photograph(desk, page)
        engine.close()


if __name__ == "__main__":
    main()
