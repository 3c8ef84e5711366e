"""From bytes to text, file by file: one old Latin-1 file must not break a review."""

import codecs

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\b\x1b")) + b"\x7f"
_MOST_CONTROLS = 0.02
"""Share of control characters from which on bytes without a NUL are no text either."""


def encoding_of(data: bytes) -> str | None:
    """Name of the codec that reads these bytes as text (and drops a byte order mark); None for binary data."""
    if data.startswith(_UTF16):
        return None if "\0" in data.decode("utf-16", "replace") else "utf-16"
    if b"\0" in data:
        return None
    try:
        data.decode()
    except UnicodeDecodeError:
        controls = len(data) - len(data.translate(None, _CONTROLS))
        return "latin-1" if controls <= _MOST_CONTROLS * len(data) else None
    return "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-8"


def decode(data: bytes) -> str | None:
    """The text of a file: UTF-8, UTF-16 with a byte order mark, else Latin-1; None for binary data."""
    encoding = encoding_of(data)
    return data.decode(encoding, "replace") if encoding else None


def decode_diff(data: bytes) -> str:
    """The text of a diff, each line for itself: the files in it may have different encodings."""
    if data.startswith(_UTF16):  # what PowerShell's `>` writes
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "\n".join(decode(line.replace(b"\0", b"")) or line.decode("latin-1") for line in data.split(b"\n"))
