"""A folder of exercises with the tiny one, and a desk where it was assigned."""

import pytest
import tiny

from improving.educator.assign import assign
from improving.educator.desk import Desk


@pytest.fixture(scope="module")
def tiny_exercise(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tiny.write_exercise(tmp_path_factory.mktemp("exercises"))
        patch.setenv("IMPROVING_EXERCISES", str(folder))
        yield folder


@pytest.fixture(scope="module")
def desk(tiny_exercise, tmp_path_factory):
    folder = tmp_path_factory.mktemp("educator")
    desk = Desk(folder / "marking")
    assign(desk, tiny.SLUG, folder / "out", [])
    return desk
