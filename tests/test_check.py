"""The content check finds each kind of fault, with its file, its place and its mend."""

import json
import shutil
from pathlib import Path

import pytest

from improving import check, data, lessons, prose, scaffold_exercise
from improving.check import ANATOMY
from improving.problems import CourseError
from improving.tidy import dumps, tidy

ROOT = Path(__file__).parents[1]
SLUG = "16-my-lesson"
TIME = "Time: about 5 minutes to read and explore, and 10 for the questions. You need no code."
BIB = "@article{one2020,\n  title = {One},\n}\n@book{two2021,\n}\n"


def chapter(*parts, title="# Title"):
    cells = [f"{title}\n\n{TIME}", *(f"## {part}\n\nText." for part in parts)]
    markdown = ({"cell_type": "markdown", "metadata": {}, "source": text} for text in cells)
    return dumps(tidy({"cells": list(markdown)}))


@pytest.fixture
def course(tmp_path):
    """A course of one lesson in which the checks of form find nothing."""
    (tmp_path / "_toc.yml").write_text(
        f"format: jb-book\nroot: book/welcome\nchapters:\n- file: chapters/{SLUG}\n"
        f"- file: exercises/{SLUG}/{SLUG}\n"
    )
    for path in lessons.paths(tmp_path, SLUG).values():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    (tmp_path / f"chapters/{SLUG}.ipynb").write_text(chapter(*ANATOMY))
    exercise = tidy(scaffold_exercise.notebook(SLUG))
    lessons.paths(tmp_path, SLUG)["exercise"].write_text(dumps(exercise).replace("[write]", "W"))
    guide = scaffold_exercise.marking(SLUG).replace("[write]", "W")
    lessons.paths(tmp_path, SLUG)["marking guide"].write_text(guide)
    (tmp_path / "book").mkdir()
    (tmp_path / "book/welcome.md").write_text(
        f"# Welcome\n\n[The lesson](../chapters/{SLUG}.ipynb), {{cite:p}}`one2020,two2021`.\n"
    )
    (tmp_path / "book/references.bib").write_text(BIB)
    shutil.copy(ROOT / "exercises/questions/12-mandate.yml", tmp_path / "bank")
    bank = (tmp_path / "bank").read_text().replace("12-mandate", SLUG)
    lessons.paths(tmp_path, SLUG)["questions"].write_text(bank)
    (tmp_path / "data").mkdir()
    for name in data.TABLES:
        shutil.copy(ROOT / f"data/{name}.csv", tmp_path / "data")
    return tmp_path


def write(course, name, text):
    (course / name).write_text(text)


def faults(found):
    return [f"{one.file}|{one.place}|{one.what}" for one in found]


def test_references_that_cannot_be_read_are_found(course):
    write(course, "book/references.bib", BIB.replace("}\n@book", "\n@book"))
    (fault,) = check.check_references(course)
    assert fault.file == "book/references.bib"
    assert "line" in fault.what


def test_a_course_in_order_has_no_faults(course):
    assert check.check_course(course) == []


def test_a_problem_says_file_place_and_mend(course):
    write(course, "book/welcome.md", "# Welcome\n\n[x](nowhere.md)\n")
    problem = str(next(check.check_links(course)))
    assert problem.startswith("book/welcome.md, line 3: The link to 'nowhere.md'")
    assert "\n    Mend: " in problem


def test_an_untidy_notebook_is_found(course):
    path = course / f"chapters/{SLUG}.ipynb"
    path.write_text(json.dumps(json.loads(path.read_text())))
    assert faults(check.check_course(course)) == [f"chapters/{SLUG}.ipynb||Untidy."]


def test_a_checked_cell_without_a_stored_output_is_found(course):
    cell = {"cell_type": "code", "source": "1", "metadata": {"tags": ["nbval-check-output"]}}
    write(course, "chapters/17-x.ipynb", dumps(tidy({"cells": [cell]})))
    assert faults(check.check_outputs(course)) == [
        "chapters/17-x.ipynb|cell 1|Its output is not stored."
    ]


@pytest.mark.parametrize("what", ["chapter", "questions", "model", "tests", "findings"])
def test_a_lesson_without_one_of_its_files_is_found(course, what):
    path = lessons.paths(course, SLUG)[what]
    path.unlink()
    name = path.relative_to(course).as_posix()
    assert f"{name}||The lesson has no {what}." in faults(check.check_slugs(course))


@pytest.mark.parametrize("name", ["chapters/17-other.ipynb", "exercises/questions/17-other.yml"])
def test_a_file_of_no_lesson_is_found(course, name):
    write(course, name, chapter(*ANATOMY))
    assert f"{name}||No lesson has this name." in faults(check.check_slugs(course))


def test_a_lesson_with_a_bad_name_is_found(course):
    toc = (course / "_toc.yml").read_text().replace(SLUG, "my-lesson")
    write(course, "_toc.yml", toc)
    assert "_toc.yml|chapters/my-lesson|Not a lesson's name." in faults(check.check_slugs(course))


@pytest.mark.parametrize("toc", ["format: jb-book\n", "a: [", "[]"])
def test_a_broken_table_of_contents_is_an_error(course, toc):
    write(course, "_toc.yml", toc)
    with pytest.raises(CourseError, match=r"^_toc\.yml"):
        check.check_course(course)


def test_a_missing_part_is_found(course):
    write(course, f"chapters/{SLUG}.ipynb", chapter(*ANATOMY[1:]))
    (fault,) = faults(check.check_anatomy(course))
    assert fault.endswith("No part called 'A decision'.")


def test_parts_out_of_order_are_found_where_they_stand(course):
    swapped = [*ANATOMY[:3], ANATOMY[4], ANATOMY[3], *ANATOMY[5:]]
    write(course, f"chapters/{SLUG}.ipynb", chapter(*swapped))
    (fault,) = faults(check.check_anatomy(course))
    assert fault.endswith("|cell 6, line 1|'What the evaluation found' comes after 'Evidence'.")


@pytest.mark.parametrize("extra", ["Evidence", "More"])
def test_a_part_that_is_there_twice_or_not_a_part_is_found(course, extra):
    write(course, f"chapters/{SLUG}.ipynb", chapter(*ANATOMY, extra))
    assert len(faults(check.check_anatomy(course))) == 1


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("# A\n\n### B\n", "line 3|The heading 'B' skips a level."),
        ("# A\n\n## Is it B?\n", "line 3|The heading 'Is it B?' is a question."),
        ("## A\n", "|Not exactly 1 title."),
        ("# A\n\n# B\n", "|Not exactly 1 title."),
    ],
)
def test_headings(course, text, fault):
    write(course, "book/welcome.md", text)
    assert f"book/welcome.md|{fault}" in faults(check.check_headings(course))


def test_headings_in_code_are_not_headings(course):
    write(course, "book/welcome.md", "# A\n\n```sh\n#### a comment\n```\n\n## B\n")
    assert list(check.check_headings(course)) == []


@pytest.mark.parametrize(
    "link",
    [
        "[x](../book/other.md#part)",
        "![x](pictures/x.svg)",
        "{download}`x <data.csv>`",
        "{doc}`other`",
        "[x](/chapters/none.ipynb)",
    ],
)
def test_a_link_to_nowhere_is_found(course, link):
    write(course, "book/welcome.md", f"# Welcome\n\n{link}\n")
    assert len(list(check.check_links(course))) == 1


def test_links_that_lead_somewhere_are_let_be(course):
    write(course, "book/other.md", "# Other\n")
    good = "[a](other.md#b) [b](#here) [c](https://example.org/x) {doc}`other` `[d](e.md)`"
    good += " [f](/book/other.md) [g](mailto:a@example.org)"
    write(course, "book/welcome.md", f"# Welcome\n\n{good}\n")
    assert list(check.check_links(course)) == []


def test_citations(course):
    text = "# Welcome\n\n{cite:p}`one2020`\n{footcite:t}`three2022, one2020`\n"
    write(course, "book/welcome.md", text)
    write(course, "book/references.bib", BIB + "@misc{one2020,\n}\n")
    assert sorted(faults(check.check_citations(course))) == [
        "book/references.bib|line 4|'two2021' is never cited.",
        "book/references.bib|line 6|'one2020' is listed twice.",
        "book/welcome.md|line 4|The source 'three2022' is not listed.",
    ]


def test_a_model_card_cites_too(course):
    lessons.paths(course, SLUG)["model"].write_text('numbers = ("Half [@four2023].",)\n')
    (fault,) = faults(check.check_citations(course))
    assert fault == "src/improving/models/my_lesson.py|line 1|The source 'four2023' is not listed."


def test_a_fault_in_a_question_is_found(course):
    path = lessons.paths(course, SLUG)["questions"]
    path.write_text(path.read_text().replace("kind: many", "kind: some", 1))
    (problem,) = check.check_questions(course)
    assert problem.file == f"exercises/questions/{SLUG}.yml"
    assert "kind" in problem.place
    assert problem.mend


def test_a_fault_in_a_table_is_found(course):
    path = course / f"data/{data.TABLES[0]}.csv"
    text = path.read_text().splitlines()
    path.write_text("\n".join([*text[:2], text[2].rpartition(",")[0] + ",many", *text[3:]]))
    (problem,) = check.check_data(course)
    assert problem.file == f"data/{data.TABLES[0]}.csv"
    assert "line 3" in problem.place


def test_sentences_are_counted_without_their_markup():
    text = (
        "# Title\n\nOne **two** [three](x.md) {cite:p}`a,b`. In 2020, 0.5% of 1,000 was 5.\n"
        "Four five.\n- six seven\n- eight\n\n```\nnot this\n```\n"
    )
    page = list(prose._lines("x.md", "", text))
    found = [(one.text, one.words) for one in prose.sentences(page)]
    assert found == [
        ("One two three .", 3),
        ("In 2020, 0.5% of 1,000 was 5.", 7),
        ("Four five.", 2),
        ("six seven", 2),
        ("eight", 1),
    ]


def test_the_report_counts_long_sentences_and_gates_nothing(course):
    write(course, "book/welcome.md", f"# Welcome\n\n{'word ' * 21}end. Short one.\n")
    line, long, *_ = check.reading_report(course, each=True)
    assert "1 of 2 sentences over 20 words" in line
    assert long.startswith("  line 3: 22 words")
    assert not [p for p in check.check_course(course) if "sentence" in p.what]


def test_harder_words_need_an_older_reader():
    def age(text):
        return prose.reading_age(prose.sentences(list(prose._lines("x.md", "", text))))

    plain, official = age("The cat sat on the mat."), age("Organisational capability deteriorates.")
    assert plain < 8 < 18 < official


def test_syllables():
    words = {"a": 1, "time": 1, "table": 2, "improvement": 4, "2024": 1, "whole": 1}
    for word, count in words.items():
        assert prose.syllables(word) == count, word
