"""Regular expressions: what is slow, what lets too much through, and that looking for it takes a bounded time."""

import random
import re
import time

import pytest

from juryroom_server.analysers.regexes.automaton import automaton
from juryroom_server.analysers.regexes.backtracking import MAX_STEPS, Search, exponential, polynomial
from juryroom_server.analysers.regexes.pattern import Flags, PatternError, parse
from tests.analysers.material import Reading

EXPONENTIAL = [
    r"^(\d+)+$",
    r"^(?:\w+[ ]?)*$",
    r"^(x|xx)+$",
    r"^(x|x?)+y",
    r"^(?:[a-f]|[d-k])*;",
    r"^\s*(?:#.*|\s+)*end",
    r"^<(?:[^>]+|\s)*>",
    r"^(?:(?:ab)*)*c",
    r"""^(["'])(?:\\?.)*\1$""",
    r"^(?:/[^/]*|/.*)+!$",
    r"^(?:k{1,}v?)*=",
    r"^(?:a{0,4}){12,}b",
    r"^(?P<part>\d+,?)+$",
    r"^(?i:(?:x|X)*)y",
    r"(?=(?:o+)+p)",
]
HARMLESS = [
    r"^(\w\s*)*:$",
    r"^\d+(?:,\d+)*$",
    r"^(?:\w+ )*\w+$",
    r"^(?:a|b|c)*$",
    r'"(?:[^"\\]|\\.)*"',
    r"^[\w.+-]+@[\w-]+\.[\w.-]+$",
    r"(\w+)+",
    r"(?:\s*x)*",
    r"^(?:[^<]|<(?!script))*$",
    r"^(?>\d+)+$",
    r"^(?:\d{3}-)+\d{4}$",
    r"^v?(?:0|[1-9]\d*)(?:\.\d+){1,3}$",
    r"^(?:\([^()]*\)|[^()])*$",
    r"^(\d+)+[\s\S]*$",
]


@pytest.mark.parametrize("pattern", EXPONENTIAL)
def test_a_pattern_with_two_ways_through_a_loop_is_exponential(pattern: str) -> None:
    slow = exponential(automaton(parse(pattern, "python", Flags())))
    assert slow is not None
    assert slow.exponential


@pytest.mark.parametrize("pattern", HARMLESS)
def test_a_pattern_with_one_way_through_each_loop_is_not(pattern: str) -> None:
    assert exponential(automaton(parse(pattern, "python", Flags()))) is None


@pytest.mark.parametrize("pattern", [r"^(\d+)+$", r"^(?:[a-f]|[d-k])*;", r"^(x|xx)+$", r"^(?:\w+[ ]?)*$"])
def test_the_text_that_is_named_really_slows_pythons_engine_down(pattern: str) -> None:
    slow = exponential(automaton(parse(pattern, "python", Flags())))
    assert slow is not None

    def cost(times: int) -> float:
        start = time.process_time()
        re.match(pattern, slow.pump * times + "\0")
        return time.process_time() - start

    few, more = 12, 24
    size = len(slow.pump)
    assert cost(more // size) > 30 * cost(few // size)


@pytest.mark.parametrize("pattern", [r"\s+$", r"^a*a*b", r"<[^>]*>", r"^\d+\w*:", r"\s*,\s*"])
def test_a_pattern_that_starts_again_at_each_character_is_polynomial(pattern: str) -> None:
    assert polynomial(automaton(parse(pattern, "python", Flags()), anywhere=True))


@pytest.mark.parametrize("pattern", [r"^\s+", r"^\d+$", r"[a-z]+", r"^[^:]*:[^:]*$", r"a?b"])
def test_a_pattern_that_reads_each_character_once_is_not(pattern: str) -> None:
    assert polynomial(automaton(parse(pattern, "python", Flags()), anywhere=True)) is None


def test_any_pattern_is_judged_within_its_steps() -> None:
    dice = random.Random(7)
    parts = [*"abc.|()*+?[]{}^$\\,019", "[a-c]", r"\w", r"\s", "(?:", "(a|b", ")*", ")+", "{2,9}", "(?=", r"\1", "(?i)"]
    read, least = 0, MAX_STEPS
    for _ in range(1_500):
        text = "".join(dice.choice(parts) for _ in range(dice.randint(1, 40)))
        for dialect in ("python", "javascript", "ruby", "java"):
            try:
                one = automaton(parse(text, dialect, Flags()), anywhere=True)
            except PatternError:
                continue
            read += 1
            for check in (exponential, polynomial):
                search = Search(one)
                check(one, search)
                least = min(least, search.left)
    assert read > 200
    # the last step may overrun by a set of positions
    assert least > -1_000


@pytest.mark.parametrize(
    "pattern",
    ["(" * 5_000, "[" * 5_000, "(a{900}){900}", "a|" * 4_000, "(?:a*)" * 400 + "b", "\\", "(?<", "[a-", "(?P=x)"],
)
def test_what_is_no_pattern_or_too_large_ends_soon(pattern: str) -> None:
    try:
        one = automaton(parse(pattern, "python", Flags()))
    except PatternError:
        return
    exponential(one)
    polynomial(one)


CODE = {
    "a.py": [
        ("import re\nP = re.compile(r'^(\\d+)+$')\n", [("regex-exponential", 2)]),
        ("import re\nP = r'^(\\d+)+$'\nre.match(P, x)\n", [("regex-exponential", 2)]),
        ("import re\nP = re.compile('^(a|' 'ab' '|b)+$')\n", [("regex-exponential", 2)]),
        ("import re\nTEXT = r'^(\\d+)+$'\n", []),
        ("import re\nre.compile(r'^(?:\\d+,)+$')\n", []),
        ("import re\nre.compile(r'[A-z]+')\n", [("regex-odd-range", 2)]),
        ("import re\nre.compile(r'[A-Za-z0-9_.-]+[!-~]')\n", []),
        (
            "import re\nre.sub(r'<script[^>]*>.*?</script>', '', x)\n",
            [("regex-removed-once", 2), ("regex-tag-filter", 2)],
        ),
        (
            "import re\ndef f(request):\n    name = request.GET['n']\n    return re.sub(r'\\s+$', '', name)\n",
            [("regex-slow-on-input", 4)],
        ),
        ("import re\ndef f(name):\n    return re.sub(r'\\s+$', '', name)\n", []),
    ],
    "a.js": [
        ("const p = /^(\\d+)+$/;\n", [("regex-exponential", 1)]),
        ("const p = new RegExp('^(a|aa)+$');\n", [("regex-exponential", 1)]),
        ("const p = (a + b)*c / 2;\n", []),
        ("if (/^https?:\\/\\/api.shop.com\\//.test(url)) go();\n", [("regex-host-dot", 1)]),
        ("if (/^https?:\\/\\/api\\.shop\\.com\\//.test(url)) go();\n", []),
        ("if (/https:\\/\\/shop\\.com/.test(url)) go();\n", [("regex-host-anchor", 1)]),
        ("const links = text.replace(/https:\\/\\/shop\\.com/g, home);\n", []),
        ("s = s.replace(/<!--/g, '');\n", [("regex-removed-once", 1)]),
        ("do { old = s; s = s.replace(/<!--/g, ''); } while (s !== old);\n", []),
        ("s = s.replace(/[<>]/g, '');\n", []),
        ("app.get('/', (req, res) => res.send(/\\s+$/.test(req.query.q)));\n", [("regex-slow-on-input", 1)]),
        ("exports.trim = function (text) { return text.replace(/\\s+$/, ''); };\n", [("regex-slow-on-argument", 1)]),
        ("if (/^admin|root$/.test(name)) deny();\n", [("regex-anchor-precedence", 1)]),
        ("if (/^(admin|root)$/.test(name)) deny();\n", []),
    ],
    "a.go": [
        ('package a\n\nvar p = regexp.MustCompile("^(a+)+$")\n', []),
        ('package a\n\nvar p = regexp.MustCompile("^https://www.shop.com/")\n', [("regex-host-dot", 3)]),
    ],
    "A.java": [
        ('class A { Pattern p = Pattern.compile("^(\\\\d+)+$"); }\n', [("regex-exponential", 1)]),
        ('class A { Pattern p = Pattern.compile("^\\\\d++$"); }\n', []),
    ],
    "a.rb": [
        ("ok = text =~ /^(\\d+)+$/\n", [("regex-exponential", 1)]),
        ("ok = text =~ /\\A\\d+\\z/\n", []),
    ],
}


@pytest.mark.parametrize(("path", "text", "expected"), [(path, *row) for path, rows in CODE.items() for row in rows])
async def test_patterns_are_found_in_code(read: Reading, path: str, text: str, expected: list[tuple[str, int]]) -> None:
    review = await read("regexes", {path: text})
    assert [(one.rule, one.location.start_line) for one in review.findings if one.location] == expected


async def test_places_are_right_after_letters_of_several_bytes(read: Reading) -> None:
    review = await read("regexes", {"a.js": "const name = 'Zoë Ünal 日本';\nconst p = /^(\\d+)+$/;\n"})
    [finding] = review.findings
    assert finding.quote == "const p = /^(\\d+)+$/;"
    assert (finding.cwe, finding.category) == ("CWE-1333", "security")


async def test_patterns_in_test_code_are_left_alone(read: Reading) -> None:
    assert (await read("regexes", {"tests/test_a.py": "import re\nre.match(r'^(a+)+$', x)\n"})).findings == ()


async def test_a_finding_names_the_text_that_slows_it_down(read: Reading) -> None:
    [finding] = (await read("regexes", {"a.js": "const p = /^(ab|abab)+$/;\n"})).findings
    assert "abab" in finding.rationale
