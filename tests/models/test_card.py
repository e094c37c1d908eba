import pytest

from improving.models.card import ModelCard


def test_a_complete_card_is_kept_and_cannot_change():
    card = ModelCard("A title", ("Assumes this.",), ("Leaves out that.",), ("One.",), ("Two.",))
    assert card.assumes == ("Assumes this.",)
    with pytest.raises(AttributeError):
        card.title = "Another"


def test_an_empty_section_names_itself():
    with pytest.raises(ValueError, match="'A title': leaves_out is empty"):
        ModelCard("A title", ("This.",), (), ("One.",), ("Two.",))


def test_a_section_that_is_plain_text_names_itself():
    with pytest.raises(ValueError, match="numbers must be a tuple"):
        ModelCard("A title", ("This.",), ("That.",), "One.", ("Two.",))
