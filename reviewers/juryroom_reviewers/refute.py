"""The attempt to disprove: a model of a family that does not support a claim looks for the line that makes it false."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import anyio

import juryroom_prompts as prompts

from .anchor import find_quote
from .answer import AnswerError, read_object
from .ballot import STRENGTH, Juror, by_price, stands_in
from .change import FileChange
from .cluster import Cluster
from .context import Excerpt, ReviewContext
from .exhibit import exhibit
from .fence import random_word, struck
from .finding import Location
from .look_up import MAX_NEEDS, SCHEMA, listing, look_up, read_needs
from .model import NOTHING_USED, ModelError, Prompt
from .refutation import REFUTES, Challenge, Ground, Outcome, Refutation
from .repository import NOWHERE, Passage, Repository
from .reviewer import Seat

SURROUNDINGS = 40
"""Lines of code that a refuter sees before and after the claimed place, before it asks for more."""
ANSWER_TOKENS = 1_024
MAX_RELATED_CHARS = 6_000
"""Of callers and callees from the change itself."""
_ROUNDS = ("You may ask for more code once.", "This is all that can be shown: decide.")


def refuting_seat(seat: Seat) -> Seat:
    """The seat as a refuter: it judges by other words than it reviews by, so its reliability is that of those."""
    return seat.model_copy(update={"version": f"refute-{prompts.version('refute_system', 'refute_user')}"})


async def refute(
    challenges: Sequence[Challenge],
    jurors: Sequence[Juror],
    context: ReviewContext,
    repository: Repository = NOWHERE,
    *,
    deadline_s: float = math.inf,
) -> tuple[Refutation, ...]:
    """Let one model try to disprove each claim, all in parallel and blind to who made or confirmed it.

    Args:
        challenges: the claims; those that are not anchored can't be shown to anybody and are passed over.
        jurors: who may be asked. Of those whose family does not support the claim the strongest is, and rather one
            that has not voted on it.
        context: where the code of the change comes from.
        repository: what a refuter may look up besides.
        deadline_s: seconds from now; an attempt that is not done by then is void.
    """
    outcomes: list[Refutation] = []
    started: list[tuple[Challenge, Juror, FileChange]] = []
    for challenge in challenges:
        place = challenge.cluster.representative.location
        file = context.change.file(place.path) if place else None
        juror = _refuter(challenge, jurors)
        if file is not None and juror is not None:
            started.append((challenge, juror, file))
        elif file is not None:
            reason = "no model is left of a family that does not support it"
            outcomes.append(Refutation(cluster=challenge.cluster, outcome=Outcome.nobody, reason=reason))
    done: dict[int, Refutation] = {}

    async def ask(turn: int, attempt: "_Attempt") -> None:
        done[turn] = await attempt.run()

    attempts = [_Attempt(challenge.cluster, juror, file, context, repository) for challenge, juror, file in started]
    with anyio.move_on_after(deadline_s):
        async with anyio.create_task_group() as group:
            for turn, attempt in enumerate(attempts):
                group.start_soon(ask, turn, attempt)
    outcomes += [
        done.get(turn) or attempt.void("not done within the deadline") for turn, attempt in enumerate(attempts)
    ]
    return tuple(sorted(outcomes, key=lambda one: one.cluster.representative.fingerprint))


def _refuter(challenge: Challenge, jurors: Sequence[Juror]) -> Juror | None:
    """The strongest juror of a family that does not support the claim, rather one that has not voted; None: none."""
    families = {_family(seat) for seat in challenge.supporters}
    voted = {seat.model for seat in challenge.voters}
    free = [juror for juror in by_price(jurors) if _family(juror.seat) not in families]
    return min(free, key=lambda juror: (juror.seat.model in voted, -STRENGTH[juror.tier]), default=None)


def _family(seat: Seat) -> str:
    return seat.family or seat.model or seat.name


class _Attempt:
    """One refuter at work on one claim: a first answer, and a second one if it asked to see more."""

    def __init__(
        self, merged: Cluster, juror: Juror, file: FileChange, context: ReviewContext, repository: Repository
    ) -> None:
        self._merged = merged
        self._juror = juror
        self._file = file
        self._context = context
        self._repository = repository
        self._usage = NOTHING_USED
        self._looked_up: tuple[str, ...] = ()
        self._passages: tuple[Passage, ...] = ()

    async def run(self) -> Refutation:
        """Ask, look up what is asked for, ask again."""
        try:
            answer = await self._ask("")
            needs = read_needs(answer.get("need"))
            if needs and not _decided(answer):
                self._looked_up = tuple(map(str, needs))
                text, shown = listing(await look_up(needs, self._repository))
                # as it is shown, so that a quote of it is found: the change's secrets may stand there, too
                hide = self._context.redaction.hide
                self._passages = tuple(one.model_copy(update={"lines": tuple(map(hide, one.lines))}) for one in shown)
                answer = await self._ask(text)
        except ModelError as error:
            return self.void(str(error), over_budget=error.over_budget)
        except AnswerError as error:
            return self.void(f"no usable answer: {error}")
        return self._judged(answer)

    def void(self, why: str, *, over_budget: bool = False) -> Refutation:
        """An attempt that says nothing."""
        return self._result(Outcome.void, reason=why, over_budget=over_budget)

    async def _ask(self, more: str) -> dict[str, Any]:
        prompt = refute_prompt(self._merged, self._file, self._context, more)
        prompt = prompt.model_copy(update={"persona": self._juror.seat.persona})
        completion = await self._juror.model.complete(prompt)
        self._usage += completion.usage
        return dict(read_object(completion.text))

    def _judged(self, answer: dict[str, Any]) -> Refutation:
        said = _said(answer)
        reason = self._context.redaction.hide(" ".join(str(answer.get("reason") or "").split())[:500])
        if not _decided(answer):
            return self.void("it neither refuted the claim nor let it stand")
        ground = str(answer.get("ground")).strip().lower()
        evidence = str(answer.get("quote") or "")
        place = self._place(str(answer.get("path") or ""), evidence)
        if place is None:
            return self.void("the code that it cites is in no file that it was shown")
        refuted = said == Outcome.refuted and ground in REFUTES
        if said == Outcome.refuted and not refuted:
            reason = f"{reason} (ground: {ground or 'none'}, which refutes nothing)"
        shown = self._context.redaction.hide(evidence)
        outcome = Outcome.refuted if refuted else Outcome.stands
        return self._result(outcome, reason=reason, evidence=shown, location=place)

    def _result(self, outcome: Outcome, **more: Any) -> Refutation:
        return Refutation(
            cluster=self._merged,
            outcome=outcome,
            refuter=refuting_seat(self._juror.seat),
            looked_up=self._looked_up,
            usage=self._usage,
            **more,
        )

    def _place(self, path: str, quote: str) -> Location | None:
        """Where the quoted code stands: in the file of the claim, another file of the change, or what was looked up."""
        path = path.strip().removeprefix("./")
        revealed = self._context.redaction.reveal(quote)
        for file in self._files(path):
            lines = stands_in(file, revealed, self._merged)
            if lines:
                return Location(path=file.path, start_line=lines[0], end_line=lines[1])
        for passage in sorted(self._passages, key=lambda one: one.path != path):
            lines = find_quote(passage.lines, quote)
            if lines:
                first = passage.start_line - 1
                return Location(path=passage.path, start_line=first + lines[0], end_line=first + lines[1])
        return None

    def _files(self, path: str) -> Iterator[FileChange]:
        """Files of the change that evidence may come from: the one it names first, then those that were shown."""
        paths = (path, self._file.path, *(one.path for one in _related(self._file, self._context)))
        for name in dict.fromkeys(paths):
            file = self._context.change.file(name)
            if file is not None:
                yield file


def _related(file: FileChange, context: ReviewContext) -> tuple[Excerpt, ...]:
    """Callers, callees and definitions that reviewers are shown with a file."""
    return tuple(one for one in context.excerpts if file.path in (one.beside, one.path))


def _decided(answer: dict[str, Any]) -> bool:
    return _said(answer) in (Outcome.refuted, Outcome.stands)


def _said(answer: dict[str, Any]) -> str:
    return str(answer.get("outcome")).strip().lower()


def refute_prompt(merged: Cluster, file: FileChange, context: ReviewContext, more: str = "") -> Prompt:
    """The order: the claim with its scenario, the code; no author, count, severity, probability, vote or secret.

    Args:
        merged: the claim.
        file: where it stands.
        context: where the code comes from.
        more: what was looked up; empty in the first round, the only one in which the refuter may ask.
    """
    nonce = random_word()
    hide = context.redaction.hide
    item = merged.representative
    place = item.location
    claim = f"{file.path}, line {place.start_line if place else 1}: {item.finding.title}\n\n{item.finding.rationale}"
    related = "\n\n".join(
        f"{one.path}, {one.relation} {one.symbol}, from line {one.start_line}:\n{one.text}"
        for one in _related(file, context)
    )[:MAX_RELATED_CHARS]
    code = f"{file.path}\n{exhibit(merged, file, context, SURROUNDINGS)}"
    material = "\n\n".join(filter(None, (code, related, more)))
    properties = {
        "reason": {"type": "string"},
        "path": {"type": "string"},
        "quote": {"type": "string"},
        "ground": {"type": "string", "enum": [str(ground) for ground in Ground]},
        "outcome": {"type": "string", "enum": ["refuted", "stands"] if more else ["refuted", "stands", "need"]},
        **({} if more else {"need": SCHEMA}),
    }
    return Prompt(
        system=prompts.render("refute_system", needs=str(MAX_NEEDS)),
        user=prompts.render(
            "refute_user",
            nonce=nonce,
            claim=struck(hide(claim), nonce),
            material=struck(hide(material), nonce),
            round=_ROUNDS[bool(more)],
        ),
        schema_name="refute",
        answer_schema={
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        },
        max_output_tokens=ANSWER_TOKENS,
        nonce=nonce,
    )
