import numpy as np
import pytest

from improving.models import crowds


def in_steps(thresholds, asked=0, visible=100):
    """Who ends in, found by asking everybody again and again: a check on the ordered walk."""
    joined = np.zeros(len(thresholds), dtype=bool)
    joined[:asked] = True
    while True:
        ready = joined | (thresholds <= visible / 100 * joined.sum())
        if (ready == joined).all():
            return joined.sum()
        joined = ready


@pytest.mark.parametrize("visible", [100, 60])
@pytest.mark.parametrize("asked", [0, 6])
def test_the_walk_in_order_agrees_with_asking_everybody_again_and_again(asked, visible):
    drawn = crowds.draw(11, 25, 60, seed=4)
    ends = crowds.walk(crowds.waiting(drawn, asked, "random"), asked, visible)
    assert list(ends) == [in_steps(crowd, asked, visible) for crowd in drawn.T]


def test_the_classic_crowd_joins_to_the_last_or_stops_at_the_first():
    everyone_next = np.arange(100.0)[:, None]
    assert crowds.walk(everyone_next) == 100
    one_changed = everyone_next.copy()
    one_changed[1] = 2
    assert crowds.walk(np.sort(one_changed, axis=0)) == 1


def test_whom_to_ask_takes_out_the_right_people():
    drawn = np.array([[3.0], [1.0], [2.0], [4.0]])
    left = {whom: list(crowds.waiting(drawn, 2, whom)[:, 0]) for whom in crowds.WHOM}
    assert left == {"random": [2, 4], "keenest": [3, 4], "reluctant": [1, 2]}


def test_random_crowds_that_stop_end_near_the_endless_one():
    ends = crowds.final_crowds(10, crowds=4000)
    stopped = ends[ends <= 50]
    error = stopped.std() / len(stopped) ** 0.5
    # A crowd of 100 holds whole people: allow a tenth of a person for that.
    assert stopped.mean() == pytest.approx(crowds.final_crowd(10), abs=4 * error + 0.1)


def test_seeds_add_themselves_and_those_they_bring():
    assert crowds.final_crowd(8, seeds=5) == pytest.approx(5, abs=1)
    assert crowds.final_crowd(8, seeds=5) > 5


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"spread": 0.5}, "spread must be between 1 and 40"),
        ({"spread": 10, "seeds": 100}, "seeds must be between 0 and 99"),
        ({"spread": 10, "visible": 101}, "visible must be between 0 and 100"),
    ],
)
def test_an_endless_crowd_names_a_bad_setting(arguments, message):
    with pytest.raises(ValueError, match=message):
        crowds.final_crowd(**arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"whom": "anyone"}, "whom must be one of 'random', 'keenest', 'reluctant'"),
        ({"seeds": 2.5}, "seeds must be a whole number"),
        ({"crowds": 0}, "crowds must be between 1 and 5000"),
    ],
)
def test_random_crowds_name_a_bad_setting(arguments, message):
    with pytest.raises(ValueError, match=message):
        crowds.final_crowds(10, **arguments)
