"""What lesson 01 asks a reader to find is there, at the settings it names."""

from improving.models import figures, nhs_impact
from improving.views import nhs_impact as view


def test_structures_are_nearly_everywhere_and_reach_is_not():
    shares = {name: view.share(nhs_impact.baseline(name)) for name in nhs_impact.BASELINE}
    assert shares["induction"] == 41
    assert min(share for name, share in shares.items() if name != "induction") == 84


def test_reach_without_structure_turns_no_bar_orange():
    frame = nhs_impact.place(*["most teams"] * 3, "unsupported", "most teams")
    assert frame["outruns"].sum() == 0
    assert "no structure under it in: capability and capacity" in view.place_summary(frame)


def test_every_answer_on_the_page_is_one_the_model_knows():
    assert set(view.ANSWERS.values()) == set(nhs_impact.STEPS)
    assert set(view.FROM.values()) == set(nhs_impact.SOURCES)
    assert set(view.FIGURES.values()) == set(view.SAID) == set(nhs_impact.BASELINE)


def test_sentences_say_what_the_frames_hold():
    assert view.baseline_summary(nhs_impact.baseline("strategy")).startswith("Of every 100")
    assert "84 had a quality strategy" in view.baseline_summary(nhs_impact.baseline("strategy"))
    assert "in 4 of 5" in view.place_summary(nhs_impact.place())
    assert "Neither is there yet in: management systems." in view.place_summary(nhs_impact.place())
    assert "The other 5 did not" in view.baseline_summary(nhs_impact.baseline("method"))
    assert "3 of the 5" in view.themes_summary(nhs_impact.themes(interpretation="own", stops=True))
    assert "No trust is marked" in view.reach_summary(figures.trust_reach())
    assert "55% of staff at this trust" in view.reach_summary(figures.trust_reach("RGT"))
