"""Who sits where."""

import pytest

from juryroom_reviewers.persona import Persona, Tier
from juryroom_server.models.card import ModelCard
from juryroom_server.models.presets import ProviderName
from juryroom_server.models.seating import Seating, SeatingError, seat

MODELS: dict[str, ProviderName] = {"claude": "anthropic", "gpt": "openai", "gemini": "gemini", "qwen": "ollama"}


def persona(name: str, tier: str = "workhorse") -> Persona:
    return Persona(name=name, charter="Look.", categories=(name,), tier=Tier(tier))


def card(name: str, tier: str = "workhorse", number: int = 1) -> ModelCard:
    return ModelCard(key=f"{name}{number}", provider=MODELS[name], model=f"{name}-{number}", tier=Tier(tier))


FOUR = [persona(name) for name in ("security", "performance", "architecture", "correctness")]
ONE_OF_EACH = [card("claude"), card("gpt"), card("gemini"), card("qwen")]


def keys(seating: Seating) -> list[str]:
    return [card.key for _, card in seating.seats]


def test_everyone_sits_on_another_family_in_the_order_given():
    seating = seat(FOUR, ONE_OF_EACH, {})
    assert seating == Seating(seats=tuple(zip(FOUR, ONE_OF_EACH, strict=True)))


def test_more_models_than_needed_are_used_for_other_families():
    cards = [card("claude", number=1), card("claude", number=2), card("gpt"), card("gemini")]
    seating = seat(FOUR[:3], cards, {})
    assert keys(seating) == ["claude1", "gpt1", "gemini1"]
    assert seating.notes == ()


def test_two_models_of_one_family_are_degraded_but_better_than_one():
    cards = [card("claude", number=1), card("claude", number=2), card("gpt")]
    seating = seat(FOUR[:3], cards, {})
    assert keys(seating) == ["claude1", "gpt1", "claude2"]
    assert seating.notes == (
        "degraded: 3 personas on models of 2 families (anthropic, openai), which make the same mistakes",
    )


def test_fewer_models_than_personas_are_shared_evenly_and_it_is_said():
    seating = seat(FOUR, [card("claude"), card("gpt")], {})
    assert keys(seating) == ["claude1", "gpt1", "claude1", "gpt1"]
    assert seating.notes == ("degraded: 4 personas on 2 models: anthropic:claude-1, openai:gpt-1",)


def test_one_model_serves_all():
    seating = seat(FOUR, [card("qwen")], {})
    assert keys(seating) == ["qwen1"] * 4
    assert seating.notes == ("degraded: 4 personas on 1 model: ollama:qwen-1",)


def test_the_same_model_twice_is_no_other_model():
    twin = card("claude").model_copy(update={"key": "twin"})
    assert seat(FOUR[:2], [card("claude"), twin], {}).notes == ("degraded: 2 personas on 1 model: anthropic:claude-1",)


def test_one_persona_on_one_model_is_not_degraded():
    assert seat(FOUR[:1], [card("claude")], {}).notes == ()


def test_the_strongest_model_goes_to_who_needs_it_whatever_the_order():
    cards = [card("claude", "frontier"), card("gpt", "economy"), card("gemini")]
    personas = [persona("style", "economy"), persona("naming"), persona("security", "frontier")]
    assert keys(seat(personas, cards, {})) == ["gpt1", "gemini1", "claude1"]


def test_a_tier_that_is_missing_is_replaced_by_the_one_above():
    cards = [card("claude", "economy"), card("claude", "frontier", number=2)]
    assert keys(seat(FOUR[:1], cards, {})) == ["claude2"]


def test_a_model_weaker_than_wanted_is_said():
    seating = seat([persona("security", "frontier")], [card("qwen", "economy")], {})
    assert seating.notes == ("degraded: security sits on an economy model",)


def test_another_family_matters_more_than_the_tier():
    cards = [card("claude"), card("claude", number=2), card("gpt", "frontier")]
    assert keys(seat(FOUR[:2], cards, {})) == ["claude1", "gpt1"]


def test_a_pin_is_kept_and_the_others_sit_around_it():
    seating = seat(FOUR[:3], ONE_OF_EACH, {"architecture": "claude1", "unknown": "nothing"})
    assert keys(seating) == ["gpt1", "gemini1", "claude1"]


def test_a_pin_to_a_model_that_is_not_there_says_what_is():
    with pytest.raises(SeatingError, match=r"'security' .* 'gone'.* there is: claude1, gemini1, gpt1, qwen1"):
        seat(FOUR, ONE_OF_EACH, {"security": "gone"})


def test_without_models_nobody_is_seated():
    assert seat(FOUR, [], {"security": "claude1"}) == Seating(seats=(), notes=("no model can be asked",))
    assert seat([], ONE_OF_EACH, {}) == Seating(seats=())


@pytest.mark.parametrize("people", range(1, 6))
@pytest.mark.parametrize("models", range(1, 8))
def test_as_many_families_and_models_are_used_as_there_can_be(people, models):
    personas = [persona(f"p{number}", list(Tier)[number % 3]) for number in range(people)]
    cards = [card(list(MODELS)[n % 3], list(Tier)[(n + 1) % 3], number=n) for n in range(models)]
    seating = seat(personas, cards, {})
    assert [who for who, _ in seating.seats] == personas
    assert len({one.name for _, one in seating.seats}) == min(people, models)
    assert len({one.lineage for _, one in seating.seats}) == min(people, models, 3)
    assert seat(personas, cards, {}) == seating
