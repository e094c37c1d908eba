"""The roster names its fault, line and mend; ids are safe as folders; one command at a time."""

import subprocess
import sys
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from improving.educator.desk import LEARNER, Desk, Learner, as_id, read_learners
from improving.problems import CourseError

# The stranger half of what a person may be called.
names = st.text(st.characters(exclude_categories=("Cs",)), max_size=80)


@pytest.fixture
def roster(tmp_path):
    path = tmp_path / "learners.csv"

    def written(content):
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.mark.parametrize(
    ("content", "place", "mend"),
    [
        ("", "line 1", "make the first line `id,name,email`"),
        ("name,email\nAnn,a@x.org\n", "line 1", "make the first line `id,name,email`"),
        ("id;name\na;Ann\n", "line 1", "make the first line `id,name,email`"),
        ("id,name\na01,Ann\n,Bob\n", "line 3: ''", "use letters"),
        ("id,name\nann lee,Ann\n", "line 2: 'ann lee'", "use letters"),
        ("id,name\n../ann,Ann\n", "line 2: '../ann'", "use letters"),
        ("id,name\ncon,Conrad\n", "line 2: 'con'", "a word that Windows keeps"),
        ("id,name\na01,Ann\nA01,Bob\n", "line 3: the id 'A01' is there twice", "change one"),
        ('id,name\na01,"Ann\nb01,Bob\n', "line 2: not CSV", "a quotation mark"),
        ('id,name\na01,Ann\nb01,"Bob"by\n', "line 3: not CSV", "a quotation mark"),
        (f"id,name\na01,{'x' * 200_000}\n", "line 2: not CSV", "a quotation mark"),
        ("id,name\na01,Zoë\n".encode("cp1252"), "cannot be read", "save it as CSV UTF-8"),
    ],
)
def test_a_fault_in_the_roster_names_its_line_and_its_mend(roster, content, place, mend):
    path = roster(content)
    with pytest.raises(CourseError) as fault:
        read_learners(path)
    what, _, how = str(fault.value).partition("\n    Mend: ")
    assert what.startswith(str(path))
    assert place in what
    assert mend in how


def test_a_roster_that_is_not_there_says_so(tmp_path):
    with pytest.raises(CourseError, match=r"none\.csv: cannot be read"):
        read_learners(tmp_path / "none.csv")


@pytest.mark.parametrize(
    "content",
    [
        "id,name,email\na01,Zoë Ö,z@x.org\nb02,,\n",
        "\ufeffid,name,email\r\na01,Zoë Ö,z@x.org\r\nb02,,\r\n",
        "Email, ID ,Ward,Name\nz@x.org,a01,7,Zoë  Ö\n,b02,8,\n",
        'id,name,email\ra01,"Zoë\nÖ",z@x.org\rb02\r',
    ],
)
def test_a_roster_is_read_however_a_spreadsheet_wrote_it(roster, content):
    found = read_learners(roster(content))
    assert found == [Learner("a01", "Zoë Ö", "z@x.org"), Learner("b02")]


def test_joining_adds_a_line_and_leaves_every_other_byte(roster, tmp_path):
    before = "\ufeffEmail,ID,Ward,Name\r\nz@x.org,a01,7,Zoë\r\n,b02,8,".encode()
    roster(before)
    desk = Desk(tmp_path)
    joining = [Learner("A03", "Cy, the 3rd", "c@x.org"), Learner("a01", "Somebody else")]
    desk.add_learners(joining)
    desk.add_learners(joining)
    after = (tmp_path / "learners.csv").read_bytes()
    assert after.removeprefix(before) == b'\r\nc@x.org,A03,,"Cy, the 3rd"\r\n'
    assert [one.name for one in desk.learners()] == ["Zoë", "", "Cy, the 3rd"]


def test_a_first_roster_opens_in_a_spreadsheet_with_its_accents(tmp_path):
    desk = Desk(tmp_path / "new")
    desk.add_learners([Learner("a01", "Zoë")])
    assert (desk.root / "learners.csv").read_bytes().startswith("\ufeffid,name".encode())
    assert desk.learners() == [Learner("a01", "Zoë")]


def test_a_desk_without_a_roster_has_nobody(tmp_path):
    assert Desk(tmp_path / "none").learners() == []


@given(names | st.from_regex(LEARNER, fullmatch=True))
def test_an_id_is_one_folder_of_its_own_on_every_system(text):
    if not LEARNER.fullmatch(text):
        return
    for system in (PurePosixPath, PureWindowsPath):
        assert system("desk", text).parts == ("desk", text)
    assert not PureWindowsPath(text).is_reserved()
    assert text == text.strip().rstrip(".")
    assert text.isascii()
    desk = Desk(PurePosixPath("/desk"))
    for place in (desk.submitted, desk.autograded, desk.feedback, desk.result, desk.review):
        assert place("12-mandate", text).is_relative_to("/desk")
        assert ".." not in place("12-mandate", text).parts


@given(names)
def test_an_id_made_from_a_name_is_an_id_or_nothing(name):
    assert as_id(name) == "" or LEARNER.fullmatch(as_id(name))


@pytest.mark.parametrize(
    ("name", "made"),
    [("Zoë O'Neill", "zoe-o-neill"), ("../../Ann", "ann"), ("李雷", ""), ("Con", ""), ("...", "")],
)
def test_an_id_is_made_from_plain_letters(name, made):
    assert as_id(name) == made


@pytest.mark.parametrize(
    "trick", ["..", ".", "", "../a", "a/b", "a\\b", "C:", "/a", "a\n", "a\0", "nul.txt", "a."]
)
def test_no_path_trick_can_be_an_id(trick):
    assert not LEARNER.fullmatch(trick)


def test_an_exercise_that_was_not_assigned_says_what_was(tmp_path):
    desk = Desk(tmp_path)
    for slug in ("12-mandate", "01-nhs-impact"):
        desk.release(slug).parent.mkdir(parents=True)
        desk.release(slug).touch()
    with pytest.raises(CourseError, match=r"Assigned there: 01-nhs-impact, 12-mandate\."):
        desk.read_source("../../etc/passwd")


HOLD = """
import sys
from pathlib import Path
from improving.educator.desk import Desk
with Desk(Path(sys.argv[1])).alone():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_command_is_refused_while_another_is_at_work(tmp_path):
    desk = Desk(tmp_path / "desk")
    command = [sys.executable, "-c", HOLD, str(desk.root)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(CourseError, match="Another command is at work"), desk.alone():
            pass
        # A killed command holds nothing.
        other.kill()
        other.wait()
        with desk.alone():
            pass
    with desk.alone(), pytest.raises(CourseError, match="wait until it ends"), desk.alone():
        pass
