"""The personas of a review: those that ship, and the repository's own."""

import difflib
from collections.abc import Iterable, Mapping

import juryroom_prompts as prompts
from juryroom_reviewers.persona import Persona, PersonaError, parse_persona

FOLDER = ".juryroom/personas"
"""Where a repository keeps its own, one Markdown file each; one of a shipped name takes its place."""


def load_personas(texts: Mapping[str, str]) -> dict[str, Persona]:
    """All personas by name: the shipped ones in their order, then the repository's.

    Args:
        texts: the files of the repository's folder, by file name; what is not `*.md` is passed over.

    Raises:
        PersonaError: when a file can't be used.
    """
    own = {name.removesuffix(".md"): text for name, text in sorted(texts.items()) if name.endswith(".md")}
    shipped = {name: prompts.persona_text(name) for name in prompts.PERSONAS}
    return {name: parse_persona(name, text) for name, text in {**shipped, **own}.items()}


def choose(personas: Mapping[str, Persona], names: Iterable[str]) -> tuple[Persona, ...]:
    """The personas of these names, in this order.

    Raises:
        PersonaError: when there is none of a name.
    """
    chosen = []
    for name in dict.fromkeys(names):
        if name not in personas:
            close = difflib.get_close_matches(name, personas, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(personas)}."
            raise PersonaError(f"no persona {name!r}; {hint} Your own go into {FOLDER}/{name}.md")
        chosen.append(personas[name])
    return tuple(chosen)
