"""Findings and feedback in either database."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from juryroom_reviewers.finding import Severity
from juryroom_reviewers.report import Publication
from juryroom_reviewers.reviewer import Method
from juryroom_reviewers.terms import Term
from juryroom_reviewers.track_record import Counts, Stand, Voter, tally
from juryroom_server.ledger import feedback, findings
from juryroom_server.ledger.database import Database
from juryroom_server.ledger.feedback import FeedbackError, Judge, Judgement
from juryroom_server.ledger.migrations import MIGRATIONS
from juryroom_server.ledger.store import transaction
from juryroom_server.ledger.stored import Anchor, StoredFinding

from .material import Place

NOW = datetime(2030, 1, 31, 12, tzinfo=UTC)
RED = Voter(reviewer="red:large", persona="security", family="red", method=Method.model, version="1", stand=Stand.made)
BLUE = RED.model_copy(update={"reviewer": "blue:large", "family": "blue", "stand": Stand.silent})


def kept(number: int = 1, **fields: Any) -> StoredFinding:
    return StoredFinding(
        **{
            "id": f"jr-{number:010x}",
            "fingerprint": f"{number:064x}:1",
            "run": "run",
            "source": "index against HEAD",
            "first_seen": NOW,
            "seen_at": NOW,
            "path": "shop.py",
            "start_line": 6,
            "end_line": 6,
            "symbol": "find",
            "title": "query is put together\0from \ud800 input",
            "category": "security",
            "severity": Severity.high,
            "cwe": "CWE-89",
            "rule": "ruff/S608",
            "rationale": "name reaches execute() unescaped",
            "probability": 0.7,
            "threshold": 0.4,
            "terms": (Term(name="base rate", log_odds=0.85, words="so it is"),),
            "publication": Publication.published,
            "dismissal": None,
            "blocking": False,
            "supporters": (),
            "dissent": (),
            "voters": (RED,),
            "anchor": Anchor(revision="a" * 40, path="shop.py", start_line=6, end_line=6, lines=("0123abcd",)),
        }
        | fields
    )


def test_what_is_kept_is_read_again_whatever_characters_are_in_it(place: Place):
    many = [kept(number) for number in range(450)]
    with transaction(place.address) as store:
        findings.keep(store, "here", many)
    with transaction(place.address) as store:
        assert set(findings.read(store, "here")) == set(many)
        assert findings.read(store, "here", [many[3].id, many[420].id, "jr-none"]) == (many[3], many[420])
        assert findings.read(store, "elsewhere") == ()


def test_a_ledger_of_before_gets_the_tables_and_the_books_open_it_too(place: Place):
    Database(place.address, MIGRATIONS[:1]).close()
    with transaction(place.address) as store:
        findings.keep(store, "here", [kept()])
    books = place.books()
    assert books.forget() == 0
    books.database.close()


def test_another_sighting_takes_the_place_of_the_first_and_adds_who_saw_it(place: Place):
    later = NOW + timedelta(days=1)
    again = kept(
        seen_at=later, first_seen=later, probability=0.9, voters=(BLUE, RED.model_copy(update={"stand": Stand.silent}))
    )
    with transaction(place.address) as store:
        findings.keep(store, "here", [kept()])
        findings.keep(store, "here", [again])
        (found,) = findings.read(store, "here")
    assert (found.first_seen, found.seen_at, found.probability) == (NOW, later, 0.9)
    assert set(found.voters) == {RED, BLUE}


def test_a_judged_finding_keeps_what_was_judged(place: Place):
    with transaction(place.address) as store:
        findings.keep(store, "here", [kept()])
        feedback.give(store, "here", kept().id, Judgement.rejected, Judge.user, NOW)
        findings.keep(store, "here", [kept(title="another", voters=(BLUE,), publication=Publication.dismissed)])
        (found,) = findings.read(store, "here")
    assert (found.title, found.voters, found.publication) == (kept().title, (RED,), Publication.dismissed)


def test_the_newest_word_counts_until_it_is_undone_and_the_one_before_counts_again(place: Place):
    one = kept().id

    def said() -> list[tuple[str, str]]:
        return [(label.judgement, label.judge) for _, label in feedback.standing(store, "here")]

    with transaction(place.address) as store:
        findings.keep(store, "here", [kept()])
        feedback.give(store, "here", one, Judgement.accepted, Judge.git, NOW, "its lines are changed")
        feedback.give(store, "here", one, Judgement.wontfix, Judge.user, NOW + timedelta(hours=1), "  \0so what ")
        assert said() == [("wontfix", "user")]
        (dismissal,) = feedback.dismissals(feedback.standing(store, "here"))
        assert dismissal.reason == f"wontfix on 2030-01-31 as {one}: \N{REPLACEMENT CHARACTER}so what"
        assert feedback.undo(store, "here", one, NOW).judgement is Judgement.wontfix
        assert said() == [("accepted", "git")]
        feedback.undo(store, "here", one, NOW)
        assert said() == []
        with pytest.raises(FeedbackError, match="no feedback to undo"):
            feedback.undo(store, "here", one, NOW)
        assert [label.undone_at for label in feedback.labels(store, "here")] == [NOW, NOW]


def test_feedback_on_what_is_not_kept_is_refused_and_nothing_is_written(place: Place):
    def give() -> None:
        with transaction(place.address) as store:
            findings.keep(store, "here", [kept()])
            feedback.give(store, "here", "jr-1", Judgement.accepted, Judge.user, NOW)

    with pytest.raises(FeedbackError, match=r"no finding 'jr-1'"):
        give()
    with transaction(place.address) as store:
        assert findings.read(store, "here") == ()


def test_labels_become_a_track_record_that_halves_in_ninety_days(place: Place):
    with transaction(place.address) as store:
        findings.keep(store, "here", [kept(number, voters=(RED, BLUE)) for number in range(3)])
        findings.keep(store, "there", [kept()])
        for project, number, judgement, age in (
            ("here", 0, Judgement.accepted, 0),
            ("here", 1, Judgement.wontfix, 90),
            ("here", 2, Judgement.rejected, 0),
            ("there", 1, Judgement.rejected, 0),
        ):
            feedback.give(store, project, kept(number).id, judgement, Judge.user, NOW - timedelta(days=age))
        record = tally(feedback.labelled(feedback.standing(store, "here"), NOW))
    whose = {"persona": "security", "version": "1", "category": "security"}
    assert record.counts == (
        Counts(reviewer="blue:large", family="blue", **whose, silent_true=1.5, silent_false=1),
        Counts(reviewer="red:large", family="red", **whose, made_true=1.5, made_false=1, made_wanted=1),
    )


def test_git_is_asked_once_for_each_commit_and_never_for_what_was_judged(place: Place):
    ids = [kept(number).id for number in range(4)]

    def waiting(head: str) -> list[str]:
        return sorted(finding.id for finding in findings.unjudged(store, "here", head, 9))

    with transaction(place.address) as store:
        findings.keep(store, "here", [*(kept(number) for number in range(4)), kept(9, anchor=None)])
        assert waiting("a" * 40) == []  # where they were found
        feedback.give(store, "here", ids[0], Judgement.rejected, Judge.user, NOW)
        feedback.give(store, "here", ids[1], Judgement.accepted, Judge.git, NOW)
        feedback.undo(store, "here", ids[1], NOW)
        assert waiting("b" * 40) == ids[2:]
        findings.checked(store, "here", ids[2:3], "b" * 40)
        assert waiting("b" * 40) == ids[3:]
        assert waiting("c" * 40) == ids[2:]


def test_old_findings_are_forgotten_with_their_feedback(place: Place):
    with transaction(place.address) as store:
        findings.keep(store, "here", [kept(1, seen_at=NOW - timedelta(days=400)), kept(2)])
        for number in (1, 2):
            feedback.give(store, "here", kept(number).id, Judgement.accepted, Judge.user, NOW)
        findings.forget_old(store, NOW, 365)
        assert [finding.id for finding in findings.read(store, "here")] == [kept(2).id]
        assert [label.finding for label in feedback.labels(store, "here")] == [kept(2).id]
        assert findings.forget(store, before=None) == 1
        assert feedback.labels(store, "here") == ()
