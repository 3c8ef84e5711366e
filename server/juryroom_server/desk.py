"""Where feedback is given, taken back and looked up: the command line and the MCP server come here."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from juryroom_reviewers.finding import Severity
from juryroom_reviewers.report import Publication
from juryroom_reviewers.value import Value

from . import git
from .history import learn_from_git
from .ledger import feedback, findings
from .ledger.accounts import project_of
from .ledger.address import Address, find_address
from .ledger.feedback import Judge, Judgement, Label
from .ledger.opening import WAIT_S
from .ledger.store import Store, transaction
from .ledger.stored import StoredFinding

ONE_IN = 50
"""Of so many findings that were held back one is to be judged: else only what was shown would be learnt from."""
_SEEN = (Publication.published, Publication.human_look, Publication.dismissed)


class Entry(Value):
    """A finding in short, and what was said of it."""

    id: str
    judgement: Judgement | None = None
    """None: nobody has judged it."""
    why: str | None = None
    judge: Judge | None = None
    made_at: datetime | None = None
    undone: bool = False
    """True when it was taken back; it is listed all the same."""
    path: str | None
    start_line: int | None
    severity: Severity
    category: str
    title: str
    rationale: str = ""
    """Only of what is to be judged."""


class Desk(Value):
    """The feedback on one repository."""

    address: Address
    project: str
    root: Path
    repository: bool

    def find(self, finding: str) -> tuple[StoredFinding, tuple[Label, ...]]:
        """A finding, and what was ever said of it, newest first.

        Raises:
            FeedbackError: when it is not kept.
            LedgerError: when the ledger can't be used.
        """
        with self._open() as store:
            kept = findings.read(store, self.project, [finding]) if store else ()
            if not kept or store is None:
                raise feedback.unknown(finding)
            said = tuple(label for label in feedback.labels(store, self.project) if label.finding == finding)
        return kept[0], said

    def give(self, finding: str, judgement: Judgement, judge: Judge, why: str | None = None) -> Entry:
        """Judge a finding.

        Raises:
            FeedbackError: when it is not kept.
            LedgerError: when the ledger can't be used.
        """
        with self._open() as store:
            if store is None:
                raise feedback.unknown(finding)
            label = feedback.give(store, self.project, finding, judgement, judge, datetime.now(UTC), why)
            return _entry(findings.read(store, self.project, [finding])[0], label)

    def undo(self, finding: str) -> Entry:
        """Take the newest judgement of a finding back.

        Raises:
            FeedbackError: when there is none.
            LedgerError: when the ledger can't be used.
        """
        with self._open() as store:
            if store is None:
                raise feedback.unknown(finding)
            label = feedback.undo(store, self.project, finding, datetime.now(UTC))
            return _entry(findings.read(store, self.project, [finding])[0], label)

    def given(self) -> tuple[Entry, ...]:
        """Everything that was ever said, newest first.

        Raises:
            LedgerError: when the ledger can't be used.
        """
        with self._open() as store:
            said = feedback.labels(store, self.project) if store else ()
            kept = findings.read(store, self.project, {label.finding for label in said}) if store and said else ()
        by_id = {one.id: one for one in kept}
        return tuple(_entry(by_id[label.finding], label) for label in said if label.finding in by_id)

    def last_shown(self) -> tuple[StoredFinding, ...]:
        """What the newest review that found something has shown, or would have without its cap.

        Raises:
            LedgerError: when the ledger can't be used.
        """
        with self._open() as store:
            kept = findings.read(store, self.project) if store else ()
        shown = (Publication.published, Publication.human_look, Publication.over_cap)
        return tuple(one for one in kept if one.run == kept[0].run and one.publication in shown)

    def to_judge(self) -> tuple[Entry, ...]:
        """Findings that were held back, chosen by their ids alone: about 2 %, always the same ones.

        Raises:
            LedgerError: when the ledger can't be used.
        """
        with self._open() as store:
            if store is None:
                return ()
            judged = {label.finding for label in feedback.labels(store, self.project) if label.undone_at is None}
            kept = findings.read(store, self.project)
        chosen = (one for one in kept if one.publication not in _SEEN and one.id not in judged and is_chosen(one.id))
        return tuple(_entry(one, None) for one in chosen)

    def scan(self) -> int:
        """Compare all findings that nobody judged with the present commit; the number of those that were fixed.

        Raises:
            LedgerError, GitError: when one of the two can't be used.
        """
        if not self.repository or not self._begun:
            return 0
        return learn_from_git(self.address, self.project, self.root, wait_s=WAIT_S)

    @contextmanager
    def _open(self) -> Iterator[Store | None]:
        """The ledger; None where there is none yet, since asking is no reason to begin one."""
        if not self._begun:
            yield None
            return
        with transaction(self.address) as store:
            yield store

    @property
    def _begun(self) -> bool:
        return self.address.file is None or self.address.file.exists()


def open_desk(folder: Path, environ: Mapping[str, str]) -> Desk:
    """The desk of the repository around a folder.

    Raises:
        LedgerError: when the environment names no database that could serve.
        GitError: when git can't be asked.
    """
    top = git.repository_root(folder)
    root = top or folder.resolve()
    return Desk(address=find_address(environ), project=project_of(root), root=root, repository=top is not None)


def is_chosen(finding: str) -> bool:
    """Whether a finding is among those that are offered for labelling when they were held back."""
    return int.from_bytes(hashlib.sha256(finding.encode()).digest()[:4], "big") % ONE_IN == 0


def _entry(finding: StoredFinding, label: Label | None) -> Entry:
    about = Entry(
        id=finding.id,
        path=finding.path,
        start_line=finding.start_line,
        severity=finding.severity,
        category=finding.category,
        title=finding.title,
    )
    if label is None:
        return about.model_copy(update={"rationale": finding.rationale})
    said = {"judgement": label.judgement, "why": label.why, "judge": label.judge, "made_at": label.made_at}
    return about.model_copy(update=said | {"undone": label.undone_at is not None})
