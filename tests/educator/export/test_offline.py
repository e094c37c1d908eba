"""The ZIP to hand on, unpacked and opened from its folder in real Chromium."""

from zipfile import ZipFile

import pytest
from browsing import Explorer, Visit

from improving.educator.export import offline
from improving.problems import CourseError


@pytest.fixture(scope="module")
def unpacked(site, tmp_path_factory):
    folder = tmp_path_factory.mktemp("handed on")
    path = offline.package(site, folder / "course.zip")
    assert offline.package(site, folder / "again.zip").read_bytes() == path.read_bytes()
    with ZipFile(path) as content:
        assert content.namelist()[0] == "START-HERE.html"
        content.extractall(folder / "course")
    return folder / "course"


@pytest.fixture
def visit(browser, unpacked):
    context = browser.new_context(viewport={"width": 320, "height": 640})
    yield Visit(context, unpacked.as_uri())
    context.close()


def test_it_opens_from_a_folder_and_an_explorer_answers(visit):
    visit.go("START-HERE.html", wait=False)
    visit.page.get_by_role("link", name="Open the course").click()
    visit.page.wait_for_url("**/book/welcome.html")
    visit.ready()
    name = visit.page.locator("section.explorer").first.get_attribute("data-explorer")
    explorer = Explorer(visit, name)
    visit.skip_guesses()
    before = explorer.sentence
    control, settings = next(iter(explorer.controls().items()))
    explorer.set({control: next(s for s in settings if s != explorer.settings()[control])})
    assert explorer.sentence != before
    assert visit.faults == []


def test_the_start_page_says_what_to_do_and_is_accessible(visit):
    visit.go("START-HERE.html", wait=False)
    text = visit.page.locator("main").inner_text()
    assert "Extract All" in text
    assert "Keep START-HERE and the folder called site together" in text
    assert visit.axe() == []
    assert visit.sideways() == []
    assert visit.faults == []


def test_the_start_page_reads_well_where_the_zip_was_not_unpacked(browser, unpacked, tmp_path):
    alone = tmp_path / "START-HERE.html"
    alone.write_bytes((unpacked / "START-HERE.html").read_bytes())
    page = browser.new_page()
    page.goto(alone.as_uri())
    assert page.get_by_role("heading", name="If the link does not work").is_visible()
    page.close()


def test_faults_are_told_and_the_last_package_stays(site, tmp_path):
    with pytest.raises(CourseError, match=r"no site in .*\n    Mend: run `python course.py book`"):
        offline.package(tmp_path, tmp_path / "course.zip")
    (tmp_path / "folder").mkdir()
    with pytest.raises(CourseError, match=r"folder cannot be written: .*\n    Mend: name a file"):
        offline.package(site, tmp_path / "folder")
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
