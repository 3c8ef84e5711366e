"""The whole measurement: every engine and the panel on labelled code and, where it is given, on mature code."""

from collections.abc import Sequence
from pathlib import Path

from juryroom_reviewers.value import Value

from .alert import Alert
from .labels import SECURITY, Record
from .mature import SHOWN, MatureCode, measure_noise
from .reading import PANEL, Reading, Seated, read_labelled
from .score import Score, score, unique

MOST_RULES = 12


class Agreed(Value):
    """How often the panel's findings are right, by how many method classes agree."""

    source: str
    methods: int
    alerts: int
    right: int

    @property
    def precision(self) -> float:
        """Share that is right."""
        return self.right / self.alerts


class StaticReport(Value):
    """What was measured."""

    data: str
    records: int
    lines: int
    scores: tuple[Score, ...]
    agreement: tuple[Agreed, ...]
    cpu_s_per_1000_lines: tuple[tuple[str, float], ...]
    mature: MatureCode | None = None
    problems: tuple[str, ...] = ()

    def document(self) -> dict[str, object]:
        """For JSON, with the ratios."""
        return {
            "schema_version": 1,
            **self.model_dump(exclude={"scores", "agreement"}),
            "scores": [row.row() for row in self.scores],
            "agreement": [{**row.model_dump(), "precision": row.precision} for row in self.agreement],
        }


async def measure(
    data: str, records: Sequence[Record], folders: Sequence[Path], rivals: Seated
) -> tuple[StaticReport, Reading]:
    """Read and score.

    Args:
        data: name of the data.
        records: the labelled code.
        folders: mature projects, to measure noise on.
        rivals: engines that are measured beside the panel.

    Raises:
        DataError: when a folder can't be used.
    """
    reading = await read_labelled(records, rivals)
    scores: list[Score] = []
    for engine in reading.cpu_s:
        scores += score(engine, records, reading.by_record(engine))
    shown = {key: [alert for alert in said if alert.shown] for key, said in reading.by_record(PANEL).items()}
    scores += score(SHOWN, records, shown)
    mature = await measure_noise(folders, rivals, MOST_RULES) if folders else None
    report = StaticReport(
        data=data,
        records=len(records),
        lines=reading.lines,
        scores=tuple(scores),
        agreement=_agreed(records, reading),
        cpu_s_per_1000_lines=tuple((name, round(1000 * s / reading.lines, 4)) for name, s in reading.cpu_s.items()),
        mature=mature,
        problems=reading.problems,
    )
    return report, reading


def _agreed(records: Sequence[Record], reading: Reading) -> tuple[Agreed, ...]:
    """Of security alone: elsewhere an alert without a label says nothing."""
    said = reading.by_record(PANEL)
    counts: dict[tuple[str, int], list[int]] = {}
    for record in records:
        if record.granularity != "line":
            continue
        labels = record.of(SECURITY)
        for alert in unique(a for a in said.get(record.id, ()) if a.persona == SECURITY and a.counts(record)):
            row = counts.setdefault((record.origin, alert.methods), [0, 0])
            row[0] += 1
            row[1] += any(alert.hits(label) for label in labels)
    return tuple(Agreed(source=s, methods=k, alerts=n, right=r) for (s, k), (n, r) in sorted(counts.items()))


def dumped(alert: Alert) -> dict[str, object]:
    """One alert as independent scorers read it, and whether a report would show it."""
    fields = ("id", "line", "end_line", "cwe", "persona", "engine", "rule", "probability", "shown")
    return {name: getattr(alert, name) for name in fields}
