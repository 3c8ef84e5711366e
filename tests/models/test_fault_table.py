"""The page of faults says what is tested, no more and no less."""

from tests.models.fault_table import PAGE, page, rows


def test_the_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.models.fault_table"


def test_every_case_has_a_test_through_both_sdks():
    whole = {number for number, _, through in rows() if all(through)}
    assert whole == set(range(1, 29))
