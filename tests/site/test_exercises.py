"""No answer of an exercise is anywhere in the site, and every exercise can be downloaded."""

import html
import json
import re

import pytest

from conftest import site_folder
from improving import exercises
from improving.book import exercises as shown
from improving.educator.words import hidden_lines

SLUGS = exercises.listed()
SHORTEST = 12
"""Characters of a line that is nobody else's by chance."""

NO_ANSWER = re.compile(r"###|.*\($|[\"\w]+,$|(for \w+ in )?range\(.*\),?$")
"""Lines that say nothing by themselves: where a call begins, and its plain arguments."""


def text_of(path):
    """The words of a file as a reader, or a search, would find them."""
    raw = path.read_bytes().decode("utf-8", errors="replace")
    if path.suffix == ".html":
        words = html.unescape(re.sub(r"<[^>]*>", "", raw))
        return straight(words)
    if path.suffix == ".ipynb":
        return "".join("".join(cell["source"]) + "\n" for cell in json.loads(raw)["cells"])
    return raw.replace('\\"', '"').replace("\\n", "\n")


def straight(words):
    """With plain quotation marks, which the book turns into curved ones in its text."""
    return words.translate(str.maketrans("‘’“”", "''\"\""))


@pytest.fixture(scope="module")
def site():
    files = [path for path in site_folder().rglob("*") if path.is_file()]
    return {path.relative_to(site_folder()).as_posix(): text_of(path) for path in files}


def lines(notebook, kinds=("code", "markdown")):
    texts = ("".join(c["source"]) for c in notebook["cells"] if c["cell_type"] in kinds)
    return {line.strip() for text in texts for line in text.splitlines()}


def answers(slug):
    """Lines of an exercise that learners must not get: solutions, further checks, model answer."""
    source = exercises.source(slug)
    released = exercises.learner_version(source)
    found = (lines(source) | hidden_lines(source, released)) - lines(released)
    return {line for line in found if len(line) > SHORTEST and not NO_ANSWER.match(line)}


@pytest.mark.parametrize("slug", SLUGS)
def test_no_answer_is_anywhere_in_the_site(site, slug):
    secret = answers(slug)
    assert secret
    found = {(name, line) for name, text in site.items() for line in secret if line in text}
    assert found == set()


@pytest.mark.parametrize("slug", SLUGS)
def test_the_search_would_find_an_answer(site, slug):
    """The tasks are found by the same means, so that finding no answer says something."""
    page = site[f"exercises/{slug}/{slug}.html"]
    download = site[f"_exercises/{slug}.ipynb"]
    for line in lines(exercises.learner_version(exercises.source(slug)), ("code",)):
        assert straight(line) in page
        assert line in download
    educator = shown.page(slug, exercises.source(slug), "educator")
    assert answers(slug) <= lines(educator)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_gives_time_rubric_and_notebook(site, slug):
    page = site[f"exercises/{slug}/{slug}.html"]
    guide = exercises.marking(slug)
    assert f"About {guide.minutes} minutes. 20 points." in page
    assert all(level in page for one in guide.rubric for level in one.levels)
    released = exercises.learner_version(exercises.source(slug))
    assert json.loads((site_folder() / f"_exercises/{slug}.ipynb").read_text()) == released
