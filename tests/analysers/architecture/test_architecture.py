"""What a change did to a real repository, before against after."""

import time

import pytest

from juryroom_reviewers.context import ReviewContext
from juryroom_reviewers.reviewer import Review
from juryroom_server import analysers
from juryroom_server.git import read_change
from juryroom_server.source import Source
from tests.shell import Repo

BODY = """    total = 0
    for invoice in sorted(invoices, key=lambda one: (one.customer, one.number)):
        rate = invoice.country.rate_at(invoice.date) if invoice.country else DEFAULT_RATE
        net = invoice.amount - invoice.discount - invoice.prepaid
        total += net * (1 + rate) if not invoice.reverse_charge else net
        invoice.log.append((invoice.number, net, rate, total))
        if total > LIMIT and not invoice.approved_by_manager:
            raise LimitExceededError(invoice.number, total)
    return total
"""


async def review(repo: Repo) -> Review:
    change = read_change(repo.root, Source())
    async with analysers.workspace(change, repository=repo.root) as tree:
        [seat] = [one for one in analysers.seated(tree) if one.seat.name == "delta"]
        return await seat.review(ReviewContext(change=change))


def found(told: Review) -> list[tuple[str | None, str, int]]:
    return [(f.rule, f.location.path, f.location.start_line) for f in told.findings if f.location]


def package(repo: Repo, **files: str) -> None:
    for name, text in {"__init__": "", **files}.items():
        repo.write(f"src/shop/{name}.py", text)


async def test_an_import_that_closes_a_cycle_is_told_with_the_way_round(repo: Repo) -> None:
    package(repo, cart="from .prices import price\n", prices="from shop import stock\n", stock="COUNT = 1\n")
    repo.commit("first")
    repo.write("src/shop/stock.py", "from .cart import Cart\n\nCOUNT = 1\n")
    told = await review(repo)
    assert found(told) == [("import-cycle", "src/shop/stock.py", 1)]
    assert told.findings[0].title == "This import closes a cycle of 3 files"
    assert (
        "src/shop/stock.py -> src/shop/cart.py -> src/shop/prices.py -> src/shop/stock.py" in told.findings[0].rationale
    )


async def test_cycles_that_were_there_and_imports_inside_of_functions_are_left_alone(repo: Repo) -> None:
    package(
        repo,
        cart="from . import prices\n",
        prices="from . import cart\n",
        stock="COUNT = 1\n",
        web="from . import stock\n",
    )
    repo.commit("first")
    package(
        repo,
        cart="from . import prices\nfrom . import stock\n",
        prices="from . import cart\nimport shop.stock\n",
        stock="def f():\n    from . import web\n    return web\n",
    )
    assert found(await review(repo)) == []


async def test_a_cycle_among_scripts_is_told_and_one_of_types_is_not(repo: Repo) -> None:
    repo.write("src/a.ts", 'import { b } from "./b";\n')
    repo.write("src/b.ts", "export const b = 1;\n")
    repo.write("src/c.ts", 'import { d } from "./d";\n')
    repo.write("src/d.ts", "export const d = 1;\n")
    repo.commit("first")
    repo.write("src/b.ts", 'import { a } from "./a.js";\nexport const b = 1;\n')
    repo.write("src/d.ts", 'import type { C } from "./c";\nexport const d = 1;\n')
    assert found(await review(repo)) == [("import-cycle", "src/b.ts", 1)]


async def test_the_first_import_against_the_direction_of_all_others_is_told(repo: Repo) -> None:
    for name in ("core", "web", "jobs"):
        repo.write(f"app/{name}/__init__.py", "")
    repo.write("app/__init__.py", "")
    repo.write("app/core/model.py", "X = 1\n")
    repo.write("app/core/rates.py", "Y = 1\n")
    for name in ("a", "b", "c"):
        repo.write(f"app/web/{name}.py", "from app.core.model import X\n")
    repo.write("app/jobs/a.py", "Z = 1\n")
    repo.commit("first")
    repo.write("app/core/rates.py", "from app.web.a import X\n\nY = 1\n")
    repo.write("app/jobs/a.py", "from app.core.model import X\n\nZ = 1\n")
    told = await review(repo)
    assert found(told) == [("layer-direction", "app/core/rates.py", 1)]
    assert "3 imports from app/web to app/core, none in this direction" in told.findings[0].rationale


async def test_a_public_name_that_is_gone_but_still_imported_is_told(repo: Repo) -> None:
    package(
        repo,
        cart="def checkout():\n    return 1\n\n\ndef discount():\n    return 2\n",
        web="from .cart import checkout\n",
    )
    repo.commit("first")
    repo.write("src/shop/cart.py", "def pay():\n    return 1\n")
    told = await review(repo)
    assert found(told) == [("public-name-removed", "src/shop/cart.py", 1)]
    assert "src/shop/web.py:1 did not change and still has it" in told.findings[0].rationale


async def test_a_name_that_moved_with_its_users_is_left_alone(repo: Repo) -> None:
    package(repo, cart="def checkout():\n    return 1\n", web="from .cart import checkout\n")
    repo.commit("first")
    package(repo, cart="OTHER = 1\n", till="def checkout():\n    return 1\n", web="from .till import checkout\n")
    assert found(await review(repo)) == []


CART = "def price(item, *, currency='EUR'):\n    return item\n\n\ndef rate(item):\n    return item\n"


async def test_a_new_parameter_without_a_default_is_told_when_a_caller_did_not_change(repo: Repo) -> None:
    package(repo, cart=CART, web="from .cart import price, rate\n\nA = price(1)\nB = rate(1)\n")
    repo.commit("first")
    repo.write(
        "src/shop/cart.py", CART.replace("item, *", "item, country, *").replace("rate(item)", "rate(item, year=0)")
    )
    told = await review(repo)
    assert found(told) == [("signature-grown", "src/shop/cart.py", 1)]
    assert told.findings[0].rationale == (
        "Before: 1 without a default; after: 2. src/shop/web.py:3 still calls it as before."
    )


async def test_a_new_parameter_is_fine_when_all_callers_changed_with_it(repo: Repo) -> None:
    package(repo, cart=CART, web="from .cart import price\n\nA = price(1)\n")
    repo.commit("first")
    package(
        repo, cart=CART.replace("item, *", "item, country, *"), web="from .cart import price\n\nA = price(1, 'DE')\n"
    )
    assert found(await review(repo)) == []


async def test_a_function_whose_last_call_was_removed_is_told_and_one_that_is_used_elsewhere_is_not(repo: Repo) -> None:
    helpers = "def rounded(x):\n    return x\n\n\ndef taxed(x):\n    return x\n\n\n"
    package(repo, cart=helpers + "def total(x):\n    return rounded(x) + taxed(x)\n", web="from .cart import taxed\n")
    repo.commit("first")
    repo.write("src/shop/cart.py", helpers + "def total(x):\n    return x\n")
    told = await review(repo)
    assert found(told) == [("left-behind", "src/shop/cart.py", 1)]
    assert told.findings[0].title == "Nothing calls rounded any more"


async def test_new_code_that_stands_elsewhere_is_told_and_moved_code_is_not(repo: Repo) -> None:
    package(
        repo, sums=f"def invoices_total(invoices):\n{BODY}", old=f"def old(rows):\n{BODY.replace('invoice', 'row')}"
    )
    repo.commit("first")
    repo.write("src/shop/report.py", f"import shop\n\n\ndef report(invoices):\n    # summed up\n{BODY}")
    repo.write("src/shop/new.py", f"def new(rows):\n{BODY.replace('invoice', 'row')}")
    (repo.root / "src/shop/old.py").unlink()
    told = await review(repo)
    assert [place for place in found(told) if place[0] == "duplicated"] == [("duplicated", "src/shop/report.py", 6)]
    assert "Before: once, in src/shop/sums.py:2; after: twice" in told.findings[0].rationale


async def test_without_a_repository_or_an_earlier_version_it_abstains(repo: Repo) -> None:
    repo.write("a.py", "x = 1\n")
    told = await review(repo)
    assert told.abstained == "there is no earlier version of the repository to compare with"


@pytest.mark.parametrize(
    "text", ["from . import (\n", "from .... import x\nimport , a\n", "import {\x00} from '../../..'\n"]
)
async def test_lines_that_only_look_like_imports_do_no_harm(repo: Repo, text: str) -> None:
    repo.write("a.py", "x = 1\n")
    repo.write("b.ts", "let x = 1;\n")
    repo.commit("first")
    repo.write("a.py", text)
    repo.write("b.ts", text)
    assert (await review(repo)).failed is False


async def test_what_is_too_large_is_not_looked_at_and_said(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("juryroom_server.analysers.architecture.repository.MAX_PATHS", 1)
    package(repo, cart="X = 1\n", web="Y = 1\n")
    repo.commit("first")
    repo.write("src/shop/web.py", "from .cart import X\n")
    [said] = (await review(repo)).notes
    assert said.startswith("imports were not looked at: the repository has")


async def test_a_large_repository_costs_little_for_a_small_change(repo: Repo) -> None:
    for number in range(400):
        repo.write(
            f"src/m{number}.py", f"from m{(number + 1) % 400} import x\n" + f"def f{number}(a):\n    return a\n" * 50
        )
    repo.commit("first")
    repo.write("src/m1.py", "from m7 import x\n")
    started = time.process_time()
    sum(hash(path.read_text()) % 7 for path in (repo.root / "src").iterdir() for _ in range(3))
    reading = time.process_time() - started
    started = time.process_time()
    assert (await review(repo)).failed is False
    assert time.process_time() - started < 40 * reading + 0.5
