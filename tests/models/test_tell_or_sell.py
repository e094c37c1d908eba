import numpy as np
import pytest

from improving.models import tell_or_sell as model

RUNS = 1500


def means(**arguments):
    frame = model.ways(runs=RUNS, searches=1, **arguments)
    return frame.pivot(index="difference_pct", columns="way", values="mean_pct")


@pytest.fixture(scope="module")
def standard():
    return means()


# --- check values of the landscape: a second implementation gave them in 6,000 runs

CHECKED = {
    "copy": [100, 97, 85, 66, 50],
    "search": [86, 86, 86, 86, 86],
    "adapt": [100, 98, 91, 87, 86],
}

ERRORS = {
    "copy": [0, 0.12, 0.32, 0.42, 0.44],
    "search": [0.26] * 5,
    "adapt": [0, 0.1, 0.22, 0.25, 0.26],
}
"""Standard errors of a mean over 1,500 trusts, points: 4.6 to 17 divided by the root of 1,500."""


@pytest.mark.parametrize("way", model.WAYS)
def test_the_check_values(standard, way):
    # Four standard errors, and half a point because the values are rounded.
    for found, expected, error in zip(standard[way], CHECKED[way], ERRORS[way], strict=True):
        assert found == pytest.approx(expected, abs=4 * error + 0.5)


@pytest.mark.parametrize(("linked", "expected", "error"), [(0, 1, 0), (2, 8, 0.2), (5, 32, 0.3)])
def test_the_number_of_peaks(linked, expected, error):
    count = model.peaks(linked)["mean"].iloc[0]
    # About: to the nearest whole approach, and four standard errors over 400 landscapes.
    assert count == pytest.approx(expected, abs=4 * error + (0.5 if error else 0))


def test_peaks_of_a_fully_linked_landscape_have_a_closed_form():
    # Every approach is an independent draw: a peak with probability 1 in 11, so 1,024 / 11.
    row = model.peaks(9).iloc[0]
    assert row["mean"] == pytest.approx(1024 / 11, abs=4 * 6 / np.sqrt(400))
    assert row["low"] < row["mean"] < row["high"]


# --- limits


def test_without_links_a_search_finds_the_best_and_nothing_beats_it():
    found = means(linked=0)
    np.testing.assert_allclose(found[["search", "adapt"]], 100, atol=1e-4)
    assert (found["copy"].to_numpy()[1:] < 98).all()


def test_where_trusts_are_alike_the_best_of_what_is_common_is_best():
    frame = model.ways().set_index(["way", "difference_pct"])
    for way in ("copy", "adapt"):
        assert frame.loc[way, 0][["mean_pct", "low_pct", "high_pct"]].to_numpy() == pytest.approx(
            100
        )


def test_where_nothing_is_common_a_template_is_only_somewhere_to_start(standard):
    for template in ("performer", "random"):
        last = means(template=template).loc[100]
        assert last["copy"] == pytest.approx(50, abs=4 * 0.44)
        assert last["adapt"] == pytest.approx(last["search"], abs=4 * 0.37)
    assert standard.loc[100, "adapt"] == pytest.approx(standard.loc[100, "search"], abs=4 * 0.37)


def test_with_no_changes_nothing_is_adapted():
    found = means(changes=0)
    np.testing.assert_allclose(found["adapt"], found["copy"])
    # A random approach: the mean of a landscape lies halfway between its ends on average.
    assert found["search"].to_numpy() == pytest.approx(50, abs=4 * 0.44)


def test_more_time_never_hurts_and_copying_needs_none():
    quick, slow, done = (means(changes=changes) for changes in (1, 2, model.AS_MANY_AS_HELP))
    np.testing.assert_allclose(quick["copy"], done["copy"])
    for way in ("search", "adapt"):
        assert (quick[way] <= slow[way]).all()
        assert (slow[way] <= done[way]).all()


def test_a_random_trusts_approach_copied_where_all_are_alike_is_a_search():
    found = means(template="random").loc[0]
    assert found["copy"] == pytest.approx(found["search"], abs=4 * 0.37)
    assert found["adapt"] == pytest.approx(found["copy"])


def test_searches_use_the_same_draws_at_every_template():
    one, other = (model.ways(template=template) for template in ("common", "random"))
    searched = one["way"] == "search"
    np.testing.assert_array_equal(one[searched]["mean_pct"], other[searched]["mean_pct"])


def test_the_range_holds_the_mean_and_runs_repeat():
    frame, again = model.ways(linked=2), model.ways(linked=2)
    assert (frame["low_pct"] <= frame["mean_pct"]).all()
    assert (frame["mean_pct"] <= frame["high_pct"] + 1e-9).all()
    assert frame.equals(again)
    assert list(frame["way"].unique()) == list(model.WAYS)


def by_hand(tables, wiring, approach):
    """One landscape from its definition, with no arrays of approaches."""
    bits = [(approach >> i) & 1 for i in range(10)]
    total = 0.0
    for choice in range(10):
        case = sum(bits[other] << place for place, other in enumerate(wiring[choice]))
        total += tables[choice][case]
    return total / 10


def test_a_landscape_follows_its_definition():
    linked = 3
    drawn = model._landscapes(linked, 2, np.random.default_rng(5))
    rng = np.random.default_rng(5)
    order = rng.random((2, 10, 10))
    order[:, np.arange(10), np.arange(10)] = -1
    wiring = order.argsort(axis=2)[:, :, : linked + 1]
    tables = rng.random(2 * 10 * 16, dtype=np.float32).reshape(2, 10, 16)
    assert (wiring[:, :, 0] == np.arange(10)).all()
    for landscape in range(2):
        expected = [by_hand(tables[landscape], wiring[landscape], x) for x in range(1024)]
        np.testing.assert_allclose(drawn[landscape], expected, rtol=1e-5)


# --- home and away


def test_the_best_performer_does_better_at_home():
    found = model.home_and_away().set_index("place")["mean_pct"]
    assert found["home"] > 95
    assert found["away"] < 80


def test_the_best_performers_copy_is_the_template_that_ways_uses():
    copied = model.ways(template="performer").set_index(["way", "difference_pct"])["mean_pct"]
    for difference in (0, 50, 100):
        away = model.home_and_away(difference=difference).set_index("place")["mean_pct"]["away"]
        assert away == pytest.approx(copied["copy", difference])


def test_where_all_are_alike_home_is_away():
    found = model.home_and_away(difference=0)["mean_pct"]
    assert found[0] == pytest.approx(found[1])


# --- duplication


def test_costs_of_a_case_worked_by_hand():
    # 10 trusts, £20,000 a version, half common; in thousands 20, 2 + 2 + 15 and 1 + 10 + 2.
    costs = model.duplication(10, 20_000, 30_000, 2_000)["costs"]
    half = costs.set_index("common_pct").loc[50].to_dict()
    assert half == pytest.approx({"own": 20_000, "one": 19_000, "shared": 13_000})


def cost(k, c, m, j, s, way):
    return {"own": c, "one": c / k + j + (1 - s) * m, "shared": s * c / k + (1 - s) * c + j}[way]


@pytest.mark.parametrize(
    ("k", "c", "m", "j"),
    [
        (10, 20_000, 30_000, 2_000),
        (10, 20_000, 17_000, 2_000),
        (2, 40_000, 19_000, 0),
        (40, 10_000, 40_000, 8_000),
    ],
)
def test_the_break_even_is_where_the_lines_cross(k, c, m, j):
    row = model.duplication(k, c, m, j)["break_even"].iloc[0]
    s = row["common_pct"] / 100
    if s > 0:
        assert cost(k, c, m, j, s, row["best"]) == pytest.approx(c)
    cheaper = "one" if cost(k, c, m, j, 0.5, "one") < cost(k, c, m, j, 0.5, "shared") else "shared"
    assert row["best"] == cheaper
    assert row["limit"] == pytest.approx(c * (k - 1) / k)


def test_at_the_limit_one_version_and_a_shared_core_cost_the_same():
    frames = model.duplication(10, 20_000, 18_000, 3_000)
    np.testing.assert_allclose(frames["costs"]["one"], frames["costs"]["shared"])
    assert frames["break_even"]["best"].iloc[0] == "either"
    assert frames["break_even"]["common_pct"].iloc[0] == pytest.approx(100 * 3 / 18)


def test_when_all_is_common_both_ways_to_share_cost_the_same():
    last = model.duplication(5, 30_000, 40_000, 4_000)["costs"].iloc[-1]
    assert last["one"] == pytest.approx(30_000 / 5 + 4_000)
    assert last["shared"] == pytest.approx(last["one"])


def test_when_nothing_is_common_a_shared_core_only_adds_the_cost_of_joining():
    first = model.duplication(5, 30_000, 40_000, 4_000)["costs"].iloc[0]
    assert first["shared"] - first["own"] == pytest.approx(4_000)


def test_joining_can_cost_more_than_sharing_saves():
    assert np.isnan(model.duplication(2, 10_000, joining=8_000)["break_even"]["common_pct"].iloc[0])


def test_a_misfit_that_costs_nothing_makes_one_version_pay_at_once():
    row = model.duplication(10, 20_000, 0, 2_000)["break_even"].iloc[0]
    assert (row["best"], row["common_pct"]) == ("one", 0)


# --- bad settings


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (model.ways, {"linked": 10}, "linked must be between 0 and 9, not 10"),
        (model.ways, {"linked": 2.5}, "linked must be a whole number"),
        (model.ways, {"template": "best"}, "template must be one of"),
        (model.ways, {"changes": -1}, "changes must be between 0 and 50"),
        (model.ways, {"runs": 5}, "runs must be between 20 and 10000"),
        (model.ways, {"searches": 0}, "searches must be"),
        (model.home_and_away, {"difference": 101}, "difference must be between 0 and 100"),
        (model.peaks, {"linked": -1}, "linked must be"),
        (model.duplication, {"trusts": 1}, "trusts must be between 2 and 200"),
        (model.duplication, {"version_cost": 0}, "version_cost must be"),
        (model.duplication, {"misfit": float("nan")}, "misfit must be"),
        (model.duplication, {"joining": -1}, "joining must be"),
    ],
)
def test_a_setting_out_of_range_names_itself(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(**arguments)
