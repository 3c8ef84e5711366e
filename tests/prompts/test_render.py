import pytest

import juryroom_prompts as prompts


def test_slots_inside_of_values_stay_text() -> None:
    text = prompts.render("review_user", nonce="abc", material="{{ nonce }} {{ charter }}")
    assert "abc BEGIN\n{{ nonce }} {{ charter }}\nabc END" in text


def test_a_missing_or_an_unused_value_is_an_error() -> None:
    with pytest.raises(prompts.TemplateError, match="no value for material"):
        prompts.render("review_user", nonce="abc")
    with pytest.raises(prompts.TemplateError, match="no slot for title"):
        prompts.render("review_user", nonce="abc", material="", title="x")
