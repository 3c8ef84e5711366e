"""What reviewers are shown around a change."""

import pytest

from juryroom_reviewers.change import FileChange
from juryroom_reviewers.context import Excerpt, Relation, ReviewContext
from juryroom_reviewers.reading import tokens
from juryroom_server.context import MAX_WHOLE, gather
from tests.changes import added, change, deleted, edited


def filler(name: str, lines: int) -> str:
    return f"def {name}():\n" + "".join(f"    x{i} = {i}\n" for i in range(lines))


def places(context: ReviewContext) -> list[tuple[str, str, int, int, str]]:
    return [
        (str(e.relation), e.path, e.start_line, e.start_line + e.text.count("\n"), e.symbol) for e in context.excerpts
    ]


SHOP = f"""\
import tax

class Shop:
    def __init__(self, items):
        self.items = items

    @property
    def total(self):
        result = 0
        for item in self.items:
            price = item.price
            factor = rate(item)
            result += price * factor
            tax.note(result)
            self.notify(result)
        log = []
        log.append(result)
        return result

    def notify(self, value):
        print(value)

{filler("unrelated", 20)}
def rate(item):
    return 2

def show(shop):
    return shop.total + unrelated()

def receipt():
    shop = Shop([])
    return shop.total()
"""


def shop_edit() -> FileChange:
    return edited("shop.py", SHOP, SHOP.replace("factor = rate(item)", "factor = rate(item) + 1"))


def test_the_definition_around_a_hunk_comes_first_then_what_it_calls_then_what_calls_it() -> None:
    context = gather(change(shop_edit()))
    first = SHOP.split("\n").index("def rate(item):") + 1
    assert places(context) == [
        ("enclosing", "shop.py", 7, 18, "Shop.total"),
        ("callee", "shop.py", first, first + 1, "rate"),
        ("caller", "shop.py", first + 6, first + 8, "receipt"),
        ("callee", "shop.py", 20, 21, "Shop.notify"),
    ]
    assert context.excerpts[0].text == "\n".join(shop_edit().lines[6:18])


def test_the_outline_names_the_place_of_a_finding() -> None:
    context = gather(change(shop_edit()))
    assert context.symbol_at("shop.py", 12) == "Shop.total"
    assert context.symbol_at("shop.py", 3) == "Shop"
    assert context.symbol_at("shop.py", 1) is None


def test_a_long_definition_shows_its_name_and_what_is_near_the_hunk() -> None:
    before = filler("long", 3 * MAX_WHOLE)
    after = before.replace(" x150 = 150\n", " x150 = 151\n")
    assert places(gather(change(edited("a.py", before, after)))) == [
        ("enclosing", "a.py", 1, 1, "long"),
        ("enclosing", "a.py", 152 - 15, 152 + 15, "long"),
    ]


def test_two_hunks_in_one_long_definition_share_no_line() -> None:
    before = filler("long", 3 * MAX_WHOLE)
    after = before.replace(" x150 = 150\n", " x150 = 151\n").replace(" x165 = 165\n", " x165 = 166\n")
    context = gather(change(edited("a.py", before, after)))
    shown = [line for _, _, start, end, _ in places(context) for line in range(start, end + 1)]
    assert len(shown) == len(set(shown))
    assert set(range(137, 182)) <= set(shown)


def test_nothing_is_repeated_that_the_hunks_show_whole() -> None:
    before = "import a\n\n\ndef f():\n    return 1\n\n\nx = 1\ny = 2\n"
    context = gather(change(edited("a.py", before, before.replace("return 1", "return 2"))))
    assert context.excerpts == ()
    assert [symbol.name for symbol in context.outline] == ["f"]


def test_a_method_that_the_hunk_shows_whole_is_shown_in_its_class() -> None:
    head = "class Shop:\n" + "".join(f"    a{i} = {i}\n" for i in range(10))
    before = f"{head}\n    def f(self):\n        return 1\n\n" + "".join(f"    b{i} = {i}\n" for i in range(10))
    after = before.replace("return 1", "return 2")
    assert places(gather(change(edited("a.py", before, after)))) == [("enclosing", "a.py", 1, 25, "Shop")]


def test_lines_that_were_only_removed_have_a_definition_around_them() -> None:
    before = filler("f", 40).replace("    x20 = 20\n", "    x20 = 20\n    check()\n")
    after = filler("f", 40)
    (file,) = change(edited("a.py", before, after)).files
    assert not file.changed_lines
    assert places(gather(change(file))) == [("enclosing", "a.py", 1, 41, "f")]


def test_a_deleted_last_line_belongs_to_the_definition_above() -> None:
    before = filler("f", 40) + "    check()\n"
    assert places(gather(change(edited("a.py", before, filler("f", 40))))) == [("enclosing", "a.py", 1, 41, "f")]


def test_callers_and_callees_in_other_changed_files_are_read_beside_the_file_that_they_explain() -> None:
    lib = filler("pad", 20) + "\ndef price(item):\n    base = 1\n    return convert(base)\n\n" + filler("pad2", 20)
    use = (
        "import lib\n\nVERSION = 1\n\n\n"
        + filler("pad3", 10)
        + "\ndef bill(item):\n    return lib.price(item) + 1\n\ndef convert(base):\n    return base\n"
    )
    context = gather(
        change(
            edited("lib.py", lib, lib.replace("base = 1", "base = 2")),
            edited("use.py", use, use.replace("VERSION = 1", "VERSION = 2")),
        )
    )
    at = use.split("\n").index("def bill(item):") + 1
    assert context.excerpts == (
        Excerpt(
            path="use.py",
            symbol="bill",
            start_line=at,
            text="def bill(item):\n    return lib.price(item) + 1",
            relation=Relation.caller,
            beside="lib.py",
        ),
        Excerpt(
            path="use.py",
            symbol="convert",
            start_line=at + 3,
            text="def convert(base):\n    return base",
            relation=Relation.callee,
            beside="lib.py",
        ),
    )


def test_a_call_in_another_language_is_another_name() -> None:
    lib = filler("pad", 20) + "\ndef price(item):\n    base = 1\n    return base\n"
    use = "const VERSION = 1;\n" + "\n" * 20 + "function bill(item) {\n  return price(item);\n}\n"
    files = [
        edited("lib.py", lib, lib.replace("base = 1", "base = 2")),
        edited("use.js", use, use.replace("VERSION = 1", "VERSION = 2")),
    ]
    assert {e.path for e in gather(change(*files)).excerpts} <= {"lib.py"}


def test_typescript_calls_javascript() -> None:
    lib = "\n" * 20 + "export function price(item) {\n  const base = 1;\n  return base;\n}\n"
    use = "const VERSION = 1;\n" + "\n" * 20 + "function bill(item: Item) {\n  return price(item);\n}\n"
    files = [
        edited("lib.js", lib, lib.replace("base = 1", "base = 2")),
        edited("use.ts", use, use.replace("VERSION = 1", "VERSION = 2")),
    ]
    assert [(e.symbol, e.beside) for e in gather(change(*files)).excerpts] == [("bill", "lib.js")]


def test_a_name_that_everybody_defines_leads_nowhere_but_in_its_own_file() -> None:
    def module(version: int) -> str:
        pad = "\n" * 20
        return f"VERSION = {version}\n{pad}def settle(x):\n    return x\n{pad}def bill(x):\n    return settle(x)\n"

    files = [edited(f"m{i}.py", module(1), module(2)) for i in range(5)]
    caller = filler("f", 30).replace("x15 = 15", "x15 = settle(15)")
    context = gather(change(*files, edited("z.py", filler("f", 30), caller)))
    assert [(e.path, e.symbol) for e in context.excerpts] == [("z.py", "f")]
    near = gather(change(*files, edited("z.py", filler("f", 30), caller + "\n" * 20 + "def settle(x):\n    pass\n")))
    assert {e.path for e in near.excerpts} == {"z.py"}


def test_who_constructs_a_class_is_a_caller_of_its_constructor() -> None:
    before = f"{SHOP}\n{filler('pad', 30)}"
    context = gather(change(edited("shop.py", before, before.replace("self.items = items", "self.items = [*items]"))))
    assert ("caller", "receipt") in [(e.relation, e.symbol) for e in context.excerpts]


@pytest.mark.parametrize("budget", [0, 10, 60, 100, 200, 400, 6_000])
def test_the_budget_holds_and_the_best_comes_first(budget: int) -> None:
    everything = gather(change(shop_edit())).excerpts
    some = gather(change(shop_edit()), token_budget=budget).excerpts
    assert sum(tokens(excerpt.text) for excerpt in some) <= budget
    assert set(some) <= set(everything)
    if budget >= tokens(everything[0].text):
        assert some[0] == everything[0]


def test_every_file_gets_its_first_hunk_explained_before_any_gets_its_second() -> None:
    before = "".join(filler(f"f{i}", 30) + "\n" for i in range(3))
    after = before.replace("x15 = 15", "x15 = 16")
    context = gather(change(edited("a.py", before, after), edited("b.py", before, after)))
    assert [(e.path, e.symbol) for e in context.excerpts] == [
        (path, f"f{i}") for i in range(3) for path in ("a.py", "b.py")
    ]


def test_an_audit_needs_no_excerpts_but_has_its_outline() -> None:
    context = gather(change(added("shop.py", SHOP), added("empty.py", ""), added("notes.md", "# Notes\n")))
    assert context.excerpts == ()
    assert {symbol.name for symbol in context.outline} >= {"Shop.total", "rate", "receipt"}


def test_what_is_known_from_a_diff_alone_has_no_outline() -> None:
    file = shop_edit().model_copy(update={"partial": True})
    context = gather(change(file))
    assert (context.excerpts, context.outline) == ((), ())
    assert context.change.files == (file,)


def test_deleted_files_and_unknown_languages_have_no_outline() -> None:
    context = gather(change(deleted("a.py", "def f():\n    pass\n"), edited("a.md", "# A\n", "# B\n")))
    assert (context.excerpts, context.outline) == ((), ())


def test_excerpts_have_no_carriage_returns_and_keep_tabs_and_wide_characters() -> None:
    text = "def f():\r\n" + "".join(f"\tx{i} = 'é😀'  \r\n" for i in range(30))
    context = gather(change(edited("a.py", text, text.replace("x15 = ", "x15 = 1, "))))
    (excerpt,) = context.excerpts
    assert excerpt.text == text.replace("x15 = ", "x15 = 1, ").replace("\r\n", "\n").removesuffix("\n")


def test_conventions_and_the_change_are_passed_on() -> None:
    what = change(shop_edit())
    context = gather(what, conventions="Be kind.")
    assert (context.change, context.conventions) == (what, "Be kind.")


def test_nothing_to_see_is_no_error() -> None:
    assert gather(change()).excerpts == ()
    assert gather(change(added("a.py", ""))).outline == ()


def test_the_same_change_gives_the_same_context() -> None:
    files = [edited(f"m{i}.py", SHOP, SHOP.replace("result = 0", f"result = {i}")) for i in range(1, 4)]
    assert gather(change(*files)) == gather(change(*files))
