"""The second look: models that did not make a finding judge its neutral claim, blind to who made it."""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

import anyio

import juryroom_prompts as prompts

from .anchor import find_quote, find_removed
from .answer import AnswerError, read_object
from .change import FileChange
from .cluster import Cluster
from .context import ReviewContext
from .exhibit import exhibit
from .fence import random_word, struck
from .model import NOTHING_USED, Model, ModelError, Prompt, Usage
from .persona import Tier
from .reviewer import Seat
from .value import Value

SURROUNDINGS = 25
"""Lines of code that a juror sees before and after the claimed place."""

_SCHEMA = {
    "type": "object",
    # a model that states its reason first votes by it; one that votes first finds a reason for its vote
    "properties": {
        "evidence": {"type": "string"},
        "reason": {"type": "string"},
        "vote": {"type": "string", "enum": ["confirm", "reject", "unsure"]},
    },
    "required": ["evidence", "reason", "vote"],
    "additionalProperties": False,
}


class Vote(StrEnum):
    """A juror's answer."""

    confirm = "confirm"
    reject = "reject"
    unsure = "unsure"


@dataclass(frozen=True)
class Juror:
    """A model that may be asked, under the seat that it has on the panel."""

    seat: Seat
    model: Model
    tier: Tier = Tier.workhorse
    usd_per_million: Decimal | None = None
    """Of what it reads; None where that is unknown."""


STRENGTH = {Tier.economy: 0, Tier.workhorse: 1, Tier.frontier: 2}


def by_price(jurors: Iterable[Juror]) -> list[Juror]:
    """The jurors of cheap tiers first, in a tier the cheaper ones, and those of unknown price last."""
    return sorted(jurors, key=lambda juror: (STRENGTH[juror.tier], _price(juror)))


def _price(juror: Juror) -> Decimal:
    return Decimal("Infinity") if juror.usd_per_million is None else juror.usd_per_million


class Ballot(Value):
    """One vote on one cluster. A void one counts as an abstention and says why it is void."""

    voter: Seat
    cluster: Cluster
    vote: Vote
    evidence: str = ""
    reason: str = ""
    void: str | None = None
    usage: Usage = NOTHING_USED
    over_budget: bool = False
    """It was not cast, because a budget did not allow the call."""


def voting_seat(seat: Seat) -> Seat:
    """The seat as a voter: it judges by the ballot's words, so its reliability is that of those words."""
    return seat.model_copy(update={"version": f"ballot-{prompts.version('ballot_system', 'ballot_user')}"})


LATE = "not cast within the deadline"


async def poll(
    clusters: Iterable[Cluster],
    jurors: Sequence[Juror],
    context: ReviewContext,
    *,
    jurors_each: int = 3,
    deadline_s: float = math.inf,
) -> tuple[Ballot, ...]:
    """Ask about each cluster those jurors who are not in it, one of each family first, all in parallel.

    Cheap tiers vote: the question is small, and many cheap independent answers are worth more than one dear one.

    Args:
        clusters: the claims; those that are not anchored can't be shown to anybody and are passed over.
        jurors: who may be asked.
        context: where the code comes from.
        jurors_each: the most votes on one cluster.
        deadline_s: seconds from now; who has not voted by then has abstained.
    """
    bench = by_price(jurors)
    asked = [
        (merged, juror, file)
        for merged in clusters
        if (file := _file(merged, context)) is not None
        for juror in _bench(merged, bench)[:jurors_each]
    ]
    # the order in which claims arrive must say nothing about how they rank
    random.SystemRandom().shuffle(asked)
    cast: dict[int, Ballot] = {}

    async def ask(turn: int, merged: Cluster, juror: Juror, file: FileChange) -> None:
        cast[turn] = await _vote(merged, juror, file, context)

    with anyio.move_on_after(deadline_s):
        async with anyio.create_task_group() as group:
            for turn, (merged, juror, file) in enumerate(asked):
                group.start_soon(ask, turn, merged, juror, file)
    ballots = [
        cast.get(turn) or Ballot(voter=voting_seat(juror.seat), cluster=merged, vote=Vote.unsure, void=LATE)
        for turn, (merged, juror, _) in enumerate(asked)
    ]
    return tuple(sorted(ballots, key=lambda ballot: (ballot.cluster.representative.fingerprint, ballot.voter.name)))


def _file(merged: Cluster, context: ReviewContext) -> FileChange | None:
    place = merged.representative.location
    return context.change.file(place.path) if place else None


def _bench(merged: Cluster, jurors: Sequence[Juror]) -> list[Juror]:
    """Jurors whose model is not in the cluster: new families first, each family's first member before its second."""
    models = {member.seat.model for member in merged.findings}
    families = {member.seat.family for member in merged.findings if member.seat.family}
    seen: dict[str | None, int] = {}
    ranked: list[tuple[tuple[bool, int, int], Juror]] = []
    for order, juror in enumerate(jurors):
        if juror.seat.model in models or juror.seat.model in {other.seat.model for _, other in ranked}:
            continue
        turn = seen[juror.seat.family] = seen.get(juror.seat.family, 0) + 1
        ranked.append(((juror.seat.family in families, turn, order), juror))
    return [juror for _, juror in sorted(ranked, key=lambda pair: pair[0])]


def ballot_prompt(merged: Cluster, file: FileChange, context: ReviewContext) -> Prompt:
    """The question: code and the neutral claim; no author, count, severity, rationale or secret."""
    nonce = random_word()
    item = merged.representative
    place = item.location
    claim = f"{file.path}, line {place.start_line if place else 1}: {item.finding.title}"
    hide = context.redaction.hide
    return Prompt(
        system=prompts.render("ballot_system"),
        user=prompts.render(
            "ballot_user",
            nonce=nonce,
            claim=struck(hide(claim), nonce),
            material=struck(hide(exhibit(merged, file, context, SURROUNDINGS)), nonce),
        ),
        schema_name="ballot",
        answer_schema=_SCHEMA,
        max_output_tokens=512,
        nonce=nonce,
    )


async def _vote(merged: Cluster, juror: Juror, file: FileChange, context: ReviewContext) -> Ballot:
    voter = voting_seat(juror.seat)

    def void(why: str, usage: Usage = NOTHING_USED, *, over_budget: bool = False) -> Ballot:
        return Ballot(voter=voter, cluster=merged, vote=Vote.unsure, void=why, usage=usage, over_budget=over_budget)

    prompt = ballot_prompt(merged, file, context).model_copy(update={"persona": juror.seat.persona})
    try:
        completion = await juror.model.complete(prompt)
    except ModelError as error:
        return void(str(error), error.usage, over_budget=error.over_budget)
    voter = voter.taken_by(completion.stand_in)
    if completion.stand_in and voter.model in {member.seat.model for member in merged.findings}:
        return void(f"{voter.model}, which made the finding, answered", completion.usage)
    try:
        answer = read_object(completion.text)
        vote = Vote(str(answer.get("vote")).strip().lower())
    except (AnswerError, ValueError) as error:
        return void(f"no vote in the answer: {error}", completion.usage)
    redaction = context.redaction
    evidence = redaction.reveal(str(answer.get("evidence") or ""))
    if vote is not Vote.unsure and not stands_in(file, evidence, merged):
        return void("its evidence is not in the file", completion.usage)
    return Ballot(
        voter=voter,
        cluster=merged,
        vote=vote,
        evidence=redaction.hide(evidence),
        reason=redaction.hide(" ".join(str(answer.get("reason") or "").split())[:500]),
        usage=completion.usage,
    )


def stands_in(file: FileChange, quote: str, merged: Cluster) -> tuple[int, int] | None:
    """The lines that a quote stands on, or that stand where the change removed it; None for code that is not there."""
    place = merged.representative.location
    near = place.start_line if place else 1
    return find_quote(file.lines, quote, near) or find_removed(file, quote, near)
