"""What holds for every input: it ends, it says what was left out, and it explains itself."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sarif_kit.validate import validation_errors

from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.review import Plan
from juryroom_reviewers.review import review as pipeline
from juryroom_server import analysers
from juryroom_server.analysers.taint.machine import MIN_STEPS
from juryroom_server.analysers.taint.scan import scan
from juryroom_server.render import Format, render
from tests.analysers.material import Reading, change_of, places

CASES = sorted((Path(__file__).parent / "cases").iterdir())
LANGUAGES = {".py": "python", ".js": "javascript", ".tsx": "typescript", ".go": "go", ".java": "java", ".rb": "ruby"}

WAY = """\
from flask import request
import os

def wrap(text):
    return "ls " + text

def view():
    name = request.args["name"]
    command = wrap(name)
    os.system(command)
"""


async def test_a_finding_tells_the_way_of_the_data(read: Reading) -> None:
    [finding] = (await read("taint", {"a.py": WAY})).findings
    assert (finding.rule, finding.cwe, finding.category) == ("python-command", "CWE-78", "security")
    assert finding.rationale.endswith(
        "It comes from the request and reaches os.system: line 8 -> line 9 -> line 4 -> line 5 -> line 9 -> line 10."
    )
    assert [(step.location.start_line, step.says) for step in finding.flow] == [
        (8, "comes from the request"),
        (9, "passes through here"),
        (4, "passes through here"),
        (5, "passes through here"),
        (9, "passes through here"),
        (10, "reaches os.system"),
    ]


async def test_sarif_has_the_way_as_a_code_flow() -> None:
    change = change_of({"shop/a.py": WAY})
    async with analysers.workspace(change) as tree:
        report = await pipeline(ReviewContext(change=change), analysers.seated(tree), plan=Plan())
    log = json.loads(render(report, Format.sarif))
    assert validation_errors(log) == []
    flows = [result["codeFlows"] for result in log["runs"][0]["results"] if "codeFlows" in result]
    [[flow]] = flows
    steps = [step["location"] for step in flow["threadFlows"][0]["locations"]]
    assert [step["physicalLocation"]["region"]["startLine"] for step in steps] == [8, 9, 4, 5, 9, 10]
    assert steps[0]["message"]["text"] == "comes from the request"
    assert {step["physicalLocation"]["artifactLocation"]["uri"] for step in steps} == {"shop/a.py"}


async def test_test_code_is_not_followed(read: Reading) -> None:
    assert (await read("taint", {"tests/test_a.py": WAY})).abstained == "no file in a language that it reads"


async def test_broken_syntax_is_followed_as_far_as_it_goes(read: Reading) -> None:
    assert places(await read("taint", {"a.py": WAY + "\ndef broken(:\n"})) == [("a.py", 10)]


async def test_what_takes_too_many_steps_is_told(read: Reading) -> None:
    long = "from flask import request\nimport os\ndef f():\n    x = request.args['x']\n"
    long += "    a = b + c + d + e\n" * (MIN_STEPS // 8) + "    os.system(x)\n"
    review = await read("taint", {"a.py": long})
    assert review.notes == ("a.py: some functions are too long to follow all their data",)


DEEP = 3_000
HOSTILE = {
    "parentheses.py": "import os\nfrom flask import request\nos.system("
    + "(" * DEEP
    + "request.args"
    + ")" * DEEP
    + ")\n",
    "sum.py": "import os\nfrom flask import request\nos.system(request.args['x']" + " + 'a'" * 20_000 + ")\n",
    "blocks.py": "import os\nfrom flask import request\n"
    + "".join(" " * n + "if x:\n" for n in range(90))
    + " " * 90
    + "os.system(request.args)\n",
    "branches.py": "import os\nfrom flask import request\ndef f():\n    x = request.args['x']\n"
    + "    if a: x = x + 'b'\n" * 3_000
    + "    os.system(x)\n",
    "recursion.py": "import os\nfrom flask import request\ndef f(x):\n    os.system(x)\n    return f(g(x))\n"
    "def g(x):\n    return f(x)\n"
    "f(request.args['x'])\n",
    "calls.py": "import os\nfrom flask import request\n"
    + "".join(f"def f{n}(x):\n    f{n + 1}(x)\n    f{n + 1}(x)\n    os.system(x)\n" for n in range(200))
    + "f0(request.args['x'])\n",
    "loops.py": "import os\nfrom flask import request\ndef f():\n"
    + "".join("    " * (n + 1) + f"for a{n} in request.args:\n" for n in range(18))
    + "    " * 19
    + "os.system(a1)\n",
    "chain.js": "require('child_process').exec(req.query" + ".a()" * DEEP + ");\n",
    "functions.js": "function f(req) { " + "(() => " * 400 + "eval(req.query.x)" + ")()" * 400 + " }\n",
    "classes.java": "class A extends A { Object m(HttpServletRequest r) { return m(r).m(r); } }\n" * 200,
    "object.js": "const a = " + "{a: " * DEEP + "req.query" + "}" * DEEP + "; eval(a);\n",
    "switch.go": "package a\nfunc f(r *http.Request) {\n switch r.URL.Path {\n"
    + 'case "a":\n exec.Command(r.URL.Path)\n' * 2_000
    + "}\n}\n",
    "nested.rb": "system(" + "[" * DEEP + "params" + "]" * DEEP + ")\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_programs_come_to_an_end(name: str) -> None:
    found = scan(name, HOSTILE[name], LANGUAGES[Path(name).suffix])
    assert found == scan(name, HOSTILE[name], LANGUAGES[Path(name).suffix])


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_programs_with_pieces_missing_or_doubled_never_break_it(path: Path, data: st.DataObject) -> None:
    text = path.read_text("utf-8")
    at = data.draw(st.integers(0, len(text)))
    until = data.draw(st.integers(at, min(len(text), at + 300)))
    piece = data.draw(st.sampled_from(["", text[at:until] * 2, "(", "{", '"', "'", "}", "\n", "\0", "=>", "é", "```"]))
    changed = text[:at] + piece + text[until:]
    lines = changed.count("\n") + 1
    assert all(1 <= hit.line <= hit.end <= lines for hit in scan(path.name, changed, LANGUAGES[path.suffix]).hits)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_what_a_file_is_named_or_commented_does_not_matter(path: Path) -> None:
    text = path.read_text("utf-8")
    language = LANGUAGES[path.suffix]
    plain = scan(f"x{path.suffix}", text.replace("hit", "   ").replace(" ok", "   "), language)
    assert plain == scan(path.name, text, language)
