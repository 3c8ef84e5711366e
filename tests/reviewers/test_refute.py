"""Attempts to disprove, with scripted models: they prove the plumbing, and nothing about quality."""

import json
import math

import anyio
import pytest

from juryroom_reviewers.anchor import anchor
from juryroom_reviewers.ballot import Ballot, Juror, Vote, poll
from juryroom_reviewers.change import ChangeSet
from juryroom_reviewers.cluster import Cluster, cluster
from juryroom_reviewers.consensus import agree, refutation_odds
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.decision import blocks
from juryroom_reviewers.finding import Location, Severity
from juryroom_reviewers.model import Completion, ModelError, Prompt
from juryroom_reviewers.persona import Tier
from juryroom_reviewers.refutation import Challenge, Outcome, Refutation
from juryroom_reviewers.refute import refute
from juryroom_reviewers.report import Publication
from juryroom_reviewers.repository import Passage
from juryroom_reviewers.reviewer import Seat
from juryroom_reviewers.testing import ScriptedModel
from tests.changes import edited
from tests.reviewers.build import analyser_seat, claim, context, model_seat, said

RED, GREEN, BLUE = (model_seat(family) for family in ("red", "green", "blue"))
LINE = "rows = db.execute(f\"SELECT name FROM item WHERE name = '{name}'\")"
CALLER = Passage(
    path="api.py", start_line=40, lines=("def handler(name):", "    check_name(name)", "    find(db, name)")
)


class Shelf:
    """A code base of one caller; it remembers what was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def definition(self, symbol: str, path: str | None = None) -> tuple[Passage, ...]:
        self.asked.append(f"definition {symbol} {path}")
        return ()

    async def lines(self, path: str, start: int, end: int) -> tuple[Passage, ...]:
        self.asked.append(f"lines {path} {start}-{end}")
        return ()

    async def search(self, identifier: str) -> tuple[Passage, ...]:
        self.asked.append(f"search {identifier}")
        return (CALLER,)


def says(outcome: str = "refuted", quote: str = LINE, ground: str = "guarded", path: str = "shop.py", **more: object):
    return json.dumps(
        {"reason": "It is bound.", "path": path, "quote": quote, "ground": ground, "outcome": outcome} | more
    )


def on(seat: Seat, *answers: str | ModelError, tier: Tier = Tier.workhorse) -> tuple[Juror, ScriptedModel]:
    model = ScriptedModel(answers, name=str(seat.model), family=str(seat.family))
    return Juror(seat=seat, model=model, tier=tier), model


def merged(*seats: Seat) -> Cluster:
    (only,) = cluster(anchor([said(seat, claim(rationale="A quote ends the literal.")) for seat in seats], context()))
    return only


async def attempt(*answers: str | ModelError, where: ReviewContext | None = None, shelf: Shelf | None = None):
    juror, model = on(GREEN, *answers)
    challenge = Challenge(cluster=merged(RED), supporters=(RED,))
    (result,) = await refute([challenge], [juror], where or context(), shelf or Shelf())
    return result, model


async def test_a_refutation_cites_a_line_that_code_finds() -> None:
    result, _ = await attempt(says())
    assert (result.outcome, result.location) == (
        Outcome.refuted,
        Location(path="shop.py", start_line=5, end_line=5),
    )
    assert (result.reason, result.evidence) == ("It is bound.", LINE)


@pytest.mark.parametrize(
    "ground", ["speculative", "needs_context", "handled_elsewhere_unseen", "unlikely", "none", "?"]
)
async def test_what_is_no_refutation_leaves_the_claim_standing_whatever_it_is_called(ground: str) -> None:
    result, _ = await attempt(says(ground=ground))
    assert result.outcome is Outcome.stands
    assert "refutes nothing" in result.reason


@pytest.mark.parametrize(
    "answer",
    [
        says(quote="name = escape(name)"),
        says("stands", quote="nothing like this"),
        says("maybe"),
        says("need", need=[]),
        "I refuse.",
        ModelError("green:large answered 500 three times"),
    ],
)
async def test_an_answer_without_evidence_or_none_at_all_says_nothing(answer: str | ModelError) -> None:
    result, _ = await attempt(answer)
    assert result.outcome is Outcome.void
    assert refutation_odds(result) == 0
    assert result.reason


async def test_a_refuter_sees_the_claim_its_scenario_and_the_code_and_nobody_else() -> None:
    _, model = await attempt(says("stands"))
    (prompt,) = model.prompts
    assert "SQL injection through name" in prompt.user
    assert "A quote ends the literal." in prompt.user
    assert LINE in prompt.user
    for hidden in ("red", "high", "0.38"):
        assert hidden not in prompt.user
    assert [prompt.user.count(f"{prompt.nonce} {mark}") for mark in ("BEGIN", "END")] == [1, 1]


async def test_it_may_look_things_up_once_and_cite_what_it_was_shown() -> None:
    shelf = Shelf()
    wishes = [
        {"path": None, "symbol": None, "lines": None, "search": "find"},
        {"path": "api.py", "symbol": None, "lines": "10-40000", "search": None},
        {"path": None, "symbol": "Shop.check()", "lines": None, "search": None},
        {"path": None, "symbol": "rm -rf /", "lines": None, "search": "a b"},
        "nonsense",
    ]
    cite = says("refuted", quote="check_name(name)", path="api.py")
    result, model = await attempt(says("need", need=wishes), cite, shelf=shelf)
    assert shelf.asked == ["search find", "lines api.py 10-89", "definition Shop.check None"]
    assert "  41   |      check_name(name)" in model.prompts[1].user
    assert ["need" in (prompt.answer_schema or {})["properties"] for prompt in model.prompts] == [True, False]
    assert result.location == Location(path="api.py", start_line=41, end_line=41)
    assert result.looked_up == ("uses of find", "api.py, lines 10 to 89", "definition of Shop.check")
    assert result.usage.output_tokens == sum(len(text) // 4 for text in (says("need", need=wishes), cite))


async def test_who_has_decided_is_not_asked_again_whatever_else_it_would_like_to_see() -> None:
    wish = [{"path": None, "symbol": "find", "lines": None, "search": None}]
    shelf = Shelf()
    result, model = await attempt(says("stands", need=wish), shelf=shelf)
    assert (len(model.prompts), shelf.asked, result.outcome) == (1, [], Outcome.stands)


async def test_it_gets_no_second_look() -> None:
    wish = says("need", need=[{"path": None, "symbol": "find", "lines": None, "search": None}])
    result, model = await attempt(wish, wish, wish)
    assert len(model.prompts) == 2
    assert result.outcome is Outcome.void


async def test_no_more_is_looked_up_than_is_allowed() -> None:
    shelf = Shelf()
    wishes = [{"path": None, "symbol": f"name{n}", "lines": None, "search": None} for n in range(50)]
    await attempt(says("need", need=wishes), says("stands"), shelf=shelf)
    assert len(shelf.asked) == 4


async def test_the_strongest_of_another_family_is_asked_and_rather_one_that_has_not_voted() -> None:
    cheap, cheap_model = on(GREEN, says("stands"), tier=Tier.economy)
    strong, strong_model = on(BLUE, says("stands"), tier=Tier.frontier)
    sister, sister_model = on(model_seat("red", "privacy"), says("stands"), tier=Tier.frontier)
    challenge = Challenge(cluster=merged(RED), supporters=(RED,))
    await refute([challenge], [sister, cheap, strong], context())
    assert [len(m.prompts) for m in (sister_model, cheap_model, strong_model)] == [0, 0, 1]
    voted = challenge.model_copy(update={"voters": (BLUE,)})
    await refute([voted], [sister, cheap, strong], context())
    assert [len(m.prompts) for m in (sister_model, cheap_model, strong_model)] == [0, 1, 1]


async def test_where_no_other_family_is_left_the_report_can_say_so() -> None:
    juror, model = on(GREEN, says())
    challenge = Challenge(cluster=merged(RED, GREEN), supporters=(RED, GREEN))
    (result,) = await refute([challenge], [juror], context())
    assert (result.outcome, result.refuter, model.prompts) == (Outcome.nobody, None, [])
    assert result.reason == "no model is left of a family that does not support it"


async def test_what_is_not_done_in_time_is_void() -> None:
    class Hangs(ScriptedModel):
        async def complete(self, prompt: Prompt) -> Completion:
            await anyio.sleep_forever()
            return await super().complete(prompt)

    slow = Juror(seat=GREEN, model=Hangs([says()], name="green:large", family="green"))
    challenge = Challenge(cluster=merged(RED), supporters=(RED,))
    (result,) = await refute([challenge], [slow], context(), deadline_s=0.01)
    assert (result.outcome, result.reason) == (Outcome.void, "not done within the deadline")
    (ballot,) = await poll([merged(RED)], [slow], context(), deadline_s=0.01)
    assert (ballot.vote, ballot.void) == (Vote.unsure, "not cast within the deadline")


async def test_no_secret_reaches_a_refuter_not_even_from_a_file_that_did_not_change() -> None:
    secret = "check_name(name)"
    where = context().model_copy(update={"secrets": (secret,)})
    wish = says("need", need=[{"path": None, "symbol": None, "lines": None, "search": "find"}])
    result, model = await attempt(wish, says(quote="<secret-1>", path="api.py"), where=where)
    assert all(secret not in prompt.user for prompt in model.prompts)
    assert result.outcome is Outcome.refuted
    assert secret not in result.model_dump_json(exclude={"cluster"})


async def test_jurors_and_refuters_see_what_the_change_removed_and_may_cite_it() -> None:
    before = "def drop(user, note):\n    if note.owner != user:\n        raise Denied\n    note.remove()\n"
    after = "def drop(user, note):\n    note.remove()\n"
    change = ChangeSet(source="a test", files=(edited("notes.py", before, after),))
    where = ReviewContext(change=change)
    finding = claim("Owner is no longer checked", quote="note.remove()", line=2, path="notes.py")
    (item,) = cluster(anchor([said(RED, finding)], where))
    model = ScriptedModel(['{"evidence": "if note.owner != user:", "reason": "gone", "vote": "confirm"}'])
    (ballot,) = await poll([item], [Juror(seat=GREEN, model=model)], where)
    assert "- |      if note.owner != user:" in model.prompts[0].user
    assert (ballot.vote, ballot.void) == (Vote.confirm, None)


async def test_the_cheap_tiers_vote_first_and_of_each_the_cheaper() -> None:
    answer = json.dumps({"evidence": LINE, "reason": "it is there", "vote": "confirm"})
    seats = [model_seat(family) for family in ("green", "blue", "grey", "white")]
    tiers = [Tier.frontier, Tier.economy, Tier.workhorse, Tier.economy]
    jurors = [on(seat, answer, tier=tier)[0] for seat, tier in zip(seats, tiers, strict=True)]
    ballots = await poll([merged(RED)], jurors, context(), jurors_each=3)
    assert {ballot.voter.family for ballot in ballots} == {"blue", "white", "grey"}


def outcome(kind: Outcome) -> Refutation:
    place = Location(path="shop.py", start_line=5, end_line=5)
    return Refutation(cluster=merged(RED), outcome=kind, refuter=GREEN, reason="It is bound.", location=place)


def test_a_failed_attempt_raises_the_probability_a_refutation_lowers_it_and_is_dissent() -> None:
    reviews = [said(RED, claim(rationale="A quote ends the literal."))]
    plain = agree(merged(RED), (), reviews)
    assert plain.probability is not None
    odds = math.log(plain.probability / (1 - plain.probability))

    def after(kind: Outcome) -> float:
        p = agree(merged(RED), (), reviews, (outcome(kind),)).probability
        assert p is not None
        return math.log(p / (1 - p)) - odds

    assert after(Outcome.stands) == pytest.approx(math.log(0.85 / 0.25))
    assert after(Outcome.refuted) == pytest.approx(math.log(0.15 / 0.75))
    assert after(Outcome.void) == after(Outcome.nobody) == pytest.approx(0)
    (dissent,) = agree(merged(RED), (), reviews, (outcome(Outcome.refuted),)).dissent
    assert (dissent.seat.family, dissent.reason) == ("green", "shop.py:5: It is bound.")


def test_a_model_that_voted_and_then_refuted_has_one_opinion() -> None:
    reviews = [said(RED, claim(rationale="A quote ends the literal."))]
    voted = Ballot(voter=GREEN, cluster=merged(RED), vote=Vote.reject, reason="no")
    alone = agree(merged(RED), (), reviews, (outcome(Outcome.refuted),))
    both = agree(merged(RED), (voted,), reviews, (outcome(Outcome.refuted),))
    assert (both.probability, both.dissent) == (alone.probability, alone.dissent)
    void = agree(merged(RED), (voted,), reviews, (outcome(Outcome.void),))
    assert [dissent.reason for dissent in void.dissent] == ["no"]


@pytest.mark.parametrize(
    ("supporters", "tried", "expected"),
    [
        ((RED,), None, False),
        ((RED,), Outcome.stands, True),
        ((RED,), Outcome.void, False),
        ((RED,), Outcome.nobody, False),
        ((RED, GREEN, BLUE), None, True),
        ((RED, GREEN, BLUE), Outcome.nobody, True),
        ((RED, GREEN, BLUE), Outcome.refuted, False),
        ((RED, analyser_seat()), None, True),
        ((RED, analyser_seat()), Outcome.refuted, True),
    ],
)
def test_models_words_block_only_if_an_attempt_to_disprove_them_has_failed(
    supporters: tuple[Seat, ...], tried: Outcome | None, *, expected: bool
) -> None:
    item = agree(merged(*supporters), (), [], (outcome(tried),) if tried else ())
    item = item.model_copy(update={"probability": 0.9, "refutation": outcome(tried) if tried else None})
    assert item.cluster.severity is Severity.high
    assert blocks(item, Publication.published) is expected
    assert not blocks(item.model_copy(update={"probability": 0.84}), Publication.published)


async def test_voters_and_refuters_have_the_version_of_the_words_that_they_judge_by() -> None:
    juror, _ = on(GREEN.model_copy(update={"version": "review"}), says("stands"))
    (ballot,) = await poll([merged(RED)], [juror], context())
    (tried,) = await refute([Challenge(cluster=merged(RED), supporters=(RED,))], [juror], context())
    assert tried.refuter is not None
    versions = (ballot.voter.version, tried.refuter.version)
    assert [version.partition("-")[0] for version in versions] == ["ballot", "refute"]
