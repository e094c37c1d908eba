"""Marking by hand in a real browser: every job by keyboard, nothing typed is lost, nothing runs."""

import http.client
import re
import socket
import threading
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import tiny
from harmless import dangers, words_in
from marked import HOSTILE, Marked, faults_in_sight, put, visiting
from tiny import SLUG

from improving.educator import gradebook, marks, words
from improving.educator.desk import Learner
from improving.educator.feedback import write_feedback
from improving.educator.review import FormError, Reviewing
from improving.educator.review_server import MAX_FORM, ReviewServer, review
from improving.problems import CourseError

# Each test has learners of its own. In the order of the roster, which is the order of marking.
COHORT = [
    Marked("first", "Fay First"),
    Marked("second", "Sol Second"),
    Marked("kept", "Kim Kept", earned=(6.0, None), status="crashed", reason="Python stopped."),
    Marked("ready", "Ray Ready"),
    Marked("unreached", "Una", earned=(6.0, None), status="timed out", reason="It ran too long."),
    Marked("left-empty", "Lee", earned=(None, None), status="timed out", reason="It ran too long."),
    Marked("changed", "Chris", words="My first answer."),
    Marked("meanwhile", "Mo", words="What the marker read."),
    Marked("plain", "Pat", earned=(0.0, 8.0), words="", notes=("It was handed in as x.ipynb.",)),
    Marked("missing", "Mia Missing", status="missing"),
    Marked("unreadable", "Uri", status="unreadable", reason="The file is empty."),
    HOSTILE,
    Marked("last", "Lou Last"),
]
CRITERIA = ["Says what", "Says why", "Says how"]


@pytest.fixture(scope="module")
def cohort(desk):
    put(desk, *COHORT)
    desk.add_learners([Learner("unmarked", "Not Yet")])
    return desk


@pytest.fixture(scope="module")
def server(cohort):
    with ReviewServer(Reviewing(cohort, SLUG)) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


@pytest.fixture
def visit(browser, server):
    with visiting(browser, server.address) as visit:
        yield visit
        assert [fault for fault in visit.faults if "422" not in fault] == []


def scores(desk, learner):
    with gradebook.opened(desk) as ledger:
        return ledger.scores(SLUG, learner)


def row(desk, learner):
    found = marks.table(desk).set_index("learner").loc[learner]
    return {name: None if value != value else value for name, value in found.items()}


def choose(page, *levels):
    for number, level in enumerate(levels):
        page.check(f"#level-{number}-{level}")


def save(visit):
    visit.page.click("button")
    visit.page.wait_for_load_state()


# What is seen


def test_the_cohort_page_says_how_each_went_and_links_to_those_that_can_be_marked(visit):
    visit.go("")
    rows = {
        cells[0]: cells[1:]
        for cells in visit.page.locator("tbody tr").evaluate_all(
            "rows => rows.map((row) => [...row.cells].map((cell) => cell.textContent))"
        )
    }
    assert len(rows) == len(COHORT) + 1
    assert rows["Mia Missing"] == ["missing", "none", "nothing to mark"]
    assert rows["Uri"] == ["unreadable", "none", "nothing to mark"]
    assert rows["Not Yet"] == ["not marked yet", "none", "nothing to mark"]
    assert rows["Pat"] == ["marked", "8", "not marked yet"]
    assert rows[HOSTILE.name] == ["crashed", "0, some not reached", "not marked yet"]
    linked = visit.page.locator("tbody a").evaluate_all("links => links.map((a) => a.textContent)")
    assert sorted(linked) == sorted(
        one.name for one in COHORT if one.status not in ("missing", "unreadable")
    )


@pytest.mark.parametrize("name", ["", "plain", "hostile", "unreached", "nobody"])
def test_each_page_can_be_used_by_everybody(visit, name):
    visit.go(name)
    assert faults_in_sight(visit) == []
    assert visit.page.locator("h1").count() == 1
    visit.faults = [fault for fault in visit.faults if name != "nobody"]


def test_a_page_that_could_not_be_saved_can_be_used_by_everybody(visit):
    visit.go("hostile")
    save(visit)
    assert visit.page.get_by_role("alert").is_visible()
    assert faults_in_sight(visit) == []


def test_a_learner_page_shows_what_was_asked_the_answer_and_a_model_answer(visit):
    visit.go("kept")
    said = visit.page.locator("main").inner_text()
    assert "Say what it was for." in said
    assert tiny.WORDS in said
    assert "Status: crashed. Python stopped." in said
    assert "A model answer of mine." not in said
    visit.unfold()
    said = visit.page.locator("main").inner_text()
    assert "A model answer of mine." in said
    assert "Not reached. No points yet, out of 8." in said
    assert "Try." not in said


def test_an_empty_answer_is_said_to_be_empty(visit):
    visit.go("plain")
    assert visit.page.get_by_text("Nothing was written here.").is_visible()


def test_hostile_text_is_read_and_runs_nothing(visit):
    visit.go("hostile")
    visit.unfold()
    said = visit.page.locator("main").inner_text()
    assert said.count("<script>alert(1)</script>") > 5
    assert "49" not in visit.page.title()
    assert visit.page.locator("main script, main iframe, main svg, main [onload]").count() == 0
    assert visit.page.locator("main img").count() == 1
    own = frozenset(["form", "input", "button", "textarea", "style", "meta"])
    content = visit.page.content().replace('<a href=".">', "<a>")
    assert [fault for fault in dangers(content, own) if "white-space" not in fault] == []
    assert [url for url in visit.files if not url.startswith((visit.base, "data:image/png"))] == []


# The whole job by keyboard

FOCUS = """() => {
  const e = document.activeElement, style = getComputedStyle(e);
  const label = e.labels?.length ? e.labels[0].textContent : e.textContent;
  const box = e.getBoundingClientRect();
  return {what: e.tagName.toLowerCase(), id: e.id, name: label.trim(),
    seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2
      && box.bottom > 0 && box.top < innerHeight};
}"""


def tab_to(page, wanted):
    """Press Tab until something whose id or name begins so has the focus, which must show."""
    for _ in range(60):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert focus["seen"] or focus["what"] == "body", focus
        if focus["id"] == wanted or (wanted and focus["name"].startswith(wanted)):
            return
    pytest.fail(f"Tab never reaches {wanted}")


def test_a_cohort_can_be_marked_by_keyboard_alone(visit, cohort):
    page = visit.page
    visit.go("")
    tab_to(page, "Mark the next one")
    page.keyboard.press("Enter")
    page.wait_for_url("**/first")
    for number, presses in enumerate((0, 1, 2)):
        tab_to(page, f"level-{number}-0")
        page.keyboard.press("Space")
        for _ in range(presses):
            page.keyboard.press("ArrowDown")
    tab_to(page, "ready-1")
    page.keyboard.press("Space")
    tab_to(page, "comment")
    page.keyboard.type("Well read.")
    tab_to(page, "Save and go on")
    page.keyboard.press("Enter")
    page.wait_for_url("**/second")
    tab_to(page, "The cohort")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/$"))
    score = scores(cohort, "first")["part-3"]
    assert score.earned == 0 + 1 + 2
    assert score.comment == "Well read.\n\nTwo is two."
    assert page.locator("tr", has_text="Fay First").locator("td").last.inner_text() == "3"


def test_the_folded_parts_open_by_keyboard(visit):
    visit.go("second")
    for words_ in ("A model answer", "The rest of the notebook"):
        tab_to(visit.page, words_)
        visit.page.keyboard.press("Enter")
    assert visit.page.locator("details[open]").count() == 2


# What is saved


def test_a_missing_criterion_is_told_and_all_that_was_typed_is_kept(visit, cohort):
    page = visit.page
    visit.go("kept")
    choose(page, 2)
    page.check("#level-2-1")
    page.check("#ready-0")
    page.check("#ready-2")
    page.fill("#comment", "\nTwo lines,\n<b>\"kept\"</b> & 'whole'.")
    page.fill("#points-part-2a-check", "2.5")
    save(visit)
    alert = page.get_by_role("alert")
    assert alert.inner_text() == "Not saved. Choose points for: Says why."
    assert page.title().startswith("Not saved")
    chosen = page.locator("input:checked").evaluate_all("all => all.map((e) => e.id)")
    assert chosen == ["level-0-2", "level-2-1", "ready-0", "ready-2"]
    assert page.input_value("#comment") == "\nTwo lines,\n<b>\"kept\"</b> & 'whole'."
    assert page.input_value("#points-part-2a-check") == "2.5"
    assert scores(cohort, "kept")["part-3"].earned is None
    page.check("#level-1-0")
    save(visit)
    assert page.url.endswith("/ready")
    assert scores(cohort, "kept")["part-3"].earned == 3
    assert scores(cohort, "kept")["part-2a-check"].earned == 2.5


def test_ready_words_join_the_comment_once(visit, cohort):
    page = visit.page
    visit.go("ready")
    choose(page, 1, 1, 1)
    page.fill("#comment", "My words.")
    page.check("#ready-2")
    page.check("#ready-0")
    save(visit)
    joined = "My words.\n\nOne is one.\n\nThree is three."
    assert scores(cohort, "ready")["part-3"].comment == joined
    visit.go("ready")
    assert page.input_value("#comment") == joined
    assert page.locator("input[name=ready]:checked").count() == 0
    save(visit)
    assert scores(cohort, "ready")["part-3"].comment.replace("\r\n", "\n") == joined


def test_points_for_checks_that_were_never_reached_reach_everything(visit, cohort):
    page = visit.page
    assert row(cohort, "unreached")["part_2"] is None
    visit.go("unreached")
    choose(page, 2, 2, 2)
    page.fill("#points-part-2a-check", "4.5")
    page.fill("#comment", "It ran too long, and it is nearly right.")
    save(visit)
    assert scores(cohort, "unreached")["part-2a-check"].earned == 4.5
    found = row(cohort, "unreached")
    assert (found["part_1"], found["part_2"], found["part_3"], found["total"]) == (6, 4.5, 6, 16.5)
    write_feedback(cohort, SLUG)
    page_for_her = words_in(cohort.feedback(SLUG, "unreached").read_text(encoding="utf-8"))
    assert "4.5 of 8 points." in page_for_her
    assert "It ran too long, and it is nearly right." in page_for_her
    visit.go("unreached")
    assert page.input_value("#points-part-2a-check") == "4.5"


def test_points_that_are_left_empty_stay_blank_and_do_not_come_back_for_ever(visit, cohort):
    page = visit.page
    visit.go("left-empty")
    choose(page, 0, 0, 0)
    save(visit)
    assert page.url.endswith("/changed")
    found = row(cohort, "left-empty")
    assert (found["part_1"], found["part_2"], found["part_3"], found["total"]) == (
        None,
        None,
        0,
        None,
    )


def test_after_the_last_one_the_cohort_page_says_what_was_saved(visit):
    visit.go("last")
    choose(visit.page, 1, 2, 2)
    save(visit)
    assert visit.page.get_by_role("status").inner_text() == "Saved: last."
    assert visit.page.locator("h1").inner_text().startswith("Mark by hand")


@pytest.mark.parametrize("said", ["9", "-1", "nan", "inf", "two", "1e9", "8.5"])
def test_points_that_cannot_be_are_refused_and_nothing_is_saved(cohort, said):
    reviewing, learner = Reviewing(cohort, SLUG), Learner("hostile", HOSTILE.name)
    form = {f"level-{n}": ["1"] for n in range(3)} | {"points-part-2a-check": [said]}
    with pytest.raises(FormError, match="part-2a-check: write a number from 0 to 8"):
        reviewing.save(learner, form)
    assert scores(cohort, "hostile")["part-3"].earned is None
    page = reviewing.learner_page(learner, form, "No.")
    assert f'value="{said}"' in page


@pytest.mark.parametrize("level", ["3", "-1", "2.0", "", "x", "١"])
def test_a_level_that_the_rubric_does_not_have_is_no_level(cohort, level):
    form = {"level-0": ["1"], "level-1": [level], "level-2": ["1"]}
    with pytest.raises(FormError, match=r"Choose points for: Says why\."):
        Reviewing(cohort, SLUG).save(Learner("hostile", HOSTILE.name), form)


# An answer that changes


def test_an_answer_that_changed_after_it_was_marked_must_be_read_again(visit, cohort):
    page = visit.page
    visit.go("changed")
    choose(page, 2, 2, 2)
    page.fill("#comment", "Good.")
    save(visit)
    assert row(cohort, "changed")["total"] == 20
    put(cohort, Marked("changed", "Chris", words="My second answer."))
    found = row(cohort, "changed")
    assert (found["part_3"], found["total"], found["part_1"]) == (None, None, 6)
    assert "The written answer changed after it was marked." in found["note"]
    write_feedback(cohort, SLUG)
    told = words_in(cohort.feedback(SLUG, "changed").read_text(encoding="utf-8"))
    assert "My second answer." in told
    assert "Good." not in told
    assert "How your answer was marked" not in told
    visit.go("changed")
    assert page.get_by_text("The answer has changed since you marked it.").is_visible()
    assert page.locator("input[type=radio]:checked").count() == 0
    assert page.input_value("#comment") == "Good."
    choose(page, 1, 1, 1)
    save(visit)
    assert row(cohort, "changed")["total"] == 17
    visit.go("changed")
    assert page.get_by_text("The answer has changed since you marked it.").count() == 0


def test_a_further_cell_behind_the_answer_is_part_of_it(cohort):
    reviewing = Reviewing(cohort, SLUG)
    put(cohort, Marked("plain", "Pat", earned=(0.0, 8.0)))
    reviewing.save(Learner("plain", "Pat"), {f"level-{n}": ["1"] for n in range(3)})
    assert row(cohort, "plain")["part_3"] == 3
    put(cohort, Marked("plain", "Pat", earned=(0.0, 8.0), added="And one thing more."))
    assert row(cohort, "plain")["part_3"] is None


def test_points_are_never_given_to_an_answer_that_was_not_on_the_page(visit, cohort):
    page = visit.page
    visit.go("meanwhile")
    assert page.get_by_text("What the marker read.").is_visible()
    choose(page, 2, 1, 2)
    page.fill("#comment", "Typed for the first answer.")
    put(cohort, Marked("meanwhile", "Mo", words="What came meanwhile."))
    save(visit)
    assert "The answer has changed since you opened this page" in (
        page.get_by_role("alert").inner_text()
    )
    assert row(cohort, "meanwhile")["part_3"] is None
    assert page.get_by_text("What came meanwhile.").is_visible()
    assert page.input_value("#comment") == "Typed for the first answer."
    save(visit)
    assert row(cohort, "meanwhile")["part_3"] == 5


# Who may ask, and for what


def ask(server, method="GET", path=None, body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=20)
    connection.request(method, server.base if path is None else path, body, headers)
    answer = connection.getresponse()
    said = answer.read().decode()
    connection.close()
    return answer, said


def refused(server, status, *arguments, **options):
    answer, said = ask(server, *arguments, **options)
    assert answer.status == status
    assert "Fay First" not in said
    assert tiny.WORDS not in said
    assert words.PNG.decode("latin-1") not in said
    return answer


FORM = urlencode({f"level-{n}": 1 for n in range(3)})


def test_the_address_is_of_this_computer_and_cannot_be_guessed(server, cohort):
    assert server.server_address[0] == "127.0.0.1"
    token = server.base.strip("/")
    assert len(token) >= 20
    with ReviewServer(Reviewing(cohort, SLUG)) as other:
        assert other.base.strip("/") != token


def test_both_names_of_this_computer_are_answered(server):
    port = server.server_address[1]
    for host in (f"127.0.0.1:{port}", f"localhost:{port}"):
        answer, said = ask(server, Host=host)
        assert answer.status == 200
        assert "Fay First" in said


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{}", "127.0.0.1", "127.0.0.1:1", "", "localhost.:{}"]
)
def test_another_host_name_is_refused(server, host):
    """A page of somebody else's can give its own name this computer's address."""
    host = host.format(server.server_address[1])
    refused(server, 404, Host=host)
    refused(server, 400, "POST", f"{server.base}hostile", FORM, Host=host)


@pytest.mark.parametrize("path", ["/", "/first", "/wrong-token/", "/wrong-token/first", "//", "*"])
def test_an_address_without_the_token_is_refused(server, path):
    refused(server, 404, path=path)
    refused(server, 400, "POST", path, FORM)


@pytest.mark.parametrize(
    "name",
    [
        *("nobody", "missing", "unreadable", "unmarked", "FIRST", "first/", "./first", "../first"),
        *("..%2ffirst", "%2e%2e/learners.csv", "first%00", "first%20", "/etc/passwd", "first.json"),
    ],
)
def test_a_name_that_is_not_a_learners_is_refused(server, name):
    refused(server, 404, path=f"{server.base}{name}")
    answer, _ = ask(server, "POST", f"{server.base}{name}", FORM)
    assert answer.status == 422


def test_a_form_that_is_too_long_is_refused_and_nothing_is_saved(server, cohort):
    body = f"{FORM}&comment={'x' * MAX_FORM}"
    refused(server, 400, "POST", f"{server.base}hostile", body)
    assert scores(cohort, "hostile")["part-3"].earned is None


@pytest.mark.parametrize("length", ["", "-5", "²", "9" * 5000, "1e3", "0x10", "0"])
def test_a_form_of_no_known_length_is_refused(server, length):
    headers = {"Content-Length": length.encode("latin-1")}
    refused(server, 400, "POST", f"{server.base}hostile", None, **headers)


def test_a_form_that_breaks_off_is_not_saved(server, cohort):
    head = f"POST {server.base}hostile HTTP/1.0\r\nHost: {server.hosts[0]}\r\n"
    with socket.create_connection(server.server_address, timeout=20) as caller:
        caller.sendall(f"{head}Content-Length: 500\r\n\r\n{FORM}&comment=half".encode())
        caller.shutdown(socket.SHUT_WR)
        assert b" 400 " in caller.makefile("rb").readline()
    assert scores(cohort, "hostile")["part-3"].earned is None


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "OPTIONS", "TRACE"])
def test_nothing_but_reading_and_saving_can_be_asked(server, method):
    refused(server, 501, method)


def test_every_answer_carries_the_policy_and_leaves_no_trace(server):
    for answer in (
        ask(server)[0],
        refused(server, 404, path="/"),
        refused(server, 400, "POST", "/", FORM),
        ask(server, "POST", f"{server.base}hostile", "comment=x")[0],
    ):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_connection_that_says_nothing_keeps_nobody_waiting(server):
    """A browser opens connections that it may never use."""
    with socket.create_connection(server.server_address):
        assert ask(server)[0].status == 200


def test_no_address_is_written_to_the_terminal(server, capfd):
    ask(server)
    refused(server, 404, path="/")
    assert capfd.readouterr() == ("", "")


def test_while_another_command_writes_marks_the_form_comes_back_whole(server, cohort):
    body = f"{FORM}&comment=Typed+meanwhile"
    with cohort.alone():
        answer, said = ask(server, "POST", f"{server.base}hostile", body)
    assert answer.status == 422
    assert "Another command is at work" in said
    assert "Typed meanwhile</textarea>" in said
    assert scores(cohort, "hostile")["part-3"].earned is None


def test_a_fault_in_the_roster_is_told_on_the_page(server, cohort):
    roster = cohort.root / "learners.csv"
    before = roster.read_bytes()
    roster.write_bytes(before + b"<b>../evil</b>,,\n")
    try:
        for method, body in (("GET", None), ("POST", FORM)):
            answer, said = ask(server, method, f"{server.base}hostile", body)
            assert answer.status == 500
            assert f"line {len(COHORT) + 3}" in words_in(said)
            assert "<b>" not in said
    finally:
        roster.write_bytes(before)
    assert ask(server)[0].status == 200


def test_a_port_that_is_taken_says_what_to_do(server, cohort):
    with pytest.raises(CourseError, match="leave --port out"):
        review(cohort, SLUG, server.server_address[1], show=False)


def test_an_exercise_that_was_not_assigned_says_so(cohort, monkeypatch):
    monkeypatch.setenv("IMPROVING_EXERCISES", str(Path(__file__).parents[2] / "exercises"))
    with pytest.raises(CourseError, match="12-mandate was not assigned"):
        review(cohort, "12-mandate", show=False)


def test_the_addresses_of_the_pages_are_below_the_token(server):
    _, said = ask(server)
    links = re.findall(r'href="([^"]*)"', said)
    assert links
    assert all(urlsplit(link).path == link and "/" not in link for link in links)
