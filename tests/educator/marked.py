"""Submissions as they are after marking, put on a desk without running them; how pages are seen."""

import base64
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import tiny
from harmless import PAYLOADS

from improving import exercises, files, tidy
from improving.educator import gradebook, submission
from improving.educator.desk import Desk, Learner
from improving.educator.results import CheckResult, Result

# How the tests of the site visit a page, which notes everything that goes wrong.
sys.path.append(str(Path(__file__).parents[1] / "site"))
from browsing import Visit

CHECKS = {"part-1a-check": 6.0, "part-2a-check": 8.0}


@dataclass(frozen=True)
class Marked:
    """What one learner handed in, and how marking it went: points, or None for never reached."""

    learner: str
    name: str = ""
    email: str = ""
    earned: tuple[float | None, float | None] = (6.0, 8.0)
    first: str = tiny.RIGHT_1
    words: str = tiny.WORDS
    added: str = ""
    outputs: tuple[dict, ...] = ()
    found: str = "`answer` is 41. That is not right yet."
    status: str = "marked"
    reason: str = ""
    notes: tuple[str, ...] = ()


PICTURE = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c6360f8cfc0000000030001c5cc39b00000000049454e44ae426082"
    )
).decode()
TRICK = "</pre></textarea><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7 * 7 }}"
HOSTILE = Marked(
    "hostile",
    name=f'<script>alert(1)</script> "O\'Neill" {TRICK}',
    first=f"answer = 42\n{TRICK}",
    words="\n\n".join(PAYLOADS),
    added=TRICK,
    earned=(0.0, None),
    found=TRICK,
    notes=(TRICK,),
    status="crashed",
    reason="Python stopped in cell 5.",
    outputs=(
        {"output_type": "stream", "name": "stdout", "text": TRICK},
        {"output_type": "display_data", "data": {"text/plain": TRICK, "text/html": TRICK}},
        {"output_type": "display_data", "data": {"image/png": PICTURE, "text/plain": "x"}},
        {"output_type": "display_data", "data": {"image/png": f'{PICTURE}" onerror="alert(1)'}},
        {"output_type": "error", "ename": TRICK, "evalue": TRICK},
    ),
)


def put(desk: Desk, *cohort: Marked) -> None:
    """Put submissions on a desk as `improving mark` would."""
    desk.add_learners([Learner(one.learner, one.name, one.email) for one in cohort])
    with gradebook.opened(desk) as ledger:
        for one in cohort:
            _put(desk, ledger, one)


def _put(desk: Desk, ledger: gradebook.Ledger, one: Marked) -> None:
    found = {"learner": one.learner, "exercise": tiny.SLUG, "digest": "1", "status": one.status}
    result = Result(**found, reason=one.reason, notes=one.notes)
    if one.status not in ("missing", "unreadable"):
        notebook = _notebook(desk, one)
        checks = tuple(
            CheckResult(
                cell=cell,
                points=points,
                earned=earned,
                state={None: "not reached", points: "right"}.get(earned, "not yet"),
                words="Right." if earned == points else one.found,
            )
            for (cell, points), earned in zip(CHECKS.items(), one.earned, strict=True)
        )
        result = result.model_copy(update={"checks": checks})
        files.write_text(desk.autograded(tiny.SLUG, one.learner), tidy.dumps(notebook))
        ledger.record(Learner(one.learner, one.name, one.email), result)
    files.write_text(desk.result(tiny.SLUG, one.learner), result.model_dump_json())


def _notebook(desk: Desk, one: Marked) -> dict:
    source, released = desk.read_source(tiny.SLUG), desk.read_release(tiny.SLUG)
    handed_in = tiny.filled_in(released, first=one.first, words=one.words)
    if one.added:
        handed_in["cells"].append(tiny.cell("markdown", one.added))
    read = submission.read(tiny.as_bytes(handed_in))
    notebook = submission.assemble(source, released, read).notebook
    for cell in notebook["cells"]:
        if exercises.grade_id(cell) == "part-1a":
            cell["outputs"] = list(one.outputs)
    return notebook


@contextmanager
def visiting(browser, base: str, **options) -> Iterator[Visit]:
    """A visit to pages below an address, whose faults include every dialog that opens."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    visit = Visit(context, base.rstrip("/"))

    def note(dialog):
        visit.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    visit.page.on("dialog", note)
    yield visit
    context.close()


SIZES = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 320, "height": 900}}


def faults_in_sight(visit: Visit) -> list[str]:
    """What axe finds with everything unfolded, and what sticks out, at both widths and themes."""
    page, found = visit.page, []
    for width, size in SIZES.items():
        page.set_viewport_size(size)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            visit.unfold()
            faults = [
                *visit.axe(only_colours=theme == "dark"),
                *visit.sideways(),
                *page.evaluate(SMALL),
            ]
            found += [f"{width}, {theme}: {fault}" for fault in faults]
    return found


SMALL = """() => [...document.querySelectorAll("button, input, select, textarea, summary")]
  .filter((e) => e.type !== "hidden" && e.checkVisibility({visibilityProperty: true}))
  .map((e) => [e, e.getBoundingClientRect()])
  .filter(([e, box]) => box.width < 24 || box.height < 24)
  .map(([e, box]) => `${Math.round(box.width)} by ${Math.round(box.height)} px: ` +
    e.outerHTML.slice(0, 110))"""
