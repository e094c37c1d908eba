"""A new lesson has every file, fails the check until it is written, and overwrites nothing."""

import ast
import json
import subprocess
import sys

import pytest

from improving import exercises, lessons
from improving.check import check_anatomy, check_slugs, check_written
from improving.problems import CourseError
from improving.questions import check_bank
from improving.scaffold import new_lesson
from improving.tidy import untidy

SLUG = "16-my-lesson"


@pytest.fixture
def root(tmp_path):
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: book/welcome\n")
    return tmp_path


@pytest.fixture
def lesson(root):
    return new_lesson(root, SLUG)


def test_every_file_of_a_lesson_is_written(root, lesson):
    assert set(lessons.paths(root, SLUG).values()) < set(lesson)
    assert all(path.is_file() for path in lesson)


def test_its_form_is_right_from_the_start(root, lesson):
    assert untidy(root) == []
    assert list(check_anatomy(root)) == []
    assert check_bank(lessons.paths(root, SLUG)["questions"]) == []
    assert list(exercises.find_faults(root, SLUG)) == []


def test_every_file_waits_for_its_author(root, lesson):
    waiting = {problem.file for problem in check_written(root)}
    assert waiting == {path.relative_to(root).as_posix() for path in lesson}
    assert "Add chapters/16-my-lesson to _toc.yml" in str(next(check_slugs(root)))


def test_the_code_runs_but_its_test_does_not_pass(root, lesson):
    for path in lesson:
        if path.suffix == ".py":
            ast.parse(path.read_text())
    model = lessons.paths(root, SLUG)["model"]
    run = f"{model.read_text()}\nassert len(simulate()) == 11 and CARD.title"
    exec(compile(run, model, "exec"), {})
    test = (
        lessons.paths(root, SLUG)["tests"]
        .read_text()
        .replace("from improving.models import", "import")
    )
    (model.parent / "test_it.py").write_text(test)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"],
        cwd=model.parent,
        capture_output=True,
        text=True,
    )
    assert "1 failed" in ran.stdout


def test_the_chapter_shows_its_questions_by_its_own_name(root, lesson):
    chapter = json.loads(lessons.paths(root, SLUG)["chapter"].read_text())
    code = ["".join(c["source"]) for c in chapter["cells"] if c["cell_type"] == "code"]
    assert any(f'check_yourself("{SLUG}")' in source for source in code)
    assert any("about(my_lesson.CARD)" in source for source in code)


@pytest.mark.parametrize(
    "slug", ["my-lesson", "1-lesson", "16", "16-My", "16_a", "../16-a", "16-a/b", "16-a\n"]
)
def test_a_bad_name_is_refused(root, slug):
    with pytest.raises(CourseError, match="not a lesson's name"):
        new_lesson(root, slug)
    assert [path.name for path in root.iterdir()] == ["_toc.yml"]


def test_a_number_that_is_taken_is_refused(root, lesson):
    with pytest.raises(CourseError, match="has the number 16"):
        new_lesson(root, "16-other")


def test_an_existing_file_is_never_overwritten(root):
    questions = lessons.paths(root, SLUG)["questions"]
    questions.parent.mkdir(parents=True)
    questions.write_text("mine")
    with pytest.raises(CourseError, match="exists already"):
        new_lesson(root, SLUG)
    assert questions.read_text() == "mine"
    assert not lessons.paths(root, SLUG)["chapter"].exists()
