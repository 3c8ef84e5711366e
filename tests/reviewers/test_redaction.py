from hypothesis import given
from hypothesis import strategies as st

from juryroom_reviewers.redaction import Redaction


def test_a_secret_gives_way_to_a_placeholder_and_comes_back() -> None:
    redaction = Redaction(["hunter2hunter2", "hunter2"])
    hidden = redaction.hide("a = 'hunter2hunter2'\nb = 'hunter2'\n")
    assert hidden == "a = '<secret-1>'\nb = '<secret-2>'\n"
    assert redaction.reveal(hidden) == "a = 'hunter2hunter2'\nb = 'hunter2'\n"


def test_a_secret_of_several_lines_is_hidden_wherever_its_lines_stand() -> None:
    redaction = Redaction(["-----BEGIN KEY-----\nMIIEabcdef\nxyz\n-----END KEY"])
    listing = "  1 + |  -----BEGIN KEY-----\n  2 + |  MIIEabcdef\n  3 + |  xyz"
    assert redaction.hide(listing) == "  1 + |  <secret-1>\n  2 + |  <secret-2>\n  3 + |  xyz"


def test_a_placeholder_that_is_none_of_ours_stays_as_it_is() -> None:
    assert Redaction(["hunter2"]).reveal("<secret-9> <secret-1>") == "<secret-9> hunter2"


@given(st.lists(st.text(alphabet="abcXYZ123-_.*(\\", min_size=6, max_size=20), max_size=5), st.text(max_size=50))
def test_no_secret_is_left_and_lines_stay_lines(secrets: list[str], noise: str) -> None:
    redaction = Redaction(secrets)
    text = f"\n{noise}\n".join(["", *secrets, ""])
    hidden = redaction.hide(text)
    assert not any(secret.strip() in hidden for secret in secrets if len(secret.strip()) >= 6)
    assert hidden.count("\n") == text.count("\n")
