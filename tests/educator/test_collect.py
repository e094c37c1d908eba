"""Each notebook reaches its learner and nobody else, whatever else is in what was handed in."""

import os
import stat
import struct
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import tiny
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import SLUG

from improving import exercises, tidy
from improving.educator import collect as module
from improving.educator import results, submission
from improving.educator.collect import collect
from improving.educator.desk import LEARNER, Desk, Learner
from improving.educator.results import Result
from improving.files import write_text
from improving.problems import CourseError

RELEASED = exercises.learner_version(tiny.exercise())


def work(words=tiny.WORDS):
    return tiny.as_bytes(tiny.filled_in(RELEASED, words=words))


def new_desk(folder, *roster):
    desk = Desk(folder / "marking")
    for path, notebook in ((desk.source(SLUG), tiny.exercise()), (desk.release(SLUG), RELEASED)):
        path.parent.mkdir(parents=True)
        path.write_text(tidy.dumps(notebook), encoding="utf-8")
    if roster:
        desk.add_learners(list(roster))
    return desk


@pytest.fixture
def desk(tmp_path):
    return new_desk(tmp_path)


@pytest.fixture
def ann_and_zoe(tmp_path):
    people = [Learner("a01", "Ann Lee", "ann.lee@nhs.example"), Learner("z02", "Zoë O'Neill")]
    return new_desk(tmp_path, *people)


def zipped(folder, files, name="handed-in.zip", how=zipfile.ZIP_DEFLATED):
    """A ZIP of files, given as pairs of a name or an entry, and what it holds."""
    path = folder / name
    with zipfile.ZipFile(path, "w", how) as archive:
        for entry, content in files.items() if isinstance(files, dict) else files:
            archive.writestr(entry, content)
    return path


def laid_out(folder, files):
    for name, content in files.items():
        path = folder / "handed-in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder / "handed-in"


def words_of(desk, learner, slug=SLUG):
    """What reached a learner's place: the words of part 3."""
    notebook = submission.read(desk.submitted(slug, learner).read_bytes())
    return next(c["source"] for c in notebook["cells"] if exercises.grade_id(c) == "part-3")


def everything(folder):
    """Every file below a folder, and what it holds."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def people_with_work(desk):
    return sorted(path.parts[-3] for path in desk.root.glob(f"submitted/*/{SLUG}/{SLUG}.ipynb"))


# How platforms name what they hand over

LAYOUTS = {
    "Moodle, folders": "{}_4711_assignsubmission_file_/{}",
    "Moodle, folders, below one": "Tiny-99/{}_4711_assignsubmission_file_/{}",
    "Moodle, folders, as of version 4": "{}_4711_assignsubmission_file/{}",
    "Moodle, folders in folders": "{}_4711_assignsubmission_file_/my work/final/{}",
    "Moodle, files": "{}_4711_assignsubmission_file_{}",
    "Teams": "Student Work/Submitted files/{}/A tiny one/Version 1/{}",
    "improving assign": f"{{}}/{SLUG}/{{}}",
    "improving assign, below others": f"spring/cohort/{{}}/{SLUG}/{{}}",
    "plain": "{}/{}",
    "plain, with Windows' slashes": "{}\\{}",
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
@pytest.mark.parametrize("where", [zipped, laid_out])
def test_each_layout_gives_each_learner_their_own_work(ann_and_zoe, tmp_path, where, layout):
    if "\\" in layout and where is laid_out:
        layout = layout.replace("\\", "/")
    files = {
        layout.format("Ann Lee", f"{SLUG}.ipynb"): work("by Ann"),
        layout.replace("4711", "4712").format("Zoë O'Neill", f"{SLUG}.ipynb"): work("by Zoë"),
    }
    done = collect(ann_and_zoe, where(tmp_path, files))
    assert done.taken == [("a01", SLUG), ("z02", SLUG)]
    assert done.left == []
    assert [words_of(ann_and_zoe, who) for who in ("a01", "z02")] == ["by Ann", "by Zoë"]


def test_a_pattern_of_ones_own_says_whose_it_is(ann_and_zoe, tmp_path):
    files = {
        "12-34 - Ann Lee - 1 March 2026/A.ipynb": work("by Ann"),
        "down/56-78 - z02 - 2 March 2026/B.ipynb": work("by Zoë"),
        "C.ipynb": work("by nobody"),
    }
    done = collect(ann_and_zoe, zipped(tmp_path, files), pattern="* - {learner} - */{file}")
    assert [words_of(ann_and_zoe, who) for who in ("a01", "z02")] == ["by Ann", "by Zoë"]
    assert done.left == ["C.ipynb: its path does not say whose it is. Give --pattern."]


def test_a_pattern_that_names_nobody_says_what_to_write(desk, tmp_path):
    with pytest.raises(CourseError, match=r"write \{learner\} there"):
        collect(desk, zipped(tmp_path, {}), pattern="*/{file}")


def test_in_teams_the_last_version_counts_and_a_draft_does_not(desk, tmp_path):
    place = "Submitted files/Ann Lee/A tiny one/Version {}/mine.ipynb"
    files = {place.format(n): work(f"version {n}") for n in (2, 10, 9)}
    files["Working files/Ann Lee/A tiny one/mine.ipynb"] = work("a draft")
    done = collect(desk, zipped(tmp_path, files))
    assert words_of(desk, "ann-lee") == "version 10"
    assert len(done.left) == 3
    assert [line for line in done.left if line.startswith("Working files/") and "draft" in line]
    assert people_with_work(desk) == ["ann-lee"]


def test_of_several_notebooks_of_one_learner_the_one_with_the_right_name_counts(desk, tmp_path):
    files = {"ann/copy.ipynb": work("no"), f"ann/{SLUG}.ipynb": work("yes"), "ann/x.ipynb": work()}
    done = collect(desk, zipped(tmp_path, files))
    assert words_of(desk, "ann") == "yes"
    assert [line.partition(": ")[0] for line in done.left] == ["ann/copy.ipynb", "ann/x.ipynb"]


# Whose it is


@pytest.mark.parametrize(
    "said",
    [
        "a01",
        "A01",
        "ann.lee@nhs.example",
        "Ann.Lee@NHS.example",
        "Ann Lee",
        "ann  lee",
        "z02",
        "Zoë O'Neill",
        "Zoe\u0308 O'Neill",
    ],
)
def test_a_learner_is_known_by_id_email_or_name(ann_and_zoe, tmp_path, said):
    done = collect(ann_and_zoe, zipped(tmp_path, {f"{said}/{SLUG}.ipynb": work()}))
    assert done.taken == [("a01" if said.casefold().startswith("a") else "z02", SLUG)]
    assert len(ann_and_zoe.learners()) == 2


def test_who_is_not_in_the_roster_joins_it(ann_and_zoe, tmp_path):
    files = {f"Bo Ek_5_assignsubmission_file_{SLUG}.ipynb": work(), f"c03/{SLUG}.ipynb": work()}
    collect(ann_and_zoe, zipped(tmp_path, files))
    assert ann_and_zoe.learners()[2:] == [Learner("bo-ek", "Bo Ek"), Learner("c03")]


def test_a_name_without_a_plain_letter_asks_for_the_roster(desk, tmp_path):
    files = {f"李雷/{SLUG}.ipynb": work("by Li Lei")}
    done = collect(desk, zipped(tmp_path, files))
    assert "no id can be made from '李雷'. Add the person to learners.csv" in done.left[0]
    desk.add_learners([Learner("l01", "李雷")])
    collect(desk, tmp_path / "handed-in.zip")
    assert words_of(desk, "l01") == "by Li Lei"


MOODLE = "Ann Lee_{}_assignsubmission_file_/{}.ipynb"


def test_two_people_of_one_name_are_never_merged_without_a_roster(desk, tmp_path):
    files = {MOODLE.format(n, SLUG): work(f"by number {n}") for n in (1, 2)}
    done = collect(desk, zipped(tmp_path, files))
    assert done.taken == []
    assert people_with_work(desk) == []
    assert len(done.left) == 2
    assert all("2 people called Ann Lee" in line for line in done.left)
    assert all("learners.csv" in line for line in done.left)


def test_two_people_of_one_name_are_never_merged_with_a_roster(tmp_path):
    desk = new_desk(tmp_path, Learner("a01", "Ann Lee"), Learner("a02", "Ann Lee"))
    files = {MOODLE.format(n, SLUG): work(f"by number {n}") for n in (1, 2)}
    done = collect(desk, zipped(tmp_path, files))
    assert done.taken == []
    assert all("a01 or a02" in line for line in done.left)
    renamed = {f"a0{n}/{SLUG}.ipynb": work(f"by number {n}") for n in (1, 2)}
    collect(desk, zipped(tmp_path, renamed))
    assert [words_of(desk, who) for who in ("a01", "a02")] == ["by number 1", "by number 2"]


def test_two_people_of_one_name_are_never_merged_when_they_come_one_by_one(desk, tmp_path):
    collect(desk, zipped(tmp_path, {MOODLE.format(1, SLUG): work("by number 1")}, "group-a.zip"))
    files = {MOODLE.format(2, SLUG): work("by number 2")}
    done = collect(desk, zipped(tmp_path, files, "group-b.zip"))
    assert done.taken == []
    assert "Moodle's number 1. If they are 2 people" in done.left[0]
    assert words_of(desk, "ann-lee") == "by number 1"
    desk.moodle_number(SLUG, "ann-lee").unlink()
    assert collect(desk, tmp_path / "group-b.zip").taken == [("ann-lee", SLUG)]


def test_two_folders_of_one_name_in_two_places_are_never_merged(desk, tmp_path):
    files = {f"{who}/week 1/{SLUG}.ipynb": work(f"by {who}") for who in ("ann", "bob")}
    done = collect(desk, zipped(tmp_path, files))
    assert done.taken == []
    assert len(done.left) == 2


def test_two_names_that_make_one_id_are_never_merged(desk, tmp_path):
    files = {f"{who}/{SLUG}.ipynb": work(f"by {who}") for who in ("José Ek", "Jose Ek", "jose-ek")}
    done = collect(desk, zipped(tmp_path, files))
    assert people_with_work(desk) == ["jose-ek"]
    assert words_of(desk, "jose-ek") == "by José Ek"
    assert "the id jose-ek is taken by somebody else" in done.left[0]


@pytest.mark.parametrize(
    "inner",
    ["Bob Ek/{}", "Bob Ek_2_assignsubmission_file_/{}", "Bob Ek/99-tiny/{}", "a\nb/Bob Ek/{}"],
)
def test_a_folder_that_a_learner_names_after_another_is_still_theirs(desk, tmp_path, inner):
    files = {
        "Bob Ek_2_assignsubmission_file_/mine.ipynb": work("by Bob"),
        f"Mal Ory_1_assignsubmission_file_/{inner.format('mine.ipynb')}": work("by Mal"),
    }
    collect(desk, zipped(tmp_path, files))
    assert words_of(desk, "bob-ek") == "by Bob"
    assert words_of(desk, "mal-ory") == "by Mal"


# Of what exercise it is


@pytest.mark.parametrize("name", ["Untitled1.ipynb", f"{SLUG} (1).IPYNB", "12-mandate.ipynb"])
def test_a_misnamed_notebook_is_known_by_what_it_says(desk, tmp_path, name):
    done = collect(desk, zipped(tmp_path, {f"ann/{name}": work()}))
    assert done.taken == [("ann", SLUG)]
    assert desk.handed_in_as(SLUG, "ann").read_text() == name


def test_a_corrupt_notebook_is_taken_where_the_exercise_is_given(desk, tmp_path):
    archive = zipped(tmp_path, {"ann/work.ipynb": b'{"cells": ['})
    said = "ann/work.ipynb: it does not say which exercise it belongs to. Give --exercise."
    assert collect(desk, archive).left == [said]
    assert collect(desk, archive, exercise=SLUG).taken == [("ann", SLUG)]
    assert desk.submitted(SLUG, "ann").read_bytes() == b'{"cells": ['


def test_what_a_notebook_says_counts_for_more_than_the_option(desk, tmp_path):
    other = tiny.filled_in(RELEASED)
    other["metadata"]["improving"] = {"exercise": "01-nhs-impact"}
    done = collect(desk, zipped(tmp_path, {"ann/x.ipynb": tiny.as_bytes(other)}), exercise=SLUG)
    assert done.left == ["ann/x.ipynb: it belongs to 01-nhs-impact, which was not assigned here."]


def test_an_exercise_that_was_not_assigned_is_refused(desk, tmp_path):
    with pytest.raises(CourseError, match="12-mandate was not assigned"):
        collect(desk, zipped(tmp_path, {}), exercise="12-mandate")


# Again


def test_collecting_twice_changes_nothing(desk, tmp_path):
    files = {MOODLE.format(1, SLUG): work(), "=cmd|x_2_assignsubmission_file_a.ipynb": work("two")}
    archive = zipped(tmp_path, files)
    assert len(collect(desk, archive).taken) == 2
    before = everything(desk.root)
    again = collect(desk, archive)
    assert (again.taken, again.same, again.left) == ([], 2, [])
    assert everything(desk.root) == before


def test_a_resubmission_replaces_the_work_and_what_marking_found(desk, tmp_path):
    collect(desk, zipped(tmp_path, {f"ann/{SLUG}.ipynb": work("first"), "bob/b.ipynb": work()}))
    for who in ("ann", "bob"):
        found = Result(learner=who, exercise=SLUG, digest="d", status="crashed")
        write_text(desk.result(SLUG, who), found.model_dump_json())
    files = {"ann/second try.ipynb": work("second"), "bob/b.ipynb": work()}
    done = collect(desk, zipped(tmp_path, files))
    assert (done.taken, done.same) == ([("ann", SLUG)], 1)
    assert words_of(desk, "ann") == "second"
    assert desk.handed_in_as(SLUG, "ann").read_text() == "second try.ipynb"
    assert results.load(desk.result(SLUG, "ann")) is None
    assert results.load(desk.result(SLUG, "bob")).status == "crashed"


# What must not be taken

GOOD = f"good/{SLUG}.ipynb"


def only_the_good_one_is_taken(desk, where, why, count=1):
    outside = {
        k: v for k, v in everything(desk.root.parent).items() if not k.startswith("marking/")
    }
    done = collect(desk, where)
    assert done.taken == [("good", SLUG)]
    assert len(done.left) == count
    assert all(why in line for line in done.left), done.left
    assert people_with_work(desk) == ["good"]
    after = {k: v for k, v in everything(desk.root.parent).items() if not k.startswith("marking/")}
    assert after == outside


@pytest.mark.parametrize(
    "name",
    [
        "../evil/x.ipynb",
        "a/../../evil/x.ipynb",
        "..\\evil\\x.ipynb",
        "a\\..\\..\\x.ipynb",
        "/evil/x.ipynb",
        "//evil/x.ipynb",
        "\\\\server\\share\\x.ipynb",
        "C:\\evil\\x.ipynb",
        "C:evil/x.ipynb",
    ],
)
def test_a_path_that_leads_out_of_the_zip_is_refused(desk, tmp_path, name):
    where = zipped(tmp_path, [(GOOD, work()), (zipfile.ZipInfo(name), work())])
    only_the_good_one_is_taken(desk, where, "its path leads out of the ZIP")


def test_a_link_in_a_zip_is_refused(desk, tmp_path):
    link = zipfile.ZipInfo("ann/x.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    where = zipped(tmp_path, [(GOOD, work()), (link, "/etc/passwd")])
    only_the_good_one_is_taken(desk, where, "a link, not a file")


FLAGS, SIZE = 6, 22
"""Where an entry's header says so, in bytes."""


def spoilt(path, name, where, form, value):
    """Change what an entry's header says, and what the list at the ZIP's end says of it."""
    content = bytearray(path.read_bytes())
    struct.pack_into(form, content, content.index(name) - 30 + where, value)
    struct.pack_into(form, content, content.rindex(name) - 46 + where + 2, value)
    path.write_bytes(content)
    return path


def test_an_encrypted_notebook_is_told(desk, tmp_path):
    where = zipped(tmp_path, {GOOD: work(), "ann/x.ipynb": work()})
    only_the_good_one_is_taken(desk, spoilt(where, b"ann/x", FLAGS, "<H", 1), "encrypted")


def test_what_is_packed_too_tightly_is_not_even_opened(desk, tmp_path):
    where = zipped(tmp_path, {GOOD: work(), "ann/x.ipynb": b" " * 19_000_000})
    only_the_good_one_is_taken(desk, where, "It may be a ZIP bomb")


def test_a_bomb_that_lies_about_its_size_is_never_unpacked_further(desk, tmp_path):
    where = zipped(tmp_path, {GOOD: work(), "ann/x.ipynb": b" " * 60_000_000})
    where = spoilt(where, b"ann/x", SIZE, "<I", 500)
    only_the_good_one_is_taken(desk, where, "it cannot be unpacked")


def test_what_is_too_large_is_told(desk, tmp_path):
    large = b" " * (submission.MAX_BYTES + 1)
    where = zipped(tmp_path, {GOOD: work(), "ann/x.ipynb": large}, how=zipfile.ZIP_STORED)
    only_the_good_one_is_taken(desk, where, "larger than 20 MB")


def test_a_way_of_packing_that_unpacks_without_bound_is_refused(desk, tmp_path):
    """Of this one, Python unpacks a whole block at once, whatever size the list claims."""
    where = zipped(tmp_path, [(GOOD, work())])
    with zipfile.ZipFile(where, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("ann/x.ipynb", b" " * 9_000_000)
    where = spoilt(where, b"ann/x", SIZE, "<I", 500)
    only_the_good_one_is_taken(desk, where, "no learning platform uses")


def test_too_many_entries_are_refused_before_any_is_read(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "MAX_ENTRIES", 5)
    where = zipped(tmp_path, {f"a{n}/{SLUG}.ipynb": work() for n in range(6)})
    with pytest.raises(CourseError, match="has 6 files, more than 5"):
        collect(desk, where)
    assert people_with_work(desk) == []


def test_entries_that_share_their_bytes_cannot_fill_the_memory(desk, tmp_path, monkeypatch):
    """The list may name one small file ten thousand times: each time it is read again."""
    where = zipped(tmp_path, {f"{n:03}/{SLUG}.ipynb": work() for n in range(100)})
    monkeypatch.setattr(module, "MAX_TOTAL", 50 * len(work()))
    with pytest.raises(CourseError, match="collect it in parts"):
        collect(desk, where)
    assert people_with_work(desk) == []


def test_a_zip_in_a_zip_is_not_opened(desk, tmp_path):
    inner = zipped(tmp_path, {f"ann/{SLUG}.ipynb": work()}, "inner.zip").read_bytes()
    (tmp_path / "inner.zip").unlink()
    where = zipped(tmp_path, {GOOD: work(), "ann/inner.zip": inner})
    only_the_good_one_is_taken(desk, where, "ann/inner.zip: not a notebook")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_entries_that_have_one_name_one_is_taken_and_the_others_are_told(desk, tmp_path):
    where = zipped(tmp_path, [(GOOD, work("one")), (GOOD, work("two"))])
    only_the_good_one_is_taken(desk, where, f"{GOOD}: {GOOD} was taken instead")


def test_a_damaged_entry_is_told_and_stops_no_other(desk, tmp_path):
    where = zipped(tmp_path, {GOOD: work(), "ann/x.ipynb": work()}, how=zipfile.ZIP_STORED)
    content = bytearray(where.read_bytes())
    content[content.rindex(b'"cells"')] ^= 1
    where.write_bytes(content)
    only_the_good_one_is_taken(desk, where, "it cannot be unpacked")


def test_a_path_of_thousands_of_letters_is_refused(desk, tmp_path):
    name = f"{'a_1_' * 10_000}/x.ipynb"
    where = zipped(tmp_path, {GOOD: work(), name: work(), f"b/{'9' * 5000}.ipynb": work()})
    only_the_good_one_is_taken(desk, where, "its path is too long", count=2)


def test_a_version_of_thousands_of_digits_stops_nobody(desk, tmp_path):
    name = f"Submitted files/Ann/A tiny one/Version {'9' * 900}/x.ipynb"
    done = collect(desk, zipped(tmp_path, {GOOD: work(), name: work()}))
    assert ("good", SLUG) in done.taken


def test_what_computers_keep_for_themselves_is_passed_over(desk, tmp_path):
    files = {
        GOOD: work(),
        f"good/.ipynb_checkpoints/{SLUG}-checkpoint.ipynb": work("old"),
        f"__MACOSX/good/._{SLUG}.ipynb": b"\0\5\x16\7",
        "good/.DS_Store": b"\0",
        "good/READ-ME.txt": b"Read me",
    }
    for where in (zipped(tmp_path, files), laid_out(tmp_path, files)):
        done = collect(desk, where)
        assert done.left == []
    assert people_with_work(desk) == ["good"]
    assert words_of(desk, "good") == tiny.WORDS


@pytest.mark.parametrize("content", [b"", b"PK", b"not a ZIP at all", b"PK\5\6" + b"\xff" * 18])
def test_what_is_no_zip_says_what_to_do(desk, tmp_path, content):
    path = tmp_path / "handed-in.zip"
    path.write_bytes(content)
    with pytest.raises(CourseError, match="Mend: download"):
        collect(desk, path)
    with pytest.raises(CourseError, match="neither a folder nor a ZIP"):
        collect(desk, tmp_path / "nowhere")


# Names that are not plain text


def test_a_mac_that_does_not_say_that_its_names_are_utf8_is_understood(ann_and_zoe, tmp_path):
    name = f"Zoë O'Neill/{SLUG}.ipynb".encode()
    where = zipped(tmp_path, {"Z" * len(name): work("by Zoë")})
    where.write_bytes(where.read_bytes().replace(b"Z" * len(name), name))
    assert collect(ann_and_zoe, where).taken == [("z02", SLUG)]


def test_a_list_of_names_that_is_not_text_says_that_the_zip_is_damaged(desk, tmp_path):
    where = zipped(tmp_path, {f"Zoë/{SLUG}.ipynb": work()})
    where.write_bytes(where.read_bytes().replace("Zoë".encode(), b"Zo\xff\xff"))
    with pytest.raises(CourseError, match="the ZIP is damaged"):
        collect(desk, where)


def test_a_file_whose_name_is_not_text_stops_nobody(desk, tmp_path):
    folder = laid_out(tmp_path, {GOOD: work()})
    for place in (b"ann/caf\xe9.ipynb", b"b\xf6/x.ipynb", b"bob/caf\xe9.txt"):
        path = Path(os.fsdecode(os.fsencode(folder) + b"/" + place))
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(work())
    done = collect(desk, folder)
    assert ("ann", SLUG) in done.taken
    assert ("good", SLUG) in done.taken
    "".join([*done.left, *(one.name for one in desk.learners())]).encode()
    assert desk.handed_in_as(SLUG, "ann").read_text() == "caf?.ipynb"


@pytest.mark.parametrize("bad", ["\x1b]0;owned\x07", "\r", "\n", "\x85", "\u202e"])
def test_what_is_told_and_kept_can_move_no_cursor_and_add_no_line(desk, tmp_path, bad):
    """A line end in a name must not become a line of the roster; nor must it reach a terminal."""
    other = tiny.filled_in(RELEASED)
    other["metadata"]["improving"] = {"exercise": f"x{bad}y"}
    files = {
        f"Mal{bad}bob,Bob Ek,b@x.org/{bad}.ipynb": work(),
        f"Cy/{bad}d.ipynb": tiny.as_bytes(other),
        f"Cy/{bad}d.txt": b"",
        f"D{bad}E_1_assignsubmission_file_{bad}.ipynb": work(),
        f"D{bad}E_2_assignsubmission_file_{bad}.ipynb": work(),
    }
    done = collect(desk, zipped(tmp_path, files))
    (kept,) = (path.read_text() for path in desk.root.rglob("handed-in-as.txt"))
    assert all(text.isprintable() for text in [*done.left, kept])
    assert len(done.left) == 4
    roster = (desk.root / "learners.csv").read_bytes().decode("utf-8-sig")
    header, line = roster.splitlines()
    assert (header + line).isprintable()
    assert len(desk.learners()) == 1


def test_a_name_that_a_spreadsheet_would_run_does_not_begin_so_in_the_roster(desk, tmp_path):
    collect(desk, zipped(tmp_path, {f"=@HYPERLINK(evil)/{SLUG}.ipynb": work()}))
    assert [one.name for one in desk.learners()] == ["HYPERLINK(evil)"]


# Links in a folder


def test_links_in_a_folder_are_not_followed(desk, tmp_path):
    private = tmp_path / "private"
    private.mkdir()
    (private / "secret.ipynb").write_bytes(work("secret"))
    folder = laid_out(tmp_path, {GOOD: work()})
    (folder / "ann").mkdir()
    (folder / "ann" / "x.ipynb").symlink_to(private / "secret.ipynb")
    (folder / "bob").symlink_to(private, target_is_directory=True)
    (folder / "cy").symlink_to(folder / "good", target_is_directory=True)
    only_the_good_one_is_taken(desk, folder, "It was not followed", count=3)


def test_a_pipe_in_a_folder_is_not_waited_for(desk, tmp_path):
    folder = laid_out(tmp_path, {GOOD: work()})
    os.mkfifo(folder / "good" / "pipe.ipynb")
    (folder / "good" / "folder.ipynb").mkdir()
    assert collect(desk, folder).taken == [("good", SLUG)]


# Whatever it is called

STEPS = [
    *("..", ".", "", "/", "\\", "..\\..", "C:", "~", "con", "a\nb", "é", "\udce9", "x" * 300),
    *("Ann Lee", "ann", "_1_assignsubmission_file_", "Submitted files", "Version 1", SLUG),
    *("marking", "submitted", f"{SLUG}.ipynb", "learners.csv", "gradebook.db"),
]
HOSTILE = st.one_of(
    st.lists(st.sampled_from(STEPS) | st.text(max_size=8), min_size=1, max_size=7).map("/".join),
    st.text(max_size=30),
)


@settings(max_examples=60)
@given(st.sets(HOSTILE, max_size=4))
def test_nothing_is_ever_written_outside_the_desk(names):
    # A ZIP ends a name at a zero, and holds no half characters.
    plain = {n.replace("\0", "").encode(errors="replace").decode() + ".ipynb" for n in names}
    with TemporaryDirectory() as place:
        folder = Path(place)
        desk = new_desk(folder)
        where = zipped(folder, {name: work(name) for name in plain})
        before = everything(folder)
        done = collect(desk, where)
        after = everything(folder)
        assert {name: after[name] for name in before} == before
        roster = {"marking/learners.csv", "marking/.lock"}
        for name in after.keys() - before.keys() - roster:
            marking, submitted, learner, slug, file = Path(name).parts
            assert (marking, submitted, slug) == ("marking", "submitted", SLUG)
            assert LEARNER.fullmatch(learner)
            assert file in (f"{SLUG}.ipynb", "handed-in-as.txt", "moodle-number.txt")
        assert [who for who, _ in sorted(done.taken)] == people_with_work(desk)
        assert sorted(one.id for one in desk.learners()) == people_with_work(desk)
        # None is lost without a word.
        assert len(done.taken) + len(done.left) == len(plain)


def test_another_command_at_work_is_told_and_nothing_is_taken(desk, tmp_path):
    where = zipped(tmp_path, {GOOD: work()})
    with desk.alone(), pytest.raises(CourseError, match="Another command is at work"):
        collect(desk, where)
    assert people_with_work(desk) == []


def test_a_notebook_that_is_as_it_was_given_out_is_not_taken(desk, tmp_path):
    given = desk.release(SLUG).read_bytes()
    done = collect(desk, laid_out(tmp_path, {f"ann/{SLUG}/{SLUG}.ipynb": given}))
    assert done.taken == []
    assert "nothing is filled in" in " ".join(done.left)
