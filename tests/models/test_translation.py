from fractions import Fraction

import networkx as nx
import numpy as np
import pytest

from improving.models import translation

LONG_RUN = 100_000


def effects(retellings, **settings):
    return translation.effect(retellings, miscopy=0.05, differ=0.3, **settings)


# --- check values: one core part


@pytest.mark.parametrize(
    ("support", "expected"),
    [
        ({"miscopy": 0.1}, [0.900, 0.590, 0.349, 0.122]),
        ({"miscopy": 0.05}, [0.950, 0.774, 0.599, 0.358]),
        ({"miscopy": 0.1, "coach": 0.25}, [0.925, 0.802, 0.774, 0.769]),
    ],
    ids=["nothing", "toolkit that halves errors", "coach"],
)
def test_one_core_part(support, expected):
    right = translation.core_right([1, 5, 10, 20], **support)
    np.testing.assert_allclose(right, expected, atol=5e-4)


def test_a_coach_puts_a_floor_under_the_loss_and_a_toolkit_does_not():
    floor = translation.core_right(LONG_RUN, 0.1, coach=0.25)
    assert floor == pytest.approx(0.769, abs=5e-4)
    assert floor == pytest.approx(float(Fraction(25, 100) / (1 - Fraction(75, 100) * 9 / 10)))
    assert translation.core_right(LONG_RUN, 0.05) == pytest.approx(0)


def test_the_toolkit_leads_to_the_third_retelling_and_the_coach_from_the_fourth():
    run = translation.supports(miscopy_pct=10, toolkit_pct=50, coach_pct=25).iloc[1:]
    toolkit_leads = run["toolkit_pct"] > run["coach_pct"]
    assert list(run.loc[toolkit_leads, "retelling"]) == [1, 2, 3]


def test_all_five_parts_after_ten_retellings():
    run = translation.supports(miscopy_pct=10).set_index("retelling").loc[10] / 100
    assert run["nothing_pct"] == pytest.approx(0.005, abs=5e-4)
    assert run["toolkit_pct"] == pytest.approx(0.077, abs=5e-4)
    assert run["coach_pct"] == pytest.approx(0.277, abs=5e-4)
    assert run["both_pct"] == pytest.approx(0.510, abs=5e-4)


@pytest.mark.parametrize(("miscopy", "half_life"), [(0.01, 13.8), (0.05, 2.7), (0.1, 1.3)])
def test_half_life_of_all_five_parts(miscopy, half_life):
    # x^(5n) = 1/2, from the model's own first step.
    whole = float(translation.core_right(1, miscopy)) ** translation.CORE_PARTS
    assert np.log(0.5) / np.log(whole) == pytest.approx(half_life, abs=0.05)


# --- check values: policies


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ({}, [0.644, 0.157, 0.039, 0]),
        ({"freedom": 0.6, "marking": 0}, [0.007, 0, 0, 0]),
        ({"freedom": 0.6}, [0.722, 0.252, 0.070, 0]),
        ({"freedom": 0.6, "coach": 0.25}, [0.771, 0.518, 0.463, 0.452]),
        ({"freedom": 0.6, "marking": 0.8, "coach": 0.25}, [0.484, 0.155, 0.126, 0.123]),
    ],
    ids=["copy exactly", "anything goes", "marked", "marked with coach", "blurred with coach"],
)
def test_policies(policy, expected):
    np.testing.assert_allclose(effects([1, 5, 10, LONG_RUN], **policy), expected, atol=5e-4)


@pytest.mark.parametrize(
    ("marking", "each_counts", "freedom", "most", "copied"),
    [
        (0, False, 0, 0.259, 0.259),
        (90, False, 0.17, 0.287, 0.259),
        (100, False, 1, 0.510, 0.259),
        (50, True, 0.22, 0.501, 0.444),
        (80, True, 0.53, 0.613, 0.444),
    ],
)
def test_best_freedom_after_ten_retellings(marking, each_counts, freedom, most, copied):
    run = translation.freedom_to_adapt(marking, each_counts=each_counts, points=1001)
    best = run.loc[run["best"] == 1].squeeze()
    assert best["freedom_pct"] / 100 == pytest.approx(freedom, abs=0.005)
    assert best["effect_pct"] / 100 == pytest.approx(most, abs=5e-4)
    assert run["effect_pct"].iloc[0] / 100 == pytest.approx(copied, abs=5e-4)


@pytest.mark.parametrize("marking", [0, 50, 80])
def test_where_sites_are_alike_copying_is_as_good_as_any(marking):
    run = translation.freedom_to_adapt(marking, differ_pct=0, points=1001)
    assert run["effect_pct"].max() == run["effect_pct"].iloc[0]
    assert run["effect_pct"].iloc[0] / 100 == pytest.approx(0.408, abs=5e-4)


def test_where_all_leave_the_core_alone_adapting_mends_a_miscopied_edge():
    # Copying is then no longer best even among sites that are alike.
    run = translation.freedom_to_adapt(100, differ_pct=0)
    assert run["effect_pct"].iloc[-1] > run["effect_pct"].iloc[0] + 5


# --- check values: shapes of spread


@pytest.mark.parametrize(
    ("coach", "expected"), [(0, [0.028, 0.503, 0.774]), (25, [0.506, 0.669, 0.826])]
)
def test_shapes_of_spread(coach, expected):
    shapes = translation.shapes(miscopy_pct=5, coach_pct=coach)
    assert list(shapes["shape"]) == ["chain", "tree", "hub"]
    np.testing.assert_allclose(shapes["whole_pct"] / 100, expected, atol=5e-4)


def test_the_tree_is_that_of_networkx():
    tree = nx.full_rary_tree(5, 125)
    steps = np.array(list(nx.single_source_shortest_path_length(tree, 0).values()))[1:]
    assert list(np.bincount(steps)[1:]) == [5, 25, 94]
    whole = translation.core_right(steps, 0.05) ** translation.CORE_PARTS
    expected = translation.shapes().set_index("shape").loc["tree", "whole_pct"]
    assert 100 * whole.mean() == pytest.approx(expected)


def test_one_site_is_the_same_in_every_shape():
    assert translation.shapes(sites=1)["whole_pct"].nunique() == 1


# --- closed forms against a simulation that shares no code with them


def simulate(chains, retellings, *, miscopy, coach, freedom, marking, differ, edge=4, seed=6):
    """Retell a practice part by part; return which core parts are right and edge parts fit."""
    rng = np.random.default_rng(seed)
    core = np.ones((chains, translation.CORE_PARTS), dtype=bool)
    fits = np.ones((chains, edge), dtype=bool)
    for _ in range(retellings):
        core &= rng.random(core.shape) >= miscopy
        taken_for_edge = rng.random(core.shape) >= marking
        core &= ~(taken_for_edge & (rng.random(core.shape) < freedom))
        core |= rng.random(core.shape) < coach
        fits &= rng.random(fits.shape) >= miscopy
        fits &= rng.random(fits.shape) >= differ
        fits |= rng.random(fits.shape) < freedom
    return core, fits


SETTINGS = [
    {"miscopy": 0.05, "coach": 0, "freedom": 0, "marking": 1, "differ": 0.3},
    {"miscopy": 0.1, "coach": 0.25, "freedom": 0, "marking": 1, "differ": 0},
    {"miscopy": 0.05, "coach": 0.25, "freedom": 0.6, "marking": 1, "differ": 0.3},
    {"miscopy": 0.05, "coach": 0.25, "freedom": 0.6, "marking": 0.8, "differ": 0.3},
    {"miscopy": 0.02, "coach": 0.1, "freedom": 0.3, "marking": 0.9, "differ": 0.6},
]


@pytest.mark.parametrize("settings", SETTINGS)
@pytest.mark.parametrize("retellings", [1, 5, 10])
def test_closed_forms_agree_with_simulated_chains(settings, retellings):
    # Chains are independent, so the standard error of a mean over chains is sd / sqrt(chains).
    chains = 20_000
    core, fits = simulate(chains, retellings, **settings)
    worth = {
        each: (core.mean(axis=1) if each else core.all(axis=1)) * (0.5 + 0.5 * fits.mean(axis=1))
        for each in (False, True)
    }
    told = {k: settings[k] for k in ("miscopy", "coach", "freedom", "marking")}
    edge = {k: settings[k] for k in ("miscopy", "freedom", "differ")}
    for simulated, exact in [
        (core.mean(axis=1), translation.core_right(retellings, **told)),
        (fits.mean(axis=1), translation.edge_fits(retellings, **edge)),
        (worth[False], translation.effect(retellings, **settings)),
        (worth[True], translation.effect(retellings, **settings, each_counts=True)),
    ]:
        standard_error = simulated.std() / np.sqrt(chains)
        assert abs(simulated.mean() - exact) < 4 * standard_error + 1e-12


@pytest.mark.parametrize("coach", [0, 0.25])
def test_a_simulated_tree_agrees_with_its_closed_form(coach):
    # Sites share the errors of those who taught them, so runs, not sites, are independent.
    rng, runs = np.random.default_rng(6), 1500
    tree = nx.bfs_tree(nx.full_rary_tree(5, 125), 0)
    right = np.ones((runs, 125, translation.CORE_PARTS), dtype=bool)
    for teacher, site in nx.bfs_edges(tree, 0):
        kept = right[:, teacher] & (rng.random(right[:, site].shape) >= 0.05)
        right[:, site] = kept | (rng.random(kept.shape) < coach)
    whole = 100 * right[:, 1:].all(axis=2).mean(axis=1)
    expected = translation.shapes(5, 100 * coach).set_index("shape").loc["tree", "whole_pct"]
    assert abs(whole.mean() - expected) < 4 * whole.std() / np.sqrt(runs)


# --- limits


def test_before_any_retelling_all_is_as_the_author_left_it():
    settings = {"coach": 0.2, "freedom": 0.5, "marking": 0.5, "differ": 0.4}
    assert translation.effect(0, 0.1, **settings) == 1
    assert (translation.supports().iloc[0][["nothing_pct", "both_pct"]] == 100).all()


def test_a_coach_who_mends_everything_leaves_the_core_whole():
    np.testing.assert_allclose(translation.core_right([1, 9], 0.5, coach=1), 1)


def test_full_freedom_fits_the_edge_at_every_site():
    np.testing.assert_allclose(translation.edge_fits([1, 9], 0.5, freedom=1, differ=0.9), 1)


def test_a_toolkit_that_prevents_nothing_is_nothing():
    run = translation.supports(toolkit_pct=0)
    np.testing.assert_allclose(run["toolkit_pct"], run["nothing_pct"])
    np.testing.assert_allclose(run["both_pct"], run["coach_pct"])


def test_one_part_is_the_fifth_root_of_the_whole_core():
    whole, part = translation.supports() / 100, translation.supports(each_counts=True) / 100
    np.testing.assert_allclose(part["coach_pct"] ** 5, whole["coach_pct"])
    assert (part["each_counts"] == 0.01).all()


@pytest.mark.parametrize(("kept", "loss"), [(2.5, 52), (85.5, 3.1), (99, 0.2), (100, 0)])
def test_loss_per_step_undoes_five_steps(kept, loss):
    found = translation.loss_per_step(kept, 5)
    assert found == pytest.approx(loss, abs=0.2)
    assert 100 * (1 - found / 100) ** 5 == pytest.approx(kept)


# --- bad settings


@pytest.mark.parametrize(
    ("model", "arguments", "message"),
    [
        (translation.core_right, (1, 0), "miscopy must be between"),
        (translation.core_right, (1, 0.1, 1.5), "coach must be between 0 and 1"),
        (translation.core_right, (1, 0.1, 0, 2), "freedom must be between"),
        (translation.core_right, (1, 0.1, 0, 0, -1), "marking must be between"),
        (translation.core_right, ([1, 2.5], 0.1), "retellings must be whole numbers"),
        (translation.core_right, (-1, 0.1), "retellings must be whole numbers"),
        (translation.edge_fits, (1, 0.1, 0, 7), "differ must be between"),
        (translation.effect, (1, float("nan")), "miscopy must be between"),
        (translation.supports, (0,), "miscopy_pct must be between 0.1 and 60"),
        (translation.supports, (5, 100), "toolkit_pct must be between 0 and 99"),
        (translation.freedom_to_adapt, (101,), "marking_pct must be between"),
        (translation.freedom_to_adapt, (50, 30, 25, 0), "retellings must be between 1 and 200"),
        (translation.shapes, (5, -1), "coach_pct must be between"),
        (translation.loss_per_step, (50, 2.5), "steps must be a whole number"),
    ],
)
def test_a_setting_out_of_range_names_itself(model, arguments, message):
    with pytest.raises(ValueError, match=message):
        model(*arguments)
