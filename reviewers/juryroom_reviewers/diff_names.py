"""File names in the headers of a diff: quoting, prefixes, time stamps."""

import re

NULL = "/dev/null"
"""What git and `diff` call the missing side."""
_PAIRS = {("a", "b"), ("i", "w"), ("c", "i"), ("c", "w"), ("o", "w"), ("1", "2")}
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_CONTROLS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_STAMP = re.compile(r"[ \t]+(?:\d{4}-\d\d-\d\d[ T]\d\d:\d\d\S*.*|\((?:revision \d+|working copy|nonexistent)\))$")


def header_name(field: str) -> str:
    """The name in a header line, without quotes and what follows a tab. What is no UTF-8 is escaped."""
    if quoted := _QUOTED.match(field):
        return _unquote(quoted[1])
    return field.split("\t", 1)[0]


def git_names(rest: str) -> tuple[str, str] | None:
    """Old and new name from what follows `diff --git `, without prefixes; None where blanks make it ambiguous."""
    if quoted := _QUOTED.match(rest):
        old, new = _unquote(quoted[1]), header_name(rest[quoted.end() + 1 :])
    elif rest.endswith('"') and ' "' in rest:
        first, _, second = rest.partition(' "')
        old, new = first, header_name('"' + second)
    else:
        # without quotes only equal names can be told apart; renames name both sides in lines of their own
        middle = len(rest) // 2
        old, new = rest[:middle], rest[middle + 1 :]
        if rest[middle : middle + 1] != " " or (old != new and old.partition("/")[2] != new.partition("/")[2]):
            return None
    return strip_prefixes(old, new)


def plain_names(old: str, new: str) -> tuple[str, str]:
    """Old and new name from the fields of a plain `---` and `+++` line, without prefixes and time stamps."""
    old, new = (_STAMP.sub("", header_name(field)).removeprefix("./") for field in (old, new))
    return strip_prefixes(old, new)


def strip_prefixes(old: str, new: str) -> tuple[str, str]:
    """Both names without `a/` and `b/`, or without whatever two folders were compared."""
    old_head, _, old_tail = old.partition("/")
    new_head, _, new_tail = new.partition("/")
    if old == NULL:
        return old, new_tail if new_head == "b" and new_tail else new
    if new == NULL:
        return old_tail if old_head == "a" and old_tail else old, new
    if old_tail and new_tail and old_head != new_head and (old_tail == new_tail or (old_head, new_head) in _PAIRS):
        return old_tail, new_tail
    return old, new


def _unquote(body: str) -> str:
    def plain(match: re.Match[bytes]) -> bytes:
        code = match[1]
        return bytes([int(code, 8) & 0xFF]) if len(code) > 1 else _CONTROLS.get(code, code)

    return _ESCAPE.sub(plain, body.encode()).decode(errors="backslashreplace")
