"""Outside text made harmless to look at: what a terminal would obey, and what nobody would see, becomes visible."""

import re

_INVISIBLE = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls, but for tab and line feed: ESC, CSI, CR, BS, BEL
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # soft hyphen, joiners, fillers, Arabic mark
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # zero width, line separators, bidi, byte order mark
    "\ufe00-\ufe0d\U000e0000-\U000e0fff"  # variation selectors and tags: they can carry a hidden message
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\ufff0-\ufffb\U000110bd\U000110cd"  # the other format characters
    "\U00013430-\U0001345f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\ud800-\udfff"  # half a character: can't be encoded
)
HOSTILE = re.compile(f"[{_INVISIBLE}]")
"""One character that must not reach a reader as it is. Tab and line feed are not among them."""

_PRESENTATION = str.maketrans("", "", "\ufe0e\ufe0f")
"""Emoji or text style. Dropped: they are in every other answer of a model, and terminals disagree on their width."""

_ANYWHERE = re.compile(r"(##(?:vso)?)(?=\[)", re.IGNORECASE)
"""What the runners of GitHub (in its old form) and Azure obey wherever in a line it stands."""
_AT_START = re.compile(r"^(\s*)(?=::)")
"""What GitHub's runner obeys at the beginning of a line, whose leading blanks it passes over."""

TAB_COLUMNS = 4


def visible(text: str) -> str:
    """The text with `<U+202E>` in place of each control, bidi or invisible character; lines stay lines.

    A backslash breaks `##[` and `##vso[`, since a log may be read by a runner that obeys them.
    """
    return _ANYWHERE.sub(r"\1\\", HOSTILE.sub(_name, text.replace("\r\n", "\n").translate(_PRESENTATION)))


def command_at(row: str) -> int | None:
    """Where in an output line a `::` stands that a runner would obey; None where none does.

    Only who lays out the lines knows which begins with it, so that is not for `visible` to mend.
    """
    found = _AT_START.match(row)
    return found.end() if found else None


def unarmed(row: str) -> str:
    """An output line with a backslash before the `::` that a runner would obey."""
    return _AT_START.sub(r"\1\\", row)


def block(text: str) -> str:
    """Visible text of several lines, without tabs, blank lines around it, or spaces at line ends."""
    return "\n".join(row.rstrip() for row in visible(text).expandtabs(TAB_COLUMNS).split("\n")).strip("\n")


def source(text: str) -> list[str]:
    """Lines of visible code, the first of them kept even when it is blank: its number is known."""
    rows = [row.rstrip() for row in visible(text).expandtabs(TAB_COLUMNS).rstrip().split("\n")]
    return rows if any(rows) else []


def line(text: str, limit: int = 300) -> str:
    """Visible text on one line, of at most `limit` characters."""
    return clip(" ".join(visible(text).split()), limit)


def path(name: str) -> str:
    """A path on one line, otherwise letter by letter: its spaces are part of it."""
    return visible(name).replace("\t", "<U+0009>").replace("\n", "<U+000A>")


def clip(text: str, limit: int) -> str:
    """The text, cut to `limit` characters with an ellipsis as the last of them when it is longer."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _name(match: re.Match[str]) -> str:
    return f"<U+{ord(match[0]):04X}>"
