"""Outlines of files in every language that we have a grammar for."""

from itertools import pairwise

import pytest

from juryroom_server.grammars import GRAMMARS
from juryroom_server.outline import MAX_NESTING, Call, Outline
from juryroom_server.syntax import MAX_BYTES, MAX_ERRORS, language_of, outline, parses

FILES = {
    "shop.py": """\
@registry.add
@dataclass
class Shop:
    key = lambda item: item.name

    @property
    async def total(self):
        def inner(x):
            return discount(x)
        return await self.items.sum(inner(1))

later: Callable = lambda: Shop()
""",
    "shop.js": """\
export class Shop extends Base {
  onClick = (event) => this.open(event);
  @bound
  async *items() { yield* load(); }
  get #secret() { return 1; }
}
export const total = async (items) => {
  function inner(x) { return discount(x); }
  return <Price value={items.reduce(inner)} tax={new Tax(1)} />;
};
Shop.prototype.close = function () {};
module.exports = { list: () => 1, 'named key': function () {} };
export default function () {}
""",
    "shop.ts": """\
@Injectable()
export class Shop<T> {
  private readonly onClick = (event: Event): void => this.open(event);
  @Get("/items")
  // paged
  @Cache(60)
  async list(page: number): Promise<T[]> { return this.db.find<T>(page); }
}
abstract class Base { abstract size(): number; size2() { return 2; } }
interface Item { name: string }
type Id = string;
enum Colour { Red }
const total = (items: Item[]): number => items.length;
""",
    "shop.tsx": """\
const Cart = ({ items }: Props) => {
  const remove = (id: string) => drop(id);
  return <List onRemove={remove}><Total /></List>;
};
""",
    "shop.go": """\
package shop

type Cart[T any] struct{ items []T }

func (c *Cart[T]) Total(rate int) int {
	double := func(x int) int { return twice(x) }
	return c.items.Sum(double(rate), tax.Of(rate))
}

func (Cart[T]) Name() string { return "cart" }

var handler = func() { New() }
""",
    "Shop.java": """\
@Entity
public class Shop extends Base {
    @Override
    public int total(int rate) {
        Function<Integer, Integer> twice = x -> Maths.twice(x);
        return this.items.sum(new Tax<>(rate));
    }
    public Shop() { super(); }
    enum Colour { RED; void paint() {} }
    record Pair(int a) {}
}
""",
    "shop.rs": """\
#[derive(Debug)]
#[serde(default)]
pub struct Cart<T> { items: Vec<T> }

impl<T: Num> fmt::Display for shop::Cart<T> {
    #[inline]
    // hot
    #[must_use]
    pub fn total(&self) -> u32 {
        let twice = |x| double(x);
        self.items.sum::<u32>(twice(1)) + Tax::of(2)
    }
}

mod tests {
    #[test]
    fn adds() { assert_eq!(total(1), 2); }
}
""",
    "shop.c": """\
struct cart { int size; };
typedef struct { int x; } Point;
#define TWICE(x) ((x) * 2)
static inline char *
name_of(struct cart *cart)
{
    return cart->print(format(cart));
}
static int (*chooser(int a))(int) { return 0; }
""",
    "shop.cpp": """\
template <typename T>
class Shop : public Base {
public:
    Shop() : size(1) {}
    ~Shop() { release(); }
    T& at(int i) const { return items.find<T>(i); }
    operator bool() const { return true; }
    Shop& operator+=(int n) { return *this; }
};
namespace market {
template <>
int Shop<int>::checkout(int n) {
    auto twice = [](int x) { return twofold(x); };
    return std::max(twice(n), *new Price(n));
}
}
""",
    "shop.rb": """\
module Market
  class Shop < Base
    private def self.build(size)
      new(size)
    end

    def total!(items, rate: 2)
      price = base_price
      items.sum { |item| item.price * price }
      twice = ->(x) { double(x) }
    end

    class << self
      def open? = true
    end
  end
end
""",
    "shop.php": """\
<?php
namespace App\\Shop;
#[Entity]
final class Cart extends Base
{
    #[Route("/total")]
    public function total(int $rate): int
    {
        $twice = fn($x) => double($x);
        return $this->sum(self::tax($rate), new \\App\\Price(1), \\App\\helper(2), $twice(1));
    }
}
function top() { return function () {}; }
""",
    "Shop.cs": """\
namespace Market.Web
{
    [ApiController]
    public class Shop<T> : Base
    {
        public int Size { get; set; }
        public Shop(int size) : base(size) { }
        ~Shop() { Release(); }
        [HttpGet]
        public async Task<int> Total(int rate)
        {
            int Twice(int x) => Double(x);
            Func<int, int> half = x => Halve(x);
            return await _db.SumAsync<int>(Twice(rate), new Tax(1), other?.Find());
        }
        public static Shop<T> operator +(Shop<T> a, Shop<T> b) => a;
        public int this[int i] { get { return i; } }
    }
}
""",
}

# name, first line, line of the name, last line, calls
EXPECTED = {
    "shop.py": [
        ("Shop", 1, 3, 10, ["property"]),
        ("Shop.key", 4, 4, 4, []),
        ("Shop.total", 6, 7, 10, ["sum", "inner"]),
        ("Shop.total.inner", 8, 8, 9, ["discount"]),
        ("later", 12, 12, 12, ["Shop"]),
    ],
    "shop.js": [
        ("Shop", 1, 1, 6, []),
        ("Shop.onClick", 2, 2, 2, ["open"]),
        ("Shop.items", 3, 4, 4, ["load"]),
        ("Shop.#secret", 5, 5, 5, []),
        ("total", 7, 7, 10, ["Price", "reduce", "Tax"]),
        ("total.inner", 8, 8, 8, ["discount"]),
        ("Shop.close", 11, 11, 11, []),
        ("list", 12, 12, 12, []),
        ("key", 12, 12, 12, []),
        ("default", 13, 13, 13, []),
    ],
    "shop.ts": [
        ("Shop", 1, 2, 8, ["Get", "Cache"]),
        ("Shop.onClick", 3, 3, 3, ["open"]),
        ("Shop.list", 4, 7, 7, ["find"]),
        ("Base", 9, 9, 9, []),
        ("Base.size2", 9, 9, 9, []),
        ("Item", 10, 10, 10, []),
        ("Id", 11, 11, 11, []),
        ("Colour", 12, 12, 12, []),
        ("total", 13, 13, 13, []),
    ],
    "shop.tsx": [("Cart", 1, 1, 4, ["List", "Total"]), ("Cart.remove", 2, 2, 2, ["drop"])],
    "shop.go": [
        ("Cart", 3, 3, 3, []),
        ("Cart.Total", 5, 5, 8, ["Sum", "double", "Of"]),
        ("Cart.Total.double", 6, 6, 6, ["twice"]),
        ("Cart.Name", 10, 10, 10, []),
        ("handler", 12, 12, 12, ["New"]),
    ],
    "Shop.java": [
        ("Shop", 1, 2, 11, []),
        ("Shop.total", 3, 4, 7, ["sum", "Tax"]),
        ("Shop.total.twice", 5, 5, 5, ["twice"]),
        ("Shop.Shop", 8, 8, 8, []),
        ("Shop.Colour", 9, 9, 9, []),
        ("Shop.Colour.paint", 9, 9, 9, []),
        ("Shop.Pair", 10, 10, 10, []),
    ],
    "shop.rs": [
        ("Cart", 1, 3, 3, []),
        ("Cart", 5, 5, 13, []),
        ("Cart.total", 6, 9, 12, ["sum", "twice", "of"]),
        ("Cart.total.twice", 10, 10, 10, ["double"]),
        ("tests", 15, 15, 18, []),
        ("tests.adds", 16, 17, 17, ["assert_eq", "total"]),
    ],
    "shop.c": [
        ("cart", 1, 1, 1, []),
        ("Point", 2, 2, 2, []),
        ("TWICE", 3, 3, 3, []),
        ("name_of", 4, 5, 8, ["print", "format"]),
        ("chooser", 9, 9, 9, []),
    ],
    "shop.cpp": [
        ("Shop", 1, 2, 9, []),
        ("Shop.Shop", 4, 4, 4, []),
        ("Shop.~Shop", 5, 5, 5, ["release"]),
        ("Shop.at", 6, 6, 6, ["find"]),
        ("Shop.operator bool", 7, 7, 7, []),
        ("Shop.operator+=", 8, 8, 8, []),
        ("Shop.checkout", 11, 12, 15, ["max", "twice", "Price"]),
        ("Shop.checkout.twice", 13, 13, 13, ["twofold"]),
    ],
    "shop.rb": [
        ("Market", 1, 1, 17, []),
        ("Market.Shop", 2, 2, 16, ["private"]),
        ("Market.Shop.build", 3, 3, 5, ["new"]),
        ("Market.Shop.total!", 7, 7, 11, ["base_price", "sum", "price"]),
        ("Market.Shop.total!.twice", 10, 10, 10, ["double"]),
        ("Market.Shop.open?", 14, 14, 14, []),
    ],
    "shop.php": [
        ("Cart", 3, 4, 12, []),
        ("Cart.total", 6, 7, 11, ["sum", "tax", "Price", "helper", "twice"]),
        ("Cart.total.twice", 9, 9, 9, ["double"]),
        ("top", 13, 13, 13, []),
    ],
    "Shop.cs": [
        ("Shop", 3, 4, 18, []),
        ("Shop.Size", 6, 6, 6, []),
        ("Shop.Shop", 7, 7, 7, []),
        ("Shop.~Shop", 8, 8, 8, ["Release"]),
        ("Shop.Total", 9, 10, 15, ["SumAsync", "Twice", "Tax", "Find"]),
        ("Shop.Total.Twice", 12, 12, 12, ["Double"]),
        ("Shop.Total.half", 13, 13, 13, ["Halve"]),
        ("Shop.operator+", 16, 16, 16, []),
        ("Shop.this[]", 17, 17, 17, []),
    ],
}


def of(path: str, text: str) -> Outline:
    found = outline(path, text)
    assert found is not None
    return found


def rows(found: Outline) -> list[tuple[str, int, int, int, list[str]]]:
    return [(d.name, d.start_line, d.line, d.end_line, [call.name for call in d.calls]) for d in found.definitions]


@pytest.mark.parametrize("path", FILES)
def test_definitions_have_qualified_names_their_lines_and_their_calls(path: str) -> None:
    found = of(path, FILES[path])
    assert found.errors == ()
    assert rows(found) == EXPECTED[path]


def test_every_grammar_is_tried() -> None:
    assert {language_of(path) for path in FILES} == GRAMMARS.keys()


@pytest.mark.parametrize("path", FILES)
def test_line_ends_tabs_and_wide_characters_move_no_line(path: str) -> None:
    comment = "#" if path.endswith((".py", ".rb")) else "//"
    head = "<?php " if path.endswith(".php") else ""
    text = f"{head}{comment} ä€😀\t\n" + FILES[path].removeprefix("<?php\n" if head else "")
    shift = 0 if head else 1
    expected = [(n, a + shift, b + shift, c + shift, calls) for n, a, b, c, calls in EXPECTED[path]]
    assert rows(of(path, text)) == expected
    assert rows(of(path, text.replace("\n", "\r\n"))) == expected


def test_calls_outside_of_any_definition_are_kept_with_their_lines() -> None:
    found = of("a.py", "import x\n\nx.run(\n    setup())\n")
    assert found.calls == (Call("run", 3), Call("setup", 4))
    assert found.definitions == ()


def test_names_are_decoded_from_bytes_and_not_from_characters() -> None:
    found = of("a.py", 'x = "€€€"; été = lambda: größe("😀", tür())\n')
    assert rows(found) == [("été", 1, 1, 1, ["größe", "tür"])]


def test_the_innermost_definition_around_each_line() -> None:
    found = of("shop.py", FILES["shop.py"])
    names = {line: found.definitions[index].name for line, index in found.innermost(range(14)).items()}
    assert names == {
        **dict.fromkeys((1, 2, 3, 5), "Shop"),
        4: "Shop.key",
        **dict.fromkeys((6, 7, 10), "Shop.total"),
        **dict.fromkeys((8, 9), "Shop.total.inner"),
        12: "later",
    }


@pytest.mark.parametrize(
    ("path", "text", "lines"),
    [
        ("a.py", "def f(:\n    return 1\n", (1,)),
        ("a.go", "package a\n\nfunc f() {\n\treturn (1\n}\n", (4,)),
        ("a.ts", "const a = 1;\nconst = 2;\n", (2,)),
    ],
)
def test_syntax_errors_are_named_by_line(path: str, text: str, lines: tuple[int, ...]) -> None:
    assert of(path, text).errors == lines
    assert parses(path, text) is False


def test_what_stands_beside_a_syntax_error_is_still_outlined() -> None:
    found = of("a.py", "def good():\n    return helper()\n\ndef bad(:\n    pass\n\ndef fine():\n    pass\n")
    assert found.errors
    assert {"good", "fine"} <= {one.name for one in found.definitions}


def test_only_the_first_syntax_errors_are_kept() -> None:
    text = "".join(f"x{i} = = 1\n" for i in range(100))
    assert len(of("a.py", text).errors) == MAX_ERRORS


@pytest.mark.parametrize("path", FILES)
def test_an_empty_file_parses_and_defines_nothing(path: str) -> None:
    assert of(path, "").definitions == ()
    assert parses(path, "") is True
    assert parses(path, FILES[path]) is True


def test_an_unknown_language_is_unknown_and_not_clean() -> None:
    assert outline("notes.md", "# Notes\n") is None
    assert parses("notes.md", "# Notes\n") is None


def test_a_byte_order_mark_and_lone_surrogates_do_no_harm() -> None:
    assert rows(of("a.py", "\ufeffdef f():\n    pass\n")) == [("f", 1, 1, 2, [])]
    assert rows(of("a.py", "x = '\udc80'\ndef f():\n    pass\n")) == [("f", 2, 2, 3, [])]


@pytest.mark.parametrize(
    ("path", "prefix"),
    [("a.py", "x = "), ("a.js", "x = "), ("a.ts", "x = "), ("a.c", "int x = "), ("a.go", "package a\nvar x = ")],
)
def test_thousands_of_nested_parentheses_hide_nothing(path: str, prefix: str) -> None:
    function = {"py": "def f(): pass", "go": "func f() {}", "c": "void f() {}"}.get(path[2:], "function f() {}")
    text = f"{prefix}{'(' * 5_000}1{')' * 5_000}\n{function}\n"
    assert [one.name for one in of(path, text).definitions] == ["f"]


def test_names_stay_short_however_deep_functions_are_nested() -> None:
    depth = 1_000
    text = "".join(f"function f{i}() {{\n" for i in range(depth)) + "call()\n" + "}" * depth
    found = of("a.js", text)
    assert len(found.definitions) == MAX_NESTING
    assert found.definitions[-1].name == ".".join(f"f{i}" for i in range(MAX_NESTING))
    assert found.definitions[-1].calls == (Call("call", depth + 1),)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.java", "a=>" * 50_000),
        ("a.java", "a<" * 50_000),
        ("a.cs", "a<" * 50_000),
        ("a.js", "->" * 50_000),
        ("a.ts", "(" * 50_000),
        ("a.py", "x = 1\n" + " " * MAX_BYTES),
    ],
)
def test_what_a_grammar_cannot_cope_with_is_unknown(path: str, text: str) -> None:
    assert outline(path, text) is None


def test_long_tables_of_numbers_are_no_reason_to_give_up() -> None:
    text = f"int table[] = {{{'0, 0, 0,' * 5_000}}};\nint f(void) {{ return 0; }}\n"
    assert [one.name for one in of("a.c", text).definitions] == ["f"]


def test_outer_definitions_stand_before_inner_ones_and_parents_point_back() -> None:
    for path, text in FILES.items():
        found = of(path, text)
        assert all(a.start_line <= b.start_line for a, b in pairwise(found.definitions))
        for index, one in enumerate(found.definitions):
            if one.parent is not None:
                parent = found.definitions[one.parent]
                assert one.parent < index
                assert parent.start_line <= one.start_line <= one.end_line <= parent.end_line
                assert one.name.startswith(f"{parent.name}.")


@pytest.mark.parametrize(
    ("path", "text", "language"),
    [
        ("src/a.PY", None, "python"),
        ("a.jsx", None, "javascript"),
        ("a.mts", None, "typescript"),
        ("Rakefile", None, "ruby"),
        ("Rakefile", "task :x", "ruby"),
        ("bin/run", "#!/usr/bin/env python3\n", "python"),
        ("bin/run", "#!/usr/bin/node --harmony\n", "javascript"),
        ("bin/run", "#!/bin/sh\n", None),
        ("bin/run", None, None),
        ("a.h", None, "c"),
        ("a.h", "#include <stdio.h>\nint f(int a);\n", "c"),
        ("a.h", "/* a class of things */\nstruct a { int b : 1; };\n", "c"),
        ("a.h", "namespace a {\nint f();\n}\n", "cpp"),
        ("a.h", "class A : public B {\n};\n", "cpp"),
        ("a.h", "std::string f();\n", "cpp"),
        ("a.h", "  template <class T> T f();\n", "cpp"),
        ("Makefile", "all:\n", None),
        ("a.txt", "#!/usr/bin/env python3\n", None),
    ],
)
def test_the_language_of_a_file(path: str, text: str | None, language: str | None) -> None:
    assert language_of(path, text) == language
