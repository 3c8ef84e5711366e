"""Recall, precision, F1 and Youden's J of alerts on labelled code."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from juryroom_reviewers.finding import CATEGORIES
from juryroom_reviewers.value import Value

from .alert import Alert
from .labels import SECURITY, Label, Record


class Score(Value):
    """What one engine reached on one part of the data; None where nothing of the kind is in it."""

    engine: str
    source: str
    language: str
    persona: str
    family: str | None = None
    """Of weaknesses; None: all of them."""
    labels: int = 0
    hit: int = 0
    alerts: int = 0
    """Of those that can be right or wrong."""
    right: int = 0
    files: int = 0
    """With labels."""
    files_hit: int = 0
    benign_files: int = 0
    benign_hit: int = 0
    before: int = 0
    """Alerts on the faulty versions of pairs."""
    after: int = 0
    """Alerts on the mended ones."""

    @property
    def recall(self) -> float | None:
        """Share of the labels that were hit."""
        return self.hit / self.labels if self.labels else None

    @property
    def precision(self) -> float | None:
        """Share of the alerts that are right."""
        return self.right / self.alerts if self.alerts else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both; 0 without any hit."""
        if not self.labels:
            return None
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p and r else 0.0

    @property
    def tpr(self) -> float | None:
        """Share of the faulty files that were hit."""
        return self.files_hit / self.files if self.files else None

    @property
    def fpr(self) -> float | None:
        """Share of the benign files that were hit."""
        return self.benign_hit / self.benign_files if self.benign_files else None

    @property
    def youden(self) -> float | None:
        """Youden's J: true positive rate minus false positive rate, by file."""
        return None if self.tpr is None or self.fpr is None else self.tpr - self.fpr

    def row(self) -> dict[str, object]:
        """Counts and ratios, for JSON."""
        ratios = ("recall", "precision", "f1", "tpr", "fpr", "youden")
        return {**self.model_dump(), **{name: getattr(self, name) for name in ratios}}


_Counts = dict[str, int]
_Key = tuple[str, str, str, str | None]


def score(engine: str, records: Sequence[Record], alerts: Mapping[str, Sequence[Alert]]) -> tuple[Score, ...]:
    """Score one engine by source, language and persona, and within security by family of weaknesses.

    Args:
        engine: whose alerts these are.
        records: the labelled code.
        alerts: record's id -> alerts.
    """
    table: dict[_Key, _Counts] = defaultdict(lambda: defaultdict(int))
    paired = {(record.pair, label.persona) for record in records if record.pair for label in record.labels}
    for record in records:
        found = alerts.get(record.id, ())
        for persona in CATEGORIES:
            said = [alert for alert in found if alert.persona == persona]
            labels = record.of(persona)
            families: list[str | None] = [None]
            if persona == SECURITY:
                families += sorted(record.under_test)
                if not record.under_test:
                    continue
            elif not labels and (record.pair, persona) not in paired:
                continue
            for family in families:
                _count(table[record.origin, record.language, persona, family], record, labels, said, family)
    ordered = sorted(table.items(), key=lambda item: (*item[0][:3], item[0][3] or ""))
    return tuple(
        Score(engine=engine, source=source, language=language, persona=persona, family=family, **counts)
        for (source, language, persona, family), counts in ordered
    )


def _count(row: _Counts, record: Record, labels: Sequence[Label], found: Sequence[Alert], family: str | None) -> None:
    if family is not None:
        labels = [label for label in labels if family in label.families]
        found = [alert for alert in found if family in alert.families]
    able = unique(alert for alert in found if alert.counts(record))
    if record.pair:
        row["after" if record.benign else "before"] += len(able)
    if record.benign:
        row["benign_files"] += 1
        row["benign_hit"] += bool(able)
    elif labels:
        row["files"] += 1
        row["files_hit"] += bool(able)
    if record.granularity != "line" or (not labels and not (able and able[0].persona == SECURITY)):
        return
    row["labels"] += len(labels)
    row["hit"] += sum(any(alert.hits(label) for alert in found) for label in labels)
    row["alerts"] += len(able)
    row["right"] += sum(any(alert.hits(label) for label in labels) for alert in able)


def unique(alerts: Iterable[Alert]) -> list[Alert]:
    """Each line and set of families once: to say a thing twice is neither better nor worse."""
    first: dict[tuple[int, frozenset[str]], Alert] = {}
    for alert in alerts:
        first.setdefault((alert.line, alert.families), alert)
    return list(first.values())
