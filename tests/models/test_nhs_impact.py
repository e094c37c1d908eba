"""Lesson 01: the published shares, and a placing that follows its rules."""

import itertools

import pytest

from improving.models import nhs_impact


@pytest.mark.parametrize(
    ("figure", "share"), [("executive", 96), ("method", 95), ("strategy", 84), ("induction", 41)]
)
def test_the_square_shows_the_published_share(figure, share):
    frame = nhs_impact.baseline(figure)
    assert frame["has"].sum() == share
    assert len(frame[["column", "row"]].drop_duplicates()) == 100


def test_a_component_outruns_its_reach_by_two_steps_or_more():
    for said in itertools.product(nhs_impact.STEPS, repeat=2):
        frame = nhs_impact.place(*said)
        lead = frame["structure"] - frame["reach"]
        assert list(frame["outruns"]) == [int(gap >= 2) for gap in lead]
    assert nhs_impact.place(*["most teams"] * 5)["outruns"].sum() == 0
    assert nhs_impact.place(*["on paper"] * 5)["outruns"].sum() == 5


def test_what_is_left_without_the_programme_is_ones_own():
    said = ["national", "own", "both", "missing", "national"]
    before, after = nhs_impact.themes(*said), nhs_impact.themes(*said, stops=True)
    assert before.groupby("source")["there"].sum().to_dict() == {"National": 3, "Own": 2}
    assert after.groupby("source")["there"].sum().to_dict() == {"National": 0, "Own": 2}


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (nhs_impact.baseline, {"figure": "all"}),
        (nhs_impact.place, {"people": "good"}),
        (nhs_impact.themes, {"language": "some"}),
    ],
)
def test_an_unknown_answer_is_refused(model, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        model(**wrong)
