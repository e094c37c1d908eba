"""What lesson 03 asks a reader to find is there, at the settings it names."""

import numpy as np
import pytest

from improving.models import crowds, legitimacy
from improving.views import legitimacy as view


def south(**setting):
    return view.joined_at_south(legitimacy.two_sites(**setting))


def test_one_step_of_spread_takes_south_from_few_to_all():
    assert south(spread=12.2) == pytest.approx(5.5, abs=0.05)
    assert south(spread=12.4) > 99.9


def test_two_sites_that_end_apart_look_alike():
    shapes = [
        legitimacy.two_sites(spread)["groups"].query("site == 'South'") for spread in (12.2, 12.4)
    ]
    sizes = [shape["joined_pct"] + shape["waiting_pct"] for shape in shapes]
    assert abs(sizes[0].to_numpy() - sizes[1].to_numpy()).max() < 0.5


@pytest.mark.parametrize(("visible", "joined"), [(0, 2.7), (80, 6.0), (90, 100)])
def test_joining_that_nobody_sees_persuades_nobody(visible, joined):
    assert south(spread=13, visible=visible) == pytest.approx(joined, abs=0.05)


def test_at_the_first_setting_ten_of_the_keenest_carry_few_crowds():
    frame = legitimacy.whom_to_ask()
    ten = frame.set_index("asked").loc[10]
    assert f"{ten['random_pct']:.0f} {ten['keenest_pct']:.0f}" == "99 4"
    assert view.enough(frame, "random_pct") == 9
    assert view.enough(frame, "keenest_pct") == 18


def test_an_endorsement_of_8_makes_it_matter_little_whom_you_ask():
    frame = legitimacy.whom_to_ask(endorsement=8)
    assert frame["random_pct"].iloc[0] >= 90
    assert (frame["random_pct"] - frame["keenest_pct"]).max() < 6
    assert legitimacy.whom_to_ask(endorsement=7)["random_pct"].iloc[0] < 90


def test_a_small_crowd_may_go_either_way_where_a_large_one_is_sure():
    ends = crowds.final_crowds(13, crowds=4000)
    assert south(spread=13) == pytest.approx(100, abs=0.001)
    assert (ends > 50).mean() == pytest.approx(0.38, abs=0.005)


def test_ten_keen_people_and_ten_others_pass_the_tipping_point():
    tipping = legitimacy.resting_points(10)[1]
    assert 10 < tipping < 16
    ordered = crowds.waiting(crowds.draw(10, 25, 1000, 1), 10, "keenest")
    order = np.random.default_rng(1).permuted(ordered, axis=0)
    ends = crowds.walk(np.sort(order[10:], axis=0), 20)
    assert (ends > 50).mean() > 0.99


def test_the_sentences_say_what_the_frames_hold():
    frames = legitimacy.two_sites(12.2)
    assert view.sites_summary(frames) == (
        "0.8% of staff join at North and 5.5% at South. The rest would follow at North if 14% were "
        "in, and at South if 7% were in."
    )
    assert "at North if 14% were in." in view.sites_summary(legitimacy.two_sites(13))
    assert "no number of people already in" in view.sites_summary(legitimacy.two_sites(13, 0))
    both = legitimacy.two_sites(13, compared_with=14)
    assert view.sites_summary(both).endswith("Nobody had to be asked.")

    frame = legitimacy.whom_to_ask()
    ten = frame.set_index("asked").loc[10]
    assert f"in {ten['random_pct']:.0f}% of 400 random crowds." in view.asked_summary(frame)
    assert "ask 9 at random, 18 of the keenest or 8 of" in view.asked_summary(frame)
    assert "more than 20 of the keenest" in view.asked_summary(legitimacy.whom_to_ask(8, 0, 50))
    assert view.asked_summary(legitimacy.whom_to_ask(10, 8)).startswith("With nobody asked")
