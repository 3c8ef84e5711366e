import pytest

from juryroom_reviewers.anchor import anchor, find_quote
from juryroom_reviewers.change import FileChange, Hunk, Status
from juryroom_reviewers.context import Symbol
from juryroom_reviewers.finding import Finding, Location, Severity
from tests.reviewers.build import SHOP, added, analyser_seat, claim, context, model_seat, said

LINES = SHOP.splitlines()


@pytest.mark.parametrize(
    ("quote", "span"),
    [
        ("    for price in prices:\n        result += price", (11, 12)),
        ("result += price", (12, 12)),
        ("for  price   in prices:", (11, 11)),
        ("   5 + |      rows = db.execute(f\"SELECT name FROM item WHERE name = '{name}'\")", (5, 5)),
        ("  11   |  for price in prices:\n  12   |      result += price", (11, 12)),
        ("in prices:\n        result += price\n    return res", (11, 13)),
        ("    return [row[0] for row in rows]\ndef total(prices: list[int]) -> int:", (6, 9)),
        ("    for price in prizes:\n        result += price", (11, 12)),
        ("result *= price + tax", None),
        ("", None),
        ("\n\n", None),
    ],
)
def test_a_quote_is_found_where_it_stands_and_nowhere_else(quote: str, span: tuple[int, int] | None) -> None:
    assert find_quote(LINES, quote) == span


def test_of_several_places_the_one_closest_to_the_claimed_line_is_taken() -> None:
    lines = ["x = 1", "call(x)", "x = 2", "call(x)", "x = 3", "call(x)"]
    assert [find_quote(lines, "call(x)", near) for near in (1, 4, 99)] == [(2, 2), (4, 4), (6, 6)]


def test_a_scrap_counts_only_on_the_very_line_that_is_claimed() -> None:
    lines = ["if (a) {", "  b();", "}", "}"]
    assert find_quote(lines, "}", 3) == (3, 3)
    assert find_quote(lines, "}", 1) is None


def test_a_finding_is_placed_by_its_quote_and_not_by_its_line() -> None:
    (item,) = anchor([said(model_seat(), claim(line=9999))], context())
    assert item.location == Location(path="shop.py", start_line=5, end_line=5)
    assert item.in_change


def test_a_path_that_could_mean_two_files_means_none() -> None:
    files = (added("one/shop.py"), added("two/shop.py"))
    (item,) = anchor([said(model_seat(), claim(path="shop.py"))], context(*files))
    assert not item.anchored


@pytest.mark.parametrize("path", ["./shop.py", "a/shop.py", "b/shop.py", "shop.py", "src/shop.py"])
def test_a_path_as_a_diff_prints_it_or_with_an_invented_folder_is_understood(path: str) -> None:
    (item,) = anchor([said(model_seat(), claim(path=path))], context())
    assert item.location == Location(path="shop.py", start_line=5, end_line=5)


@pytest.mark.parametrize(
    "finding",
    [
        claim(path="nofile.py", line=9999),
        claim(quote="os.system(name)"),
        claim(quote=""),
        claim().model_copy(update={"location": None}),
    ],
)
def test_what_is_not_in_the_reviewed_file_is_not_anchored(finding: Finding) -> None:
    (item,) = anchor([said(model_seat(), finding)], context())
    assert not item.anchored
    assert not item.in_change


def test_an_analyser_is_believed_about_its_lines_as_far_as_the_file_goes() -> None:
    inside, outside = claim(quote="", line=13), claim(quote="", line=14)
    first, second = anchor([said(analyser_seat(), inside, outside)], context())
    assert first.location == Location(path="shop.py", start_line=13, end_line=13)
    assert not second.anchored


def test_a_removed_line_is_anchored_where_it_was() -> None:
    rows = (" def pay(user):", "-    check(user)", "     charge()")
    hunk = Hunk(old_start=1, old_count=3, new_start=1, new_count=2, lines=rows)
    file = FileChange(path="pay.py", status=Status.modified, hunks=(hunk,), text="def pay(user):\n    charge()\n")
    finding = claim("The check is gone", "    check(user)", 2, "pay.py")
    (item,) = anchor([said(model_seat(), finding)], context(file))
    assert item.location == Location(path="pay.py", start_line=2, end_line=2)
    assert item.in_change


def test_the_old_name_of_a_renamed_file_leads_to_the_new_one() -> None:
    file = added("new.py").model_copy(update={"old_path": "old.py", "status": Status.renamed})
    (item,) = anchor([said(model_seat(), claim(path="old.py"))], context(file))
    assert item.location == Location(path="new.py", start_line=5, end_line=5)


def test_a_fingerprint_survives_moved_lines_and_changes_with_the_code() -> None:
    def fingerprint(text: str, quote: str) -> str:
        symbol = Symbol(path="shop.py", name="find", start_line=1, end_line=99)
        (item,) = anchor([said(model_seat(), claim(quote=quote))], context(added(text=text), outline=(symbol,)))
        assert item.symbol == "find"
        return item.fingerprint

    quote = claim().quote
    assert fingerprint(SHOP, quote) == fingerprint("\n\n# moved\n" + SHOP, quote)
    assert fingerprint(SHOP, quote) != fingerprint(SHOP, "result += price")


def test_a_finding_outside_the_touched_lines_is_not_in_the_change() -> None:
    hunk = Hunk(old_start=12, old_count=1, new_start=12, new_count=1, lines=("-        x", "+        result += price"))
    file = FileChange(path="shop.py", status=Status.modified, hunks=(hunk,), text=SHOP)
    first, second = anchor([said(model_seat(), claim(), claim(quote="result += price"))], context(file))
    assert (first.anchored, first.in_change) == (True, False)
    assert (second.anchored, second.in_change) == (True, True)
    assert second.finding.severity is Severity.high
