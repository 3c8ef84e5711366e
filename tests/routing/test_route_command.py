"""`juryroom route`: the decision and its price, before anything is called."""

from decimal import Decimal

import pytest

from tests.shell import Done, Repo

MODELS = """
[models.small]
provider = "vllm"
model = "small-coder"
base_url = "http://127.0.0.1:1/v1"
tier = "economy"
price = { input = 0, output = 0 }

[models.usual]
provider = "openai"
model = "made-up-usual"
tier = "workhorse"
price = { input = 1, output = 4 }
latency_s = 20

[models.best]
provider = "anthropic"
model = "made-up-best"
tier = "frontier"
price = { input = 10, output = 50 }
latency_s = 90
"""
KEYS = {"OPENAI_API_KEY": "sk-one", "ANTHROPIC_API_KEY": "sk-two"}


@pytest.fixture
def repo(tmp_path) -> Repo:
    repo = Repo(tmp_path / "repo")
    repo.configure(MODELS)
    return repo


def route(repo: Repo, *args: str, code: int = 0) -> Done:
    done = repo.juryroom("route", *args, environ=KEYS)
    assert done.code == code, done.err
    return done


def test_the_decision_its_reason_and_its_price_are_shown_and_nothing_is_called(repo):
    out = route(repo, "Reverse the words of a line").out
    assert out.startswith("small (economy)\n")
    assert "no outcome is recorded" in out
    assert "price: at most $0.0000" in out
    assert "if its answer does not hold: usual, then best" in out


def test_the_price_counts_the_task_and_its_files(repo):
    repo.write("src/big.py", "x = 1\n" * 2_000)
    document = route(repo, "Tidy up", "--file", "src/big.py", "--tier", "workhorse", "--json").json
    assert document["input_tokens"] == 3_001
    assert Decimal(document["route"]["cost_usd"]) == (3_001 * 1 + 4_000 * 4) / Decimal(1_000_000)
    assert document["languages"] == ["python"]


def test_payment_code_starts_no_lower_than_workhorse_and_says_so(repo):
    repo.write("src/billing/charge.py", "")
    document = route(repo, "Round the amount", "--file", "src/billing/charge.py", "--json").json
    assert (document["route"]["model"], document["risks"]) == ("usual", ["payment"])
    assert "small: touches payment, which never starts below workhorse" in document["route"]["barred"]


def test_privacy_budget_and_deadline_leave_models_out_with_the_reason(repo):
    local = route(repo, "Sort a list", "--privacy", "local", "--json").json["route"]
    assert (local["model"], local["then"]) == ("small", [])
    assert sum("nothing was sent" in one for one in local["barred"]) == 2
    cheap = route(repo, "Sort a list", "--tier", "workhorse", "--budget", "0.05", "--json").json["route"]
    assert (cheap["model"], cheap["then"]) == ("usual", [])
    assert "takes 90 s" in route(repo, "Sort a list", "--deadline", "30").out


def test_a_task_that_nobody_may_take_is_refused_with_every_reason(repo):
    err = route(repo, "Check the password", "--privacy", "local", code=2).err
    assert "small: touches auth" in err
    assert "usual: " in err


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("--budget", "much"), "an amount in USD"),
        (("--quality", "98"), "a share of what the best model solves"),
        (("--file", "none.py"), "name a file that is there"),
    ],
)
def test_options_that_make_no_sense_are_named(repo, args, said):
    assert said in route(repo, "Sort a list", *args, code=2).err
