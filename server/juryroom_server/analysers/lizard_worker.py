"""Runs lizard in a process of its own: names of files on standard input, one JSON line for each on standard output.

A script, not a module: it is started by path with `python -I`, so that nothing of the reviewed tree can be imported.
"""

import json
import sys
from pathlib import Path

# lizard puts the folder of argv[0] first on the path: that would be ours, whose `lizard.py` is another one
sys.argv[:] = [""]

import lizard  # noqa: E402 - after argv was cleared


def main() -> None:
    """Each request is `{"file": path, "name": name that tells the language}`; answers come in the same order.

    An answer is `{"file", "functions": [[name, first line, last line, complexity, lines of code, parameters], ...]}`,
    or `{"file", "error"}` for a file that lizard can't read.
    """
    analyse = lizard.FileAnalyzer(lizard.get_extensions([])).analyze_source_code
    for request in json.load(sys.stdin):
        answer: dict[str, object] = {"file": request["file"]}
        try:
            found = analyse(request["name"], Path(request["file"]).read_text("utf-8")).function_list
            answer["functions"] = [
                [f.name, f.start_line, f.end_line, f.cyclomatic_complexity, f.nloc, f.parameter_count] for f in found
            ]
        except (AttributeError, IndexError, KeyError, RecursionError, StopIteration, TypeError, ValueError) as error:
            # what its hand-written readers raise on code that they don't expect
            answer["error"] = type(error).__name__
        print(json.dumps(answer))  # noqa: T201 - standard output is the protocol


if __name__ == "__main__":
    main()
