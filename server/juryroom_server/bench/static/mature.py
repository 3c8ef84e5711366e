"""How much is said of code that is in order: alerts on each 1,000 lines of mature projects."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from juryroom_reviewers.value import Value

from ...analysers.language import is_test, language_of
from ..lines import DataError
from .reading import AT_ONCE, PANEL, Seated, read_texts


class Noise(Value):
    """Of one engine."""

    engine: str
    per_1000_lines: float
    cpu_s_per_1000_lines: float
    rules: tuple[tuple[str, int], ...]
    """Those that speak most, and how often."""


class MatureCode(Value):
    """What was read, and what was said."""

    folders: tuple[str, ...]
    files: int
    lines: int
    noise: tuple[Noise, ...]
    problems: tuple[str, ...] = ()


SHOWN = f"{PANEL}, shown"


async def measure_noise(folders: Sequence[Path], rivals: Seated, most_rules: int) -> MatureCode:
    """Read whole projects, without their tests, as a change that adds them.

    Args:
        folders: one project each.
        rivals: engines that are measured beside the panel.
        most_rules: how many rules to name of each engine.

    Raises:
        DataError: when a folder holds no file that an engine reads.
    """
    parts: list[list[tuple[str, str, str]]] = []
    for folder in folders:
        files = _sources(folder)
        if not files:
            raise DataError(f"{folder}: no source file below it; --mature wants the folder of a project")
        parts += [files[start : start + AT_ONCE] for start in range(0, len(files), AT_ONCE)]
    reading = await read_texts(parts, rivals)
    said = {**reading.alerts, SHOWN: [alert for alert in reading.alerts[PANEL] if alert.shown]}
    thousands = reading.lines / 1000
    return MatureCode(
        folders=tuple(folder.name for folder in folders),
        files=sum(map(len, parts)),
        lines=reading.lines,
        noise=tuple(
            Noise(
                engine=engine,
                per_1000_lines=round(len(said.get(engine, ())) / thousands, 3),
                cpu_s_per_1000_lines=round(reading.cpu_s.get(engine.partition(",")[0], 0.0) / thousands, 4),
                rules=tuple(Counter(alert.rule for alert in said.get(engine, ())).most_common(most_rules)),
            )
            for engine in (*reading.cpu_s, SHOWN)
        ),
        problems=reading.problems,
    )


def _sources(folder: Path) -> list[tuple[str, str, str]]:
    """Id, path and text of each file in a language that an engine reads; tests left out, which would flatter."""
    found = []
    for path in sorted(folder.rglob("*")):
        name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        if not path.is_file() or path.is_symlink() or is_test(name):
            continue
        try:
            text = path.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if language_of(name, text):
            found.append((name, name, text))
    return found
