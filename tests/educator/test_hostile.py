"""An educator's whole run, by the commands, with a cohort in which everything goes wrong.

Every submission gets the right status, and does nothing to anybody else.
"""

import csv
import hashlib
import re
import socket
import stat
import subprocess
import sys
import threading
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

import hostile
import openpyxl
import pytest
import tiny

from improving.educator import gradebook, results
from improving.educator.desk import Desk

# Wide enough for a busy machine; the cases that run out of time take this long.
CELL, NOTEBOOK, MEMORY = 10, 40, 700


@pytest.fixture(scope="module")
def listener():
    """Somebody who listens on this computer, and notes who calls."""
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer():
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                calls.append(connection.recv(100))

        threading.Thread(target=answer, daemon=True).start()
        yield server.getsockname()[1], calls


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder of this computer; beside the desk it has what no submission may see or change."""
    folder = tmp_path_factory.mktemp("educator")
    (folder / "private.txt").write_text(hostile.SECRET)
    return folder


def improving(*arguments):
    command = [sys.executable, "-m", "improving", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def moodle_zip(path, cases):
    """What Moodle hands over, with 3 entries that somebody made to do harm."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, case in enumerate(cases, start=1):
            if case.content is not None:
                folder = f"{case.learner}_{number}_assignsubmission_file_"
                archive.writestr(f"{folder}/{case.file}", case.content)
        good = cases[0].content
        archive.writestr("../../escaped.ipynb", good)
        archive.writestr("bomb_98_assignsubmission_file_/99-tiny.ipynb", b"0" * 100_000_000)
        link = zipfile.ZipInfo("link_99_assignsubmission_file_/99-tiny.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")


def mark_by_hand(desk, learner, levels, comment):
    """Do what a marker does in the browser: open the page, choose, save."""
    command = [sys.executable, "-m", "improving", "review", tiny.SLUG, "--no-show"]
    with subprocess.Popen(
        [*command, "--desk", str(desk)], stdout=subprocess.PIPE, text=True
    ) as server:
        address = re.search(r"http://\S+", server.stdout.readline())[0]
        form = {f"level-{n}": str(level) for n, level in enumerate(levels)} | {"comment": comment}
        body = urllib.parse.urlencode(form).encode()
        with urllib.request.urlopen(address + learner, body) as answer:
            assert answer.status == 200
        # Not an interrupt: a shell that works in the background has its programs ignore those.
        server.terminate()


@pytest.fixture(scope="module")
def run(tiny_exercise, place, listener):
    """The run: assign, collect, mark, review, feedback, marks."""
    desk = Desk(place / "marking")
    at = ("--desk", desk.root)
    improving("assign", tiny.SLUG, "--to", place / "given out", *at)
    released = desk.read_release(tiny.SLUG)
    places = [str(place), str(Path.home()), "/etc", "/root", "/home", "/var"]
    book = str(desk.root.resolve() / "gradebook.db")
    cases = hostile.cases(released, places, book, listener[0])
    roster = place / "cohort.csv"
    roster.write_text("id,name\n" + "".join(f"{case.learner},\n" for case in cases))
    given = improving("assign", tiny.SLUG, "--to", place / "each", "--learners", roster, *at)
    moodle_zip(place / "moodle.zip", cases)
    told = improving("collect", place / "moodle.zip", "--exercise", tiny.SLUG, *at)
    limits = ("--cell-seconds", CELL, "--notebook-seconds", NOTEBOOK, "--memory-mb", MEMORY)
    marked = improving("mark", tiny.SLUG, "--workers", 2, *limits, *at)
    mark_by_hand(desk.root, "right", (2, 1, 2), "Well argued.")
    improving("feedback", tiny.SLUG, *at)
    improving("marks", "--to", place / "marks.csv", *at)
    improving("marks", "--to", place / "marks.xlsx", *at)
    with (place / "marks.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {row["learner"]: row for row in csv.DictReader(file)}
    return Run(desk, place, {case.learner: case for case in cases}, rows, given, told, marked)


class Run:
    """What the commands said and left."""

    def __init__(self, desk, place, cases, rows, given, told, marked):
        self.desk, self.place, self.cases, self.rows = desk, place, cases, rows
        self.given, self.told, self.marked = given, told, marked

    def result(self, learner):
        return results.load(self.desk.result(tiny.SLUG, learner))

    def marked_notebook(self, learner):
        return self.desk.autograded(tiny.SLUG, learner).read_text()

    def feedback(self, learner):
        return self.desk.feedback(tiny.SLUG, learner).read_text()


def number(text):
    return float(text) if text else None


def test_every_submission_has_its_status_and_points(run):
    got = {
        learner: (row["status"], number(row["part_1"]), number(row["part_2"]))
        for learner, row in run.rows.items()
    }
    assert got == {n: (c.status, c.part_1, c.part_2) for n, c in run.cases.items()}


def test_only_who_was_marked_by_hand_has_a_total(run):
    totals = {learner: number(row["total"]) for learner, row in run.rows.items()}
    assert totals == {learner: 19 if learner == "right" else None for learner in run.cases}
    assert number(run.rows["right"]["part_3"]) == 5


def test_the_workbook_holds_what_the_csv_holds(run):
    sheet = openpyxl.load_workbook(run.place / "marks.xlsx")["Marks"]
    head, *rows = sheet.iter_rows(values_only=True)
    found = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert found.keys() == run.rows.keys()
    assert found["right"]["total"] == 19
    assert found["missing"]["total"] is None


def test_the_summary_counts_the_cohort(run):
    assert re.search(r"crashed +4\b", run.marked)
    assert re.search(r"missing +1\b", run.marked)


def test_harmful_entries_are_refused_and_named(run):
    assert "../../escaped.ipynb: its path leads out" in run.told
    assert "packed too tightly" in run.told
    assert "a link, not a file" in run.told
    assert not list(run.place.parent.rglob("escaped*"))
    assert not {"bomb", "link"} & run.rows.keys()


def test_what_was_cut_is_told(run):
    for learner in ("one-line", "many-lines"):
        assert len(run.marked_notebook(learner)) < 500_000
        assert "The rest was cut" in run.marked_notebook(learner)


def test_nothing_of_this_computer_can_be_read(run):
    seen = run.marked_notebook("reads-others")
    assert hostile.SECRET not in seen
    assert "gradebook.db" not in seen
    assert "root:" not in seen


def test_nobody_can_call_out(run, listener):
    assert "refused" in run.marked_notebook("calls-out")
    assert listener[1] == []


def test_the_gradebook_is_only_ours_to_write(run):
    with gradebook.opened(run.desk) as ledger:
        scores = ledger.scores(tiny.SLUG, "writes-gradebook")
    assert {score.earned for score in scores.values()} == {6.0, 8.0, None}
    assert b"spoilt" not in (run.desk.root / "gradebook.db").read_bytes()


def test_marking_again_marks_nothing(run):
    def state():
        kept = [*sorted(run.desk.root.rglob("*.json")), run.desk.root / "gradebook.db"]
        return [hashlib.sha256(path.read_bytes()).hexdigest() for path in kept]

    before = state()
    limits = ("--cell-seconds", CELL, "--notebook-seconds", NOTEBOOK, "--memory-mb", MEMORY)
    told = improving("mark", tiny.SLUG, *limits, "--desk", run.desk.root)
    assert told.startswith("0 marked now")
    assert state() == before


def test_what_was_changed_is_named(run):
    assert "part-1a-check, part-2a-check" in run.result("deleted-check").reason
    assert "kernel 'ir'" in " ".join(run.result("wrong-kernel").notes)
    assert "handed in as" in " ".join(run.result("misnamed").notes)


def test_feedback_runs_nothing_and_leads_nowhere(run):
    for learner in run.cases:
        page = run.feedback(learner)
        assert "<script" not in page, learner
        assert not re.search(r"<[^>]*\s(on\w+|href|srcset)=", page), learner
        assert not re.search(r'src="(?!data:image/png;base64,)', page), learner


def test_further_checks_are_not_printed(run):
    hidden = 'checks.function("double", double, [({"x": 1234}, 2468)])'
    escaped = hidden.replace('"', "&#34;")
    assert hidden in run.marked_notebook("prints-checks").replace('\\"', '"'), "it got at the check"
    for learner in run.cases:
        assert hidden not in run.feedback(learner), learner
        assert escaped not in run.feedback(learner), learner


def test_feedback_says_what_was_asked_written_and_found(run):
    page = run.feedback("right")
    for words in ("Put 6 times 7 in", tiny.RIGHT_1, tiny.WORDS, "Well argued.", "19", "Fully"):
        assert words in page
    assert "`answer` is 41. That is not right yet." in run.feedback("wrong")
    assert "not a mark of 0" in run.feedback("missing")
    assert "could not be read" in run.feedback("corrupt")
