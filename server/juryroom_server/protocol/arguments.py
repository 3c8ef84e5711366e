"""What is wrong with the arguments of a call, in words that the caller's model can act upon."""

import re
from collections.abc import Iterable

from pydantic import ValidationError

MOST_PROBLEMS = 5
_LONGEST_NAME = 60
_SUBJECT = re.compile(r"^(?:Input|String|List|Value) (?=should )")


def explained(error: ValidationError, known: Iterable[str]) -> str:
    """`there is no argument 'files'; the arguments are source, base`, `depth should be 'quick' or 'deep'`.

    Args:
        error: of the validation of a call's arguments.
        known: the names of those that there are.
    """
    problems = error.errors(include_url=False, include_context=False)
    said = []
    for problem in problems[:MOST_PROBLEMS]:
        name = ".".join(str(part) for part in problem["loc"])[:_LONGEST_NAME]
        match problem["type"]:
            case "extra_forbidden":
                said.append(f"there is no argument {name!r}")
            case "missing":
                said.append(f"{name} is missing")
            case _:
                said.append(f"{name} {_SUBJECT.sub('', problem['msg'])}")
    if problems[MOST_PROBLEMS:]:
        said.append(f"and {len(problems) - MOST_PROBLEMS} more")
    return f"{'; '.join(said)}; the arguments are {', '.join(known)}"
