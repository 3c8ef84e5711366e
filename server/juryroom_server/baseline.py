"""What a team has decided to live with: a file of findings in the repository, each with the reason."""

import json
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from juryroom_reviewers.dismissal import Dismissal
from juryroom_reviewers.failure import Failure
from juryroom_reviewers.value import Value

from .ledger.stored import StoredFinding

FILE = ".juryroom/baseline.json"
SCHEMA_VERSION = "1"


class BaselineError(Failure):
    """The baseline can't be read or written. The message says what is wrong with it."""


class Accepted(Value):
    """One finding that is not to be shown again. No code and no line number: it stays when lines move."""

    id: str
    fingerprint: str
    path: str | None
    symbol: str | None = None
    category: str
    cwe: str | None = None
    rule: str = ""
    title: str
    rationale: str = ""
    why: str


class Baseline(Value):
    """The file."""

    schema_version: str = SCHEMA_VERSION
    findings: tuple[Accepted, ...] = ()

    @property
    def dismissals(self) -> tuple[Dismissal, ...]:
        """As reviews take them."""
        return tuple(
            Dismissal(**one.model_dump(exclude={"why"}), reason=f"in {FILE} as {one.id}: {one.why}")
            for one in self.findings
        )


def parse(text: str | None) -> Baseline:
    """The baseline from its text; an empty one where there is no file.

    Raises:
        BaselineError: when it is not in the format.
    """
    if text is None:
        return Baseline()
    try:
        return Baseline.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise BaselineError(f"{FILE}: {where}: {first['msg']}; mend it, or take it from git") from error


def accept(baseline: Baseline, findings: Iterable[StoredFinding], why: str) -> Baseline:
    """The baseline with these findings in it; one that is in it already gets the new reason."""
    kept = {one.id: one for one in baseline.findings}
    for finding in findings:
        same = {name: getattr(finding, name) for name in Accepted.model_fields if name not in ("why", "fingerprint")}
        kept[finding.id] = Accepted(**same, fingerprint=finding.fingerprint.partition(":")[0], why=why)
    # by place, so that two branches seldom add at the same line
    return Baseline(findings=tuple(sorted(kept.values(), key=lambda one: (one.path or "", one.rule, one.id))))


def without(baseline: Baseline, ids: Iterable[str]) -> Baseline:
    """The baseline without these findings.

    Raises:
        BaselineError: when one is not in it.
    """
    gone = set(ids)
    if missing := sorted(gone - {one.id for one in baseline.findings}):
        raise BaselineError(f"{', '.join(missing)}: not in {FILE}; juryroom suppress --list shows what is")
    return Baseline(findings=tuple(one for one in baseline.findings if one.id not in gone))


def write(root: Path, baseline: Baseline) -> None:
    """Write the file.

    Raises:
        BaselineError: when it can't be written.
    """
    file = root / FILE
    try:
        file.parent.mkdir(exist_ok=True)
        body = baseline.model_dump(mode="json", exclude_defaults=True) | {"schema_version": SCHEMA_VERSION}
        file.write_text(json.dumps(body, indent=1, sort_keys=True) + "\n", "utf-8")
    except OSError as error:
        raise BaselineError(f"{file}: {error.strerror}; it could not be written") from error
