"""What kind of task it is, as far as its words tell: class, domain, size, languages and risks."""

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from math import log1p
from typing import NamedTuple

from juryroom_reviewers.language import language_of

from .features import Features, Tokens, features, tokenize


class TaskClass(StrEnum):
    """What is asked for. Outcomes are recorded by it."""

    fix = "fix"
    """Something is wrong and is to be right."""
    program = "program"
    """A whole program that reads and prints."""
    function = "function"
    """New code inside of a program."""
    test = "test"
    refactor = "refactor"
    document = "document"
    other = "other"


class Reading(NamedTuple):
    """A task, read once."""

    vector: Features
    task_class: TaskClass
    domain: str
    """What it is about, `general` when no word says so."""
    complexity: float
    """0 to 1: how much is said and how many conditions it has. For people: it predicts no gain."""
    languages: tuple[str, ...]
    risks: tuple[str, ...]
    """Of auth, crypto, payment and migration, those that it or its paths touch."""
    tokens: int
    """About so many for a model: characters / 4."""


_RISKS = {
    "auth": "auth authenticate authentication authorization authorisation authorize oauth oidc saml login logins "
    "password passwords passwd jwt sso mfa totp csrf rbac acl permission permissions credential credentials",
    "crypto": "crypto cryptography cryptographic encrypt encrypted encryption decrypt decryption cipher hmac rsa aes "
    "ecdsa tls ssl certificate certificates signature keystore",
    "payment": "payment payments billing invoice invoices checkout refund refunds stripe paypal ledger payout payroll",
    "migration": "migration migrations migrate alembic flyway liquibase",
}
_DOMAINS = {
    "algorithm": "array arrays subarray substring subsequence permutation modulo grid vertices leq constraints",
    "web": "http https html css request response endpoint route view template browser react api url form",
    "data": "dataframe pandas numpy csv sql query table column schema model dataset matrix plot",
    "infrastructure": "docker kubernetes deploy pipeline terraform config yaml ci server cluster",
    "concurrency": "async await thread threads lock deadlock race concurrent coroutine queue",
}
_CLASSES = (
    (TaskClass.test, "test tests pytest unittest coverage"),
    (TaskClass.document, "docstring docstrings readme documentation changelog document"),
    (TaskClass.refactor, "refactor refactoring rename extract simplify cleanup restructure deduplicate"),
    (TaskClass.fix, "fix bug bugs error exception traceback broken crash crashes fails failing regression incorrect"),
)
_OPENING = 12
"""Words in which the verb of an instruction stands."""


def _table(groups: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {word: name for name, words in groups for word in words.split()}


_RISK_OF = _table(_RISKS.items())
_DOMAIN_OF = _table(_DOMAINS.items())
_CLASS_OF = {word: task_class for task_class, words in reversed(_CLASSES) for word in words.split()}
_STDIN = frozenset(("stdin", "standard"))
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LANGUAGE_WORDS = frozenset(["python", "javascript", "typescript", "java", "rust", "ruby", "php", "cpp"])
"""Not `c` and `go`: a variable, and a verb."""


def read(text: str, paths: Sequence[str] = ()) -> Reading:
    """Read a task.

    Args:
        text: the instruction.
        paths: files that it is about; their names count for the language and the risks, their content does not.
    """
    tokens = tokenize(text)
    names = frozenset(tokens.counts)
    risks = {_RISK_OF[word] for word in names & _RISK_OF.keys()}
    languages = {*(names & _LANGUAGE_WORDS)}
    for path in paths:
        parts = frozenset(tokenize(_CAMEL.sub(" ", path)).listed)
        risks.update(_RISK_OF[word] for word in parts & _RISK_OF.keys())
        if language := language_of(path):
            languages.add(language)
    return Reading(
        vector=features(tokens),
        task_class=_class(tokens),
        domain=_domain(tokens),
        complexity=min(1.0, log1p(len(tokens.listed)) / 8),
        languages=tuple(sorted(languages)),
        risks=tuple(one for one in _RISKS if one in risks),
        tokens=max(1, len(text) // 4),
    )


def _class(tokens: Tokens) -> TaskClass:
    for word in tokens.listed[:_OPENING]:
        if found := _CLASS_OF.get(word):
            return found
    counts = tokens.counts
    if ("input" in counts and "output" in counts and "sample" in counts) or (
        "input" in counts and not _STDIN.isdisjoint(counts)
    ):
        return TaskClass.program
    if "traceback" in counts or ("expected" in counts and "actual" in counts):
        return TaskClass.fix
    if "def " in tokens.text or "function" in counts or "return" in counts:
        return TaskClass.function
    return TaskClass.other


def _domain(tokens: Tokens) -> str:
    seen: dict[str, int] = {}
    for word in tokens.counts.keys() & _DOMAIN_OF.keys():
        seen[_DOMAIN_OF[word]] = seen.get(_DOMAIN_OF[word], 0) + 1
    # one word is chance
    best = max(seen, key=lambda one: (seen[one], one), default="")
    return best if best and seen[best] > 1 else "general"
