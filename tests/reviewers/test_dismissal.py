"""What was dismissed stays dismissed, and nothing else does."""

from juryroom_reviewers.anchor import anchor
from juryroom_reviewers.change import FileChange
from juryroom_reviewers.cluster import cluster
from juryroom_reviewers.consensus import Agreement, agree
from juryroom_reviewers.context import ReviewContext, Symbol
from juryroom_reviewers.decision import Bar, blocks, publish
from juryroom_reviewers.dismissal import Dismissal, dismiss
from juryroom_reviewers.finding import Finding
from juryroom_reviewers.report import Publication
from juryroom_reviewers.reviewer import Seat
from tests.reviewers.build import SHOP, added, analyser_seat, claim, context, model_seat, said

SYMBOLS = (
    Symbol(path="shop.py", name="find", start_line=4, end_line=6),
    Symbol(path="shop.py", name="total", start_line=9, end_line=13),
)
RED, RUFF = model_seat(), analyser_seat()
EDITED = SHOP.replace("rows = db.execute", "found = db.execute")
WHY = "name reaches the statement unescaped, so a quote in it ends the literal"
INJECTION = claim(rationale=WHY)
REWORDED = claim(
    "Injection of SQL through the name", 'found = db.execute(f"SELECT', rationale="a quote in name ends the literal"
)


def weighed(*findings: Finding, seat: Seat = RED, text: str = SHOP) -> tuple[Agreement, ...]:
    about: ReviewContext = context(file(text), outline=SYMBOLS)
    reviews = [said(seat, *findings)]
    return tuple(agree(merged, (), reviews) for merged in cluster(anchor(reviews, about)))


def file(text: str) -> FileChange:
    return added(text=text)


def dismissed(item: Agreement) -> Dismissal:
    first = item.cluster.representative
    rules = [f"{member.seat.name}/{member.finding.rule}" for member in item.cluster.findings if member.finding.rule]
    return Dismissal(
        id="jr-1",
        fingerprint=first.fingerprint,
        path="shop.py",
        symbol=first.symbol,
        category=first.finding.category,
        cwe=item.cluster.cwe,
        rule=rules[0] if rules else f"{first.finding.category}/general",
        title=first.finding.title,
        rationale=first.finding.rationale,
        reason="rejected: it is escaped upstream",
    )


def covered(items: tuple[Agreement, ...], *dismissals: Dismissal) -> list[bool]:
    return [item.dismissed is not None for item in dismiss(items, dismissals)]


def test_the_same_code_again_is_covered_wherever_it_moved() -> None:
    (item,) = weighed(INJECTION)
    assert covered(weighed(INJECTION, text=SHOP.replace("import sqlite3\n", "import sqlite3\n\n\n")), dismissed(item))


def test_other_words_of_the_same_meaning_in_the_same_definition_are_covered() -> None:
    (item,) = weighed(INJECTION)
    assert covered(weighed(REWORDED, text=EDITED), dismissed(item)) == [True]


def test_another_defect_in_the_same_definition_is_not() -> None:
    (item,) = weighed(INJECTION)
    other = claim("the connection is never closed", "return [row[0] for row in rows]", 6, rationale="handles leak")
    assert covered(weighed(other), dismissed(item)) == [False]


def test_the_same_words_elsewhere_are_not() -> None:
    (item,) = weighed(INJECTION)
    elsewhere = claim(quote="result += price", line=12, rationale=WHY)
    assert covered(weighed(elsewhere), dismissed(item)) == [False]


def test_another_defect_of_the_same_line_is_not() -> None:
    (item,) = weighed(INJECTION)
    other = claim("the table may be missing, which nobody handles", cwe="CWE-755", rationale="an exception escapes")
    assert covered(weighed(other), dismissed(item)) == [False]


def test_a_second_defect_of_the_same_kind_beside_a_dismissed_one_is_shown() -> None:
    twice = SHOP.replace(
        "    return [row", "    other = db.execute(f\"DELETE FROM item WHERE name = '{name}'\")\n    return [row"
    )
    second = claim(quote="other = db.execute(f\"DELETE FROM item WHERE name = '{name}'\")", line=6, rule="S608")
    first = claim(rule="S608")
    (item,) = weighed(first, seat=RUFF)
    both = weighed(first, second, seat=RUFF, text=twice)
    assert sorted(covered(both, dismissed(item))) == [False, True]
    (marked,) = (item for item in dismiss(both, [dismissed(item)]) if item.dismissed)
    assert marked.cluster.representative.finding.quote == first.quote


def test_an_analysers_finding_whose_code_was_edited_is_covered_by_its_rule() -> None:
    (item,) = weighed(claim(rule="S608"), seat=RUFF)
    edited = claim(quote='found = db.execute(f"SELECT', rule="S608")
    assert covered(weighed(edited, seat=RUFF, text=EDITED), dismissed(item)) == [True]
    other = edited.model_copy(update={"rule": "S105"})
    assert covered(weighed(other, seat=RUFF, text=EDITED), dismissed(item)) == [False]


def test_what_is_dismissed_is_held_back_and_blocks_nothing() -> None:
    (item,) = weighed(INJECTION)
    (marked,) = dismiss([item.model_copy(update={"probability": 0.99})], [dismissed(item)])
    ((_, publication),) = publish([marked], Bar())
    assert publication is Publication.dismissed
    assert not publication.shown
    assert not blocks(marked, publication)
