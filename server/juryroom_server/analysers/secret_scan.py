"""Secrets in the lines that the change added, in any text file. A secret itself is never repeated."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import anyio
import anyio.to_thread

from juryroom_reviewers.change import FileChange, Skipped
from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.finding import Finding, Severity
from juryroom_reviewers.reviewer import Method, Review, Seat
from juryroom_reviewers.scope import secret_file

from .claim import Note, broken, claim, reviewed
from .language import is_test
from .secret_kinds import (
    ASSIGNED,
    ASSIGNED_BARE,
    ASSIGNED_ELEMENT,
    BARE_FILES,
    KINDS,
    PROSE,
    Kind,
    entropy,
    is_made_up,
    is_placeholder,
    is_plain,
)
from .tree import Workspace, under_review

VERSION = "1"
MAX_BYTES = 2_000_000
PASSWORD_ENTROPY = 2.3
TOKEN_ENTROPY = 3.2
TOKEN_LENGTH = 16
LOOSE = frozenset({"url-password", "connection-string"})


@dataclass(frozen=True)
class SecretScan:
    """The seat of the secret scanner."""

    workspace: Workspace

    @cached_property
    def seat(self) -> Seat:
        """Who this is."""
        return Seat(name="secrets", method=Method.lexical, categories=("security",), version=VERSION)

    async def review(self, context: ReviewContext) -> Review:
        """Read every file of the change that has a new version, whatever its language, and those made for secrets."""
        del context  # the workspace holds the same change
        change = self.workspace.change
        files = [file for file in (*change.files, *change.private) if file.text]
        if not files:
            return Review(seat=self.seat, abstained="no file with a new version")
        large = tuple(
            Skipped(path=file.path, reason=f"larger than {MAX_BYTES / 1e6:g} MB")
            for file in files
            if len(file.text or "") > MAX_BYTES
        )
        findings: list[Finding] = []
        limit = self.workspace.limits.wall_s
        with anyio.move_on_after(limit) as scope:
            for file in files:
                if len(file.text or "") <= MAX_BYTES:
                    # a thread, file by file: the event loop stays free, and a deadline is met at the next file
                    findings += await anyio.to_thread.run_sync(partial(self._findings, file))
        if scope.cancelled_caught:
            return broken(self.seat, f"secrets was not done within {limit:g} s and was stopped; review fewer files")
        return reviewed(self.seat, findings, unread=large)

    def _findings(self, file: FileChange) -> list[Finding]:
        return list(self._scan(file))

    def _scan(self, file: FileChange) -> Iterator[Finding]:
        text = file.text or ""
        lines = under_review(file)
        starts = [0, *(match.end() for match in re.finditer("\n", text))]
        taken: set[int] = set()
        for start, rule, note, _ in _found(file, text):
            line = bisect_right(starts, start)
            # one finding a line: the first kind is the most specific
            if line in taken or (lines is not None and line not in lines):
                continue
            taken.add(line)
            if found := claim(self.seat, file, (line, line), rule, note, quote_lines=0):
                yield found


KEY_BLOCK = re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----.{1,20000}?-----END", re.DOTALL)
"""A whole private key, of which the rule only needs the head."""


def secrets_of(files: Iterable[FileChange]) -> tuple[str, ...]:
    """All strings that are taken for secrets in the new and the old version of files, for keeping them from others."""
    found: dict[str, None] = {}
    for file in files:
        for text in (file.text, file.before):
            if text and len(text) <= MAX_BYTES:
                found |= dict.fromkeys(secret for _, _, _, secret in _found(file, text))
                if "PRIVATE KEY" in text:
                    found |= dict.fromkeys(match[0] for match in KEY_BLOCK.finditer(text))
    return tuple(found)


def _found(file: FileChange, text: str) -> Iterator[tuple[int, str, Note, str]]:
    """Place, rule, words and value of each secret."""
    for kind in KINDS:
        if not any(hint in text for hint in kind.hints):
            continue
        for match in kind.pattern.finditer(text):
            group = "secret" if "secret" in kind.pattern.groupindex else 0
            secret = match[group]
            if entropy(secret) >= kind.entropy and not _excused(kind, secret):
                note = _note(kind.name, kind.severity, secret[: kind.shown])
                yield match.start(group), kind.rule, note, secret
    if is_test(file.path) or PROSE.search(file.path):
        return  # made-up passwords are what tests and manuals are full of
    for pattern in _assignments(file.path):
        for match in pattern.finditer(text):
            if _looks_secret(match.groupdict().get("kind", match[0]), match["secret"]):
                yield match.start("secret"), "assigned-secret", _note("Password or key", "high", ""), match["secret"]


def _assignments(path: str) -> tuple[re.Pattern[str], ...]:
    """How such a file says that a name has a value."""
    if BARE_FILES.search(path) or secret_file(path):
        return (ASSIGNED, ASSIGNED_BARE)
    return (ASSIGNED, ASSIGNED_ELEMENT) if path.endswith((".xml", ".config", ".plist")) else (ASSIGNED,)


def _excused(kind: Kind, secret: str) -> bool:
    """Without a shape of its own (a password in a URL), whatever looks like a placeholder is taken for one."""
    return is_made_up(secret) or (kind.rule in LOOSE and is_placeholder(secret))


def _looks_secret(assignment: str, value: str) -> bool:
    if is_placeholder(value) or is_plain(value):
        return False
    if re.match(r"(?i)pass|pwd", assignment):
        return entropy(value) >= PASSWORD_ENTROPY
    return len(value) >= TOKEN_LENGTH and any(map(str.isdigit, value)) and entropy(value) >= TOKEN_ENTROPY


def _note(name: str, severity: str, shown: str) -> Note:
    begins = f" (it begins with {shown})" if shown else ""
    return Note(
        title=f"{name} stands in the file",
        category="security",
        severity=Severity(severity),
        cwe="CWE-798",
        why=f"Everybody who can read the repository, or an old copy of it, can use it{begins}. "
        "Removing it in a later change does not take it out of the history.",
        instead="Replace it at its issuer, and read the new one from the environment or a secret store.",
    )
