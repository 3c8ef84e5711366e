"""The second look: models that did not make a finding judge its neutral claim, blind to who made it."""

import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import anyio

import juryroom_prompts as prompts

from .anchor import find_quote
from .answer import AnswerError, read_object
from .change import FileChange
from .cluster import Cluster
from .context import ReviewContext
from .fence import random_word, struck
from .model import NOTHING_USED, Model, ModelError, Prompt, Usage
from .redaction import Redaction
from .reviewer import Seat
from .value import Value

SURROUNDINGS = 25
"""Lines of code that a juror sees before and after the claimed place."""

_SCHEMA = {
    "type": "object",
    "properties": {
        "vote": {"type": "string", "enum": ["confirm", "reject", "unsure"]},
        "evidence": {"type": "string"},
        "reason": {"type": "string"},
    },
    "required": ["vote", "evidence", "reason"],
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


class Ballot(Value):
    """One vote on one cluster. A void one counts as an abstention and says why it is void."""

    voter: Seat
    cluster: Cluster
    vote: Vote
    evidence: str = ""
    reason: str = ""
    void: str | None = None
    usage: Usage = NOTHING_USED


async def poll(
    clusters: Iterable[Cluster],
    jurors: Sequence[Juror],
    context: ReviewContext,
    *,
    jurors_each: int = 3,
    deadline_s: float = math.inf,
) -> tuple[Ballot, ...]:
    """Ask about each cluster those jurors who are not in it, one of each family first, all in parallel.

    Args:
        clusters: the claims; those that are not anchored can't be shown to anybody and are passed over.
        jurors: who may be asked.
        context: where the code comes from.
        jurors_each: the most votes on one cluster.
        deadline_s: seconds from now; who has not voted by then has abstained.
    """
    ballots: list[Ballot] = []
    asked = [(merged, juror) for merged in clusters for juror in _bench(merged, jurors)[:jurors_each]]
    # the order in which claims arrive must say nothing about how they rank
    random.SystemRandom().shuffle(asked)

    async def ask(merged: Cluster, juror: Juror, file: FileChange) -> None:
        ballots.append(await _vote(merged, juror, file, context.redaction))

    with anyio.move_on_after(deadline_s):
        async with anyio.create_task_group() as group:
            for merged, juror in asked:
                place = merged.representative.location
                file = context.change.file(place.path) if place else None
                if file is not None:
                    group.start_soon(ask, merged, juror, file)
    return tuple(sorted(ballots, key=lambda ballot: (ballot.cluster.representative.fingerprint, ballot.voter.name)))


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


def ballot_prompt(merged: Cluster, file: FileChange, redaction: Redaction) -> Prompt:
    """The question: code and the neutral claim; no author, count, severity, rationale or secret."""
    nonce = random_word()
    item = merged.representative
    place = item.location
    start, end = (place.start_line, place.end_line) if place else (1, 1)
    claim = f"{file.path}, line {start}: {item.finding.title}"
    rows = range(max(1, start - SURROUNDINGS), min(len(file.lines), end + SURROUNDINGS) + 1)
    listing = redaction.hide("\n".join(f"{number:6} |  {file.lines[number - 1]}" for number in rows))
    return Prompt(
        system=prompts.render("ballot_system"),
        user=prompts.render(
            "ballot_user",
            nonce=nonce,
            claim=struck(redaction.hide(claim), nonce),
            material=struck(listing, nonce),
        ),
        schema_name="ballot",
        answer_schema=_SCHEMA,
        max_output_tokens=512,
        nonce=nonce,
    )


async def _vote(merged: Cluster, juror: Juror, file: FileChange, redaction: Redaction) -> Ballot:
    voter = juror.seat

    def void(why: str, usage: Usage = NOTHING_USED) -> Ballot:
        return Ballot(voter=voter, cluster=merged, vote=Vote.unsure, void=why, usage=usage)

    prompt = ballot_prompt(merged, file, redaction).model_copy(update={"persona": juror.seat.persona})
    try:
        completion = await juror.model.complete(prompt)
    except ModelError as error:
        return void(str(error), error.usage)
    voter = voter.taken_by(completion.stand_in)
    if completion.stand_in and voter.model in {member.seat.model for member in merged.findings}:
        return void(f"{voter.model}, which made the finding, answered", completion.usage)
    try:
        answer = read_object(completion.text)
        vote = Vote(str(answer.get("vote")).strip().lower())
    except (AnswerError, ValueError) as error:
        return void(f"no vote in the answer: {error}", completion.usage)
    evidence = redaction.reveal(str(answer.get("evidence") or ""))
    reason = str(answer.get("reason") or "")[:500]
    place = merged.representative.location
    if vote is not Vote.unsure and not find_quote(file.lines, evidence, place.start_line if place else 1):
        return void("its evidence is not in the file", completion.usage)
    return Ballot(
        voter=voter,
        cluster=merged,
        vote=vote,
        evidence=redaction.hide(evidence),
        reason=redaction.hide(reason),
        usage=completion.usage,
    )
