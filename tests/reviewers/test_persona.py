import pytest

import juryroom_prompts as prompts
from juryroom_reviewers.persona import Persona, PersonaError, Tier, parse_persona


@pytest.mark.parametrize("name", prompts.PERSONAS)
def test_every_persona_that_ships_can_be_read(name: str) -> None:
    persona = parse_persona(name, prompts.persona_text(name))
    assert persona.categories == (name,)
    assert "Leave alone" in persona.charter


def test_a_persona_is_its_front_matter_and_its_charter() -> None:
    text = "---\ncategories: [api, docs]\nweight: 0.5\ntier: economy\n---\n\nWatch the API.\n"
    assert parse_persona("api", text) == Persona(
        name="api", charter="Watch the API.", categories=("api", "docs"), weight=0.5, tier=Tier.economy
    )


def test_its_categories_default_to_its_name() -> None:
    assert parse_persona("privacy", "---\ntier: frontier\n---\nLook.").categories == ("privacy",)


def test_its_version_changes_with_its_words() -> None:
    first, second = (parse_persona("api", f"---\n---\n{words}") for words in ("Look.", "Look closely."))
    assert first.version != second.version


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Just words.", "begin the file with"),
        ("---\ncategories: [a\n---\nWords.", "no YAML"),
        ("---\n- a\n---\nWords.", "keys and values"),
        ("---\n---\n", "charter"),
        ("---\nmodel: gpt\n---\nWords.", "known keys: name, categories"),
        ("---\ntier: best\n---\nWords.", "tier"),
        ("---\nweight: 7\n---\nWords.", "weight"),
    ],
)
def test_a_wrong_file_is_refused_with_the_reason(text: str, part: str) -> None:
    with pytest.raises(PersonaError, match="persona 'api'") as caught:
        parse_persona("api", text)
    assert part in str(caught.value)
