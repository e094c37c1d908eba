import numpy as np
import pytest

from improving.models import shared_language as model


def within_four_errors(values, expected, its_error):
    """Compare a mean with a simulated one: four standard errors, theirs and ours together."""
    error = np.hypot(np.std(values) / np.sqrt(len(values)), its_error)
    assert np.mean(values) == pytest.approx(expected, abs=4 * error)


def share_within_four_errors(percent, games, expected, its_error):
    error = np.hypot(np.sqrt(expected * (1 - expected) / games), its_error)
    assert percent / 100 == pytest.approx(expected, abs=4 * error + 0.005)


def tips(way="anyone", people=100, **arguments):
    return model.tipping(way, people, **arguments)["tips"].set_index("share_pct")


# --- check values of the naming game: conversations for each person until agreement


@pytest.mark.parametrize(
    ("network", "people", "runs", "expected", "its_error"),
    [
        ("anyone", 20, 300, 27.5, 0.3),
        ("anyone", 50, 200, 40.1, 0.3),
        ("anyone", 100, 60, 49.6, 0.4),
        ("a few long ties", 20, 150, 102, 2),
        ("a few long ties", 50, 40, 385, 8),
        ("neighbours", 20, 150, 113, 2),
        ("neighbours", 50, 30, 849, 16),
    ],
)
def test_time_to_agreement(network, people, runs, expected, its_error):
    times = model.agreement_times(network, people, longest=8000, runs=runs)
    assert np.isfinite(times).all()
    within_four_errors(times, expected, its_error)


@pytest.mark.parametrize(("people", "expected"), [(20, 9.9), (50, 25.0)])
def test_different_words_peak_at_half_the_people(people, expected):
    games = model.agreement("anyone", people, runs=200)["games"]
    # Looked at 28 times and not after each conversation, so a shade of the peak may be missed.
    assert games["most_words"][0] == pytest.approx(expected, abs=0.5)


def test_a_small_group_with_no_network_always_ends_with_one_word():
    frames = model.agreement("anyone", 10, runs=50)
    assert frames["games"]["agreed_pct"][0] == 100
    assert frames["games"]["words_left"][0] == 1


def test_a_group_that_never_drops_a_word_never_agrees():
    frames = model.agreement("anyone", 20, drop=0, runs=10, longest=100)
    assert frames["games"]["agreed_pct"][0] == 0
    assert np.isnan(frames["games"]["mid"][0])
    # All know all words in the end, so every conversation works.
    assert frames["path"]["understood_pct"].iloc[-1] > 95


@pytest.mark.parametrize(("drop", "agreed"), [(0.5, 100), (0.2, 0)])
def test_agreement_needs_words_to_be_dropped_a_third_of_the_time(drop, agreed):
    games = model.agreement("anyone", 50, drop, runs=20)["games"]
    assert games["agreed_pct"][0] == agreed


def test_everyone_starts_with_no_word_and_conversations_count_for_both():
    path = model.agreement("anyone", 50)["path"]
    assert path["talks"].iloc[0] == 1
    assert path["understood_pct"].iloc[0] < 5
    assert path["talks"].iloc[-1] == 250


def test_a_game_that_has_ended_stays_so():
    path = model.agreement("anyone", 20, runs=30)["path"]
    assert path.iloc[-1][["low", "mid", "high", "understood_pct"]].tolist() == [100] * 4


def test_percentiles_are_those_of_the_games():
    times = model.agreement_times("anyone", 20, runs=30)
    games = model.agreement("anyone", 20, runs=30)["games"].iloc[0]
    assert games["low"] <= np.median(times) <= games["high"]
    assert games["mid"] in times


def test_everyone_has_four_contacts_on_average():
    for network in ("neighbours", "a few long ties", "all ties long"):
        contacts = model._contacts(network, 50, 3)
        assert (contacts >= 0).sum() == 50 * model.CONTACTS
    assert model._contacts("anyone", 50, 3) is None


def test_nobody_talks_to_themselves():
    rng = np.random.default_rng(1)
    first, second = rng.random((2, 2000))
    for network in model.LONG_TIES:
        speakers, hearers = model._pairs(model._contacts(network, 20, 1), 20, first, second)
        assert (speakers != hearers).all()
        assert hearers.min() == 0
        assert hearers.max() == 19


# --- the tipping point


def test_the_naming_game_tips_near_ten_per_cent():
    assert model.critical_share() == pytest.approx(0.0979, abs=0.00005)


@pytest.mark.parametrize(
    ("memory", "expected"),
    [(3, 1 / 9), (5, 0.165), (7, 0.199), (11, 0.242), (12, 0.242), (21, 0.296)],
)
def test_a_longer_memory_needs_more_committed_people(memory, expected):
    assert model.critical_share(memory) == pytest.approx(expected, abs=0.0006)


def rest(p, steps=40_000, step=0.02):
    """Follow the equations from everyone on the old word: an independent check on the root."""
    a, b = 1 - p, 0.0
    for _ in range(steps):
        c = 1 - a - b - p
        a, b = (
            a + step * (-a * b + c * c + c * a - p * a),
            b + step * (-a * b + c * c + c * b + 1.5 * p * c),
        )
    return a


def test_the_critical_share_is_where_the_old_word_gives_way():
    assert rest(0.097) > 0.5
    assert rest(0.100) < 0.01


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        (50, {6: 0.02, 8: 0.14, 10: 0.50, 12: 0.84, 16: 1}),
        (100, {6: 0, 8: 0.03, 10: 0.37, 12: 0.85, 16: 1}),
        (200, {6: 0, 8: 0, 10: 0.22, 12: 0.87, 16: 1}),
    ],
)
def test_games_won_within_100_conversations_each(people, expected):
    won = tips("anyone", people, shares=list(expected), games=100)["after_100"]
    for share, value in expected.items():
        share_within_four_errors(won[share], 100, value, 0.016)


def test_with_a_memory_of_12_a_quarter_tips_24_people():
    committed = [100 * k / 24 for k in (5, 6, 7)]
    won = tips("last 12", 24, shares=committed, most=0.51, games=500)
    soon = won["after_50"].to_numpy()
    for percent, value in zip(soon, (0, 0.21, 0.95), strict=True):
        share_within_four_errors(percent, 500, value, 0.01)
    assert won["after_200"].iloc[1] > 95


def test_champions_together_do_worse_than_champions_spread_out():
    spread = tips("neighbours, spread out", 50, shares=[10], games=50)["after_200"][10]
    together = tips("neighbours, together", 50, shares=[10], games=50)["after_200"][10]
    assert spread > together + 30


def test_nobody_committed_changes_nothing():
    for way in model.WAYS:
        assert (tips(way, 20, shares=[0], games=5).to_numpy() == 0).all()


@pytest.mark.parametrize("way", model.WAYS)
def test_games_once_won_stay_won(way):
    won = tips(way, 20, shares=[10, 30, 50], games=20)
    assert (won["after_50"] <= won["after_100"]).all()
    assert (won["after_100"] <= won["after_200"]).all()


def test_a_few_who_waver_lose():
    assert tips("wavering", 100, shares=[30], games=50)["after_200"][30] == 0


def test_two_equal_halves_who_may_waver_share_the_wins():
    # The rules treat both words alike, so each wins half of the games that end.
    won = tips("wavering", 20, shares=[50], games=400)["after_200"][50]
    assert won == pytest.approx(50, abs=4 * 2.5)


def test_theory_is_named_only_where_it_holds():
    def critical(way):
        return model.tipping(way, 10, shares=[2], games=2)["theory"]["critical_pct"][0]

    assert critical("anyone") == pytest.approx(9.79, abs=0.01)
    assert critical("last 12") == pytest.approx(24.2, abs=0.05)
    assert np.isnan(critical("neighbours, spread out"))
    assert np.isnan(critical("wavering"))


# --- bad settings


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (model.agreement, {"network": "a bus"}, "network must be one of"),
        (model.agreement, {"people": 5}, "people must be between 10 and 200"),
        (model.agreement, {"drop": 1.5}, "drop must be between 0 and 1"),
        (model.agreement, {"longest": 10}, "longest must be between 100"),
        (model.agreement_times, {"runs": 2.5}, "runs must be a whole number"),
        (model.tipping, {"way": "shouting"}, "way must be one of"),
        (model.tipping, {"people": 51}, "people must be an even number"),
        (model.tipping, {"shares": [60]}, "each share must be between 0 and 50"),
        (model.tipping, {"most": 0.5}, "most must be between"),
        (model.tipping, {"games": 0}, "games must be between"),
        (model.critical_share, {"memory": 0}, "memory must be between 1 and 100"),
    ],
)
def test_a_setting_out_of_range_names_itself(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(**arguments)
