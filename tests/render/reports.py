"""Reports of every shape that the renderers must cope with."""

from decimal import Decimal
from typing import Any

from juryroom_reviewers.change import Skipped
from juryroom_reviewers.finding import Severity
from juryroom_reviewers.model import NOTHING_USED, Usage
from juryroom_reviewers.report import (
    Coverage,
    Dissent,
    Publication,
    Report,
    ReportedFinding,
    ReviewerStatus,
    Supporter,
    Verdict,
)
from juryroom_reviewers.reviewer import Method

AST_GREP = Supporter(reviewer="ast-grep", method=Method.structural)
SECURITY = Supporter(
    reviewer="security@anthropic:claude-sonnet-5",
    persona="security",
    model="anthropic:claude-sonnet-5",
    family="anthropic",
    method=Method.model,
)
CORRECTNESS = Dissent(
    reviewer="correctness@openai:gpt-5.2",
    persona="correctness",
    model="openai:gpt-5.2",
    family="openai",
    method=Method.model,
    reason="`name` comes from an enum in every caller that I can see.",
)


def finding(**changes: Any) -> ReportedFinding:
    """An ordinary finding, but for the changes."""
    usual: dict[str, Any] = {
        "id": "jr-0f3a9c11d2",
        "path": "shop/orders.py",
        "start_line": 42,
        "end_line": 43,
        "title": "SQL built from user input",
        "severity": Severity.critical,
        "category": "security",
        "cwe": "CWE-89",
        "rule": "ast-grep/python-sql-format",
        "probability": 0.83,
        "anchored": True,
        "in_change": True,
        "blocking": True,
        "supporters": (AST_GREP, SECURITY),
        "dissent": (CORRECTNESS,),
        "rationale": "`name` is taken from the query string and put between quotes by an f-string, so that a value "
        "with a quote in it ends the literal: `' OR 1=1 --` lists the orders of all customers.",
        "suggestion": "Pass it as a parameter:\n\n    cursor.execute(\n        "
        '"SELECT id, total FROM orders WHERE customer = %s", (name,)\n    )',
        "symbol": "OrderStore.by_customer",
        "excerpt": "        cursor.execute(\n            f\"SELECT id, total FROM orders WHERE customer = '{name}'\"\n"
        "        )",
        "fingerprint": "ab" * 32,
    }
    return ReportedFinding.model_validate(usual | changes)


def seat(name: str, method: Method = Method.structural, **changes: Any) -> ReviewerStatus:
    """A reviewer that is done, but for the changes."""
    usual = {"name": name, "method": method, "status": "done", "usage": NOTHING_USED, "seconds": 0.21}
    return ReviewerStatus.model_validate(usual | changes)


def model_seat(persona: str, model: str, family: str, **changes: Any) -> ReviewerStatus:
    """A model reviewer that is done, but for the changes."""
    usual: dict[str, Any] = {
        "persona": persona,
        "model": model,
        "family": family,
        "usage": Usage(input_tokens=6200, output_tokens=410, cost_usd=Decimal("0.0247")),
        "seconds": 4.07,
    }
    return seat(f"{persona}@{model}", Method.model, **(usual | changes))


def full() -> Report:
    """Everything at once: each publication, unknown probability and cost, lost seats, skipped and half-read files."""
    race = finding(
        id="jr-5be1d07733",
        path="web/src/cart.ts",
        start_line=118,
        end_line=118,
        title="The total is read before the discount has been awaited",
        severity=Severity.high,
        category="correctness",
        cwe=None,
        rule="correctness",
        probability=0.62,
        supporters=(CORRECTNESS.model_copy(update={"reason": ""}), SECURITY),
        dissent=(),
        blocking=False,
        rationale="`applyDiscount` returns a promise. Nothing waits for it, so the customer is charged the full price "
        "whenever the discount service takes longer than the render.",
        suggestion="`await applyDiscount(cart)` before `cart.total` is read.",
        symbol="checkout",
        excerpt="  const total = cart.total;",
        fingerprint="cd" * 32,
    )
    race = race.model_copy(update={"supporters": (Supporter(**CORRECTNESS.model_dump(exclude={"reason"})),)})
    key = finding(
        id="jr-77aa01be02",
        path="deploy/settings.py",
        start_line=None,
        end_line=None,
        title="A private key may have been committed",
        severity=Severity.high,
        cwe="CWE-798",
        rule="security/CWE-798",
        probability=None,
        anchored=False,
        blocking=False,
        publication=Publication.human_look,
        supporters=(SECURITY,),
        dissent=(),
        rationale="The reviewer quotes a key that is not in the file as it stands.",
        suggestion=None,
        symbol=None,
        excerpt="",
        fingerprint="ef" * 32,
    )
    low = {"severity": Severity.low, "supporters": (AST_GREP,), "dissent": (), "blocking": False, "suggestion": None}
    held = (
        finding(**low, id="jr-1", publication=Publication.below_threshold, probability=0.12, title="A hidden name"),
        finding(**low, id="jr-2", publication=Publication.over_cap, probability=0.55, start_line=90, end_line=90),
        finding(**low, id="jr-5", publication=Publication.non_production, path="tests/shop.py", probability=0.8),
        finding(**low, id="jr-3", publication=Publication.outside_change, in_change=False, probability=0.97),
        finding(**low, id="jr-4", publication=Publication.unanchored, anchored=False, start_line=None, end_line=None),
    )
    return Report(
        verdict=Verdict.request_changes,
        reason="1 finding at or above high is probable enough to block",
        source="main...HEAD",
        findings=(finding(), race, key, *held),
        reviewers=(
            seat("ast-grep", findings=5, usage=NOTHING_USED),
            seat("ruff", Method.lexical, findings=0, seconds=0.06),
            seat("lizard", Method.metric, status="failed", reason="exit code 139 (killed by SIGSEGV)", seconds=0.4),
            model_seat("security", "anthropic:claude-sonnet-5", "anthropic", findings=3),
            model_seat("correctness", "openai:gpt-5.2", "openai", findings=2, notes=("answer repaired once",)),
            model_seat(
                "performance",
                "local:qwen3-coder-30b",
                "qwen",
                status="abstained",
                reason="the answer was cut off at 4,096 tokens twice",
                usage=Usage(input_tokens=6200, output_tokens=8192, cost_usd=None),
            ),
        ),
        coverage=Coverage(
            files=("shop/orders.py", "web/src/cart.ts", "deploy/settings.py"),
            skipped=(
                *(Skipped(path=f"web/{name}/package-lock.json", reason="lock file") for name in "abcdefghijkl"),
                Skipped(path="docs/logo.png", reason="binary"),
                Skipped(path="docs/shot.png", reason="binary"),
                Skipped(path="vendor/jquery.min.js", reason="vendored"),
            ),
            partial=(Skipped(path="web/src/cart.ts", reason="lizard failed; the other reviewers read it"),),
        ),
        usage=Usage(input_tokens=18600, output_tokens=9012, cost_usd=None),
        incomplete=("2 of 6 reviewers gave no opinion",),
        notes=("personas are those of main",),
        seconds=6.38,
    )


def quiet() -> Report:
    """Nothing found, by analysers alone."""
    return Report(
        verdict=Verdict.comment,
        reason="no findings by 2 reviewers",
        source="work tree against HEAD",
        reviewers=(seat("ast-grep"), seat("ruff", Method.lexical)),
        coverage=Coverage(files=("a.py",)),
        usage=NOTHING_USED,
        seconds=0.31,
    )


def unclear() -> Report:
    """All seats failed."""
    lost = {"status": "failed", "usage": Usage(cost_usd=None)}
    return Report(
        verdict=Verdict.unclear,
        reason="all 2 reviewers failed",
        source="index against HEAD",
        reviewers=(
            seat("ruff", Method.lexical, status="failed", reason="ruff is not installed"),
            model_seat("security", "openai:gpt-5.2", "openai", reason="401: check OPENAI_API_KEY", **lost),
        ),
        coverage=Coverage(skipped=(Skipped(path="a.py", reason="no reviewer has read it"),)),
        usage=Usage(cost_usd=None),
        incomplete=("all reviewers failed",),
    )


def empty() -> Report:
    """Nothing to review."""
    return Report(
        verdict=Verdict.approve, reason="the change is empty", source="index against HEAD", usage=NOTHING_USED
    )


ALL = {"full": full, "quiet": quiet, "unclear": unclear, "empty": empty}
