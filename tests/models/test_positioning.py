import numpy as np
import pytest

from improving.models import positioning
from improving.models.positioning import COLUMNS, GROUPS, OUTREACH, TALK


def at(frame, year):
    return frame.loc[frame["year"] == year, COLUMNS].to_numpy()[0]


def by_group(frame, column, year):
    return frame.loc[frame["year"] == year, column].to_numpy()


# --- check values of the model of reach (year 5); no chance is involved, so none is allowed for


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, [41.8, 27.47, 13.9, 9.1]),
        ({"own_group_pct": 50}, [35.8, 26.3, 18.47, 15.9]),
        ({"sender": "peers"}, [32.496, 28.0, 28.0, 23.0]),
    ],
)
def test_reach_after_five_years(settings, expected):
    assert at(positioning.reach(**settings), 5) == pytest.approx(expected, abs=0.05)


def test_peers_with_no_more_trust_than_the_centre():
    run = positioning.reach("peers", same_total=True)
    assert at(run, 5) == pytest.approx([29, 25, 25, 20], abs=0.5)


def test_trust_is_scaled_to_the_centre_s_total():
    assert sum(positioning.SENDERS["peers"]) / positioning.TOTAL_TRUST == pytest.approx(
        1.16, abs=5e-3
    )
    for sender in ("centre", "board"):
        np.testing.assert_allclose(
            positioning.reach(sender), positioning.reach(sender, same_total=True)
        )


# --- limits of the model of reach


def test_without_word_of_mouth_only_trust_counts():
    run = positioning.reach(talk=0)
    trust = np.array(positioning.SENDERS["centre"])
    for year in (2.5, 10):
        expected = 100 * (1 - np.exp(-OUTREACH * trust * year))
        assert at(run, year) == pytest.approx(expected, abs=1e-4)
    np.testing.assert_allclose(run, positioning.reach(talk=0, own_group_pct=30))


def test_a_group_that_meets_nobody_else_follows_bass():
    run = positioning.reach("peers", own_group_pct=100)
    p, t = OUTREACH * np.array(positioning.SENDERS["peers"]), 7
    fade = np.exp(-(p + TALK) * t)
    assert at(run, t) == pytest.approx(100 * (1 - fade) / (1 + TALK / p * fade), abs=1e-3)


def test_groups_with_equal_trust_move_as_one_whatever_the_contact():
    run = positioning.reach("peers", own_group_pct=40)
    np.testing.assert_allclose(run["doctors_pct"], run["nurses_and_managers_pct"])


def test_reach_only_grows_and_stays_below_everybody():
    for sender in positioning.SENDERS:
        run = positioning.reach(sender, own_group_pct=30)[COLUMNS].to_numpy()
        assert (run[0] == 0).all()
        assert (np.diff(run, axis=0) > 0).all()
        assert run.max() < 100


# --- the closing host


def test_a_host_that_closes_at_the_horizon_has_stayed():
    run = positioning.closure(closes=10)
    np.testing.assert_allclose(run["host_closes_pct"], run["host_stays_pct"])


@pytest.mark.parametrize(
    ("peers_pct", "sender", "same_total"), [(0, "centre", False), (100, "peers", True)]
)
def test_a_host_that_stays_is_the_model_of_reach(peers_pct, sender, same_total):
    run = positioning.closure(peers_pct=peers_pct)
    alone = positioning.reach(sender, same_total=same_total)
    for year in (3, 10):
        assert by_group(run, "host_stays_pct", year) == pytest.approx(at(alone, year))


def test_a_successor_with_the_same_trust_changes_nothing():
    run = positioning.closure(closes=2, peers_pct=25, successor=1)
    np.testing.assert_allclose(run["host_closes_pct"], run["host_stays_pct"])


def test_peers_who_carry_everything_do_not_notice():
    run = positioning.closure(closes=2, peers_pct=100)
    np.testing.assert_allclose(run["host_closes_pct"], run["host_stays_pct"])


def test_when_nobody_talks_only_those_the_host_did_not_bring_in_remain():
    run = positioning.closure(closes=4, talk_after=0, letting_go=2)
    kept = by_group(run, "host_closes_pct", 10)
    assert (kept > 0).all()
    assert (kept < by_group(run, "host_closes_pct", 4)).all()
    # The rest leave exponentially: with a rate of 2 nobody is left after 6 years.
    soon = positioning.closure(closes=4, talk_after=0, letting_go=1)
    lost = by_group(soon, "host_closes_pct", 5) - kept
    joined = by_group(soon, "host_closes_pct", 4) - kept
    assert lost / joined == pytest.approx(np.full(len(GROUPS), np.exp(-1)), abs=2e-3)


def test_with_no_letting_go_nobody_is_lost():
    run = positioning.closure(closes=2, letting_go=0)
    assert (np.diff(run["host_closes_pct"].to_numpy().reshape(len(GROUPS), -1)) > 0).all()


def test_the_steps_agree_with_an_adaptive_solver():
    from scipy.integrate import solve_ivp

    trust, meets = np.array(positioning.SENDERS["centre"]), np.full((4, 4), 0.5 / 3)
    np.fill_diagonal(meets, 0.5)

    def change(_, y, open_, talk=0.5, leave=0.5):
        on_word, through = y[:4], y[4:]
        left = 1 - on_word - through
        pull = TALK * (1 if open_ else talk) * meets @ (on_word + through)
        lost = 0 if open_ else leave * on_word
        return np.concatenate([OUTREACH * trust * open_ * left - lost, pull * left])

    tight = {"rtol": 1e-10, "atol": 1e-12}
    first = solve_ivp(change, (0, 3), np.zeros(8), args=(1,), **tight).y[:, -1]
    last = solve_ivp(change, (3, 10), first, args=(0,), **tight).y[:, -1]
    run = positioning.closure(closes=3, own_group_pct=50, talk_after=0.5)
    assert by_group(run, "host_closes_pct", 3) == pytest.approx(
        100 * (first[:4] + first[4:]), abs=1e-3
    )
    assert by_group(run, "host_closes_pct", 10) == pytest.approx(
        100 * (last[:4] + last[4:]), abs=1e-3
    )


# --- bad settings


@pytest.mark.parametrize(
    ("model", "arguments", "message"),
    [
        (positioning.reach, {"sender": "letter"}, "sender must be one of 'centre', 'board'"),
        (positioning.reach, {"own_group_pct": 101}, "own_group_pct must be between 0 and 100"),
        (positioning.reach, {"talk": float("nan")}, "talk must be between 0 and 1"),
        (positioning.closure, {"closes": 2.5}, "closes must be one of"),
        (positioning.closure, {"peers_pct": -1}, "peers_pct must be between 0 and 100"),
        (positioning.closure, {"own_group_pct": -1}, "own_group_pct must be between"),
        (positioning.closure, {"successor": 2}, "successor must be between 0 and 1"),
        (positioning.closure, {"talk_after": 2}, "talk_after must be between 0 and 1"),
        (positioning.closure, {"letting_go": 3}, "letting_go must be between 0 and 2"),
    ],
)
def test_a_setting_out_of_range_names_itself(model, arguments, message):
    with pytest.raises(ValueError, match=message):
        model(**arguments)
