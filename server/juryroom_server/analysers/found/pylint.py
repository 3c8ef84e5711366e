"""pylint: errors alone, and without those that need the files around: what it reads stands alone."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from juryroom_reviewers.finding import Severity
from juryroom_reviewers.reviewer import Method

from .tool import Environ, Row, Tool

_NEED_OTHER_FILES = "import-error,no-name-in-module,no-member,relative-beyond-top-level,syntax-error"


def _arguments(root: Path, _: Environ) -> Sequence[str]:
    # a settings file of the tree or the user could load plugins and run code: an empty one stands in for it
    settings = root / "home" / "pylintrc"
    settings.touch()
    return (
        f"--rcfile={settings}",
        "--disable=all",
        "--enable=E",
        f"--disable={_NEED_OTHER_FILES}",
        "--persistent=n",
        "--score=n",
        "--recursive=y",
        "--output-format=json2",
        "new",
    )


def _rows(output: bytes) -> Iterator[Row]:
    for row in json.loads(output)["messages"]:
        yield Row(
            file=row["path"],
            line=row["line"],
            end_line=row["endLine"] or row["line"],
            rule=row["symbol"],
            title=row["message"],
            category="correctness",
            severity=Severity.medium,
        )


TOOL = Tool(
    name="pylint",
    method=Method.structural,
    category="correctness",
    languages=frozenset({"python"}),
    arguments=_arguments,
    rows=_rows,
    # bits for each class of messages; 1 is a fatal one and 32 a wrong option
    exits=frozenset(range(0, 32, 2)),
)
