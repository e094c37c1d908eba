"""What a reader on a slow line has to fetch, compressed."""

import gzip
from functools import cache

import pytest

FIRST, LATER = 700_000, 200_000
TEXT = (".css", ".html", ".js", ".json", ".svg", ".csv")


@pytest.fixture(scope="module")
def weigh(open_visit, site, address):
    @cache
    def weigh(name):
        """Bytes of each file that a lesson and its explorers fetch."""
        seen = open_visit(name)
        seen.context.close()
        files = {u.removeprefix(f"{address}/").split("?")[0].split("#")[0] for u in seen.files}
        return {file: size(site / file) for file in files if (site / file).is_file()}

    return weigh


def size(path):
    content = path.read_bytes()
    return len(gzip.compress(content, mtime=0)) if path.suffix in TEXT else len(content)


def test_a_lesson_is_light_enough_as_the_first_page(weigh, lesson_name):
    files = weigh(lesson_name)
    assert sum(files.values()) <= FIRST, files


def test_a_lesson_adds_little_after_another(weigh, lesson_name, pages):
    lessons = [name for name, page in pages.items() if page.lesson]
    before = weigh(lessons[lesson_name == lessons[0]])
    added = {f: s for f, s in weigh(lesson_name).items() if f not in before}
    assert sum(added.values()) <= LATER, added
