"""What lesson 04 asks a reader to find is there, at the settings it names."""

import pytest

from improving.models import shared_language as model
from improving.views import shared_language as view


@pytest.fixture(scope="module")
def tipped():
    return {way: model.tipping(way) for way in model.WAYS}


def test_neighbours_get_by_without_agreeing():
    frames = model.agreement("neighbours")
    end = frames["path"].iloc[-1]
    assert end["understood_pct"] == pytest.approx(93, abs=0.5)
    assert end["mid"] == pytest.approx(54, abs=0.5)
    assert frames["games"]["agreed_pct"][0] == 0
    assert "54% of people have settled" in view.agreement_summary(frames)


def test_the_same_number_of_contacts_agree_once_they_reach_further():
    far = model.agreement("all ties long")
    assert far["games"]["agreed_pct"][0] >= 90
    free = view.talks_to_agree(model.agreement("anyone"))
    assert free < view.talks_to_agree(far) < view.LONGEST
    assert view.talks_to_agree(model.agreement("neighbours")) == view.LONGEST


def test_people_who_keep_their_words_do_not_agree():
    assert model.agreement("anyone", 50, 0.25)["games"]["agreed_pct"][0] == 0


def test_the_sentence_says_what_the_frames_hold():
    frames = model.agreement("anyone")
    typical = frames["games"]["mid"][0]
    assert f"after {typical:.0f} conversations each" in view.agreement_summary(frames)


def test_a_few_more_people_change_everything(tipped):
    base = tipped["anyone"]
    assert view.won(base, 4) == 0
    assert view.won(base, 12) > 95
    assert view.enough(base) == 12


def test_below_the_threshold_more_people_wait_longer(tipped):
    assert view.won(model.tipping("anyone", 50), 8) > view.won(tipped["anyone"], 8) + 15


def test_champions_side_by_side_are_wasted(tipped):
    assert view.enough(tipped["neighbours, spread out"]) == 24
    assert view.won(tipped["neighbours, together"], 30) < 5


def test_a_longer_memory_needs_more_of_them(tipped):
    assert view.enough(tipped["last 12"]) == 26
    assert "26% committed are enough" in view.tipping_summary(tipped["last 12"])


def test_champions_who_may_change_win_nothing(tipped):
    assert view.won(tipped["wavering"], 30) == 0
    assert view.enough(tipped["wavering"]) is None
    assert "no share up to 30%" in view.tipping_summary(tipped["wavering"])


def test_champions_at_lowmere_do_better_apart():
    apart, beside = (
        view.won(model.tipping(way, 50), 10)
        for way in ("neighbours, spread out", "neighbours, together")
    )
    assert apart > 50
    assert beside < 10
