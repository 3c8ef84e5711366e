"""Each prompt has a version, and other words have another one: what was learnt of reviewers is kept by it."""

import hashlib
import json
from importlib import resources
from pathlib import Path

import pytest

import juryroom_prompts as prompts
from juryroom_reviewers.persona import parse_persona
from juryroom_reviewers.seat import ModelReviewer
from juryroom_reviewers.testing import ScriptedModel

KNOWN = json.loads((Path(__file__).parent / "versions.json").read_text(encoding="utf-8"))
"""Prompt -> version -> beginning of the SHA-256 (hex) of its words. Versions are added, never changed."""
SHIPPED = Path(str(resources.files(prompts)))
NAMES = sorted(path.relative_to(SHIPPED).with_suffix("").as_posix() for path in SHIPPED.rglob("*.md"))
CHARS = {"review_system": 6_000, "refute_system": 4_000, "ballot_system": 2_500}
"""The most that a prompt may have: every review pays for it. At four characters a token."""


def front_and_words(name: str) -> tuple[str, str]:
    _, front, words = (SHIPPED / f"{name}.md").read_text(encoding="utf-8").split("---\n", 2)
    return front, words


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_with_other_words_has_another_version(name: str) -> None:
    front, words = front_and_words(name)
    (version,) = (row.removeprefix("version: ") for row in front.splitlines() if row.startswith("version: "))
    known = KNOWN.get(name, {})
    digest = hashlib.sha256(words.encode()).hexdigest()[:16]
    assert known.get(version) == digest, (
        f"the words of {name}.md are not those of version {version}: give it the next version in its front matter, "
        f'try it as CONTRIBUTING.md says, and add "{int(version) + (version in known)}": "{digest}" to versions.json'
    )
    assert int(version) == max(map(int, known))


def test_no_prompt_is_known_that_does_not_ship() -> None:
    assert sorted(KNOWN) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_is_no_longer_than_what_it_may_cost(name: str) -> None:
    assert len(front_and_words(name)[1]) <= CHARS.get(name, 2_800)


def test_a_seat_has_the_version_of_its_prompt_and_of_its_persona() -> None:
    text = prompts.persona_text("security")
    model = ScriptedModel(["{}"])
    old = ModelReviewer(parse_persona("security", text), model).seat.version
    new = ModelReviewer(parse_persona("security", text.replace("version: 2", "version: 3")), model).seat.version
    words = prompts.version("review_system", "review_conventions", "review_user")
    assert old.startswith(f"{words}-2.")
    assert new.startswith(f"{words}-3.")


def test_the_front_matter_is_for_us_and_not_for_the_model() -> None:
    assert prompts.render("ballot_system").startswith("You are a juror.")
