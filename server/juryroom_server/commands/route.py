"""`juryroom route`: which model a task would start on, why, and at what price. Nothing is called."""

import argparse
import sys
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from juryroom_reviewers.persona import Tier
from juryroom_reviewers.value import Value

from ..configuration.credentials import Key, find_key, read_keyring
from ..configuration.files import user_config_dir
from ..engine import open_workspace
from ..models.card import ModelCard, Outside, Privacy
from ..outcome import Exit
from ..routing.learn import load_learnt
from ..routing.offers import OUTPUT_TOKENS, offers_of
from ..routing.policy import Limits, Offer, Route, RoutingError, decide
from ..routing.reading import TaskClass, read
from ..seats import state_folder
from .calibrate import FILE
from .errors import UsageError

if TYPE_CHECKING:
    from ..settings import Settings


class RouteDocument(Value):
    """The decision, for programs."""

    schema_version: str = "1"
    route: Route
    task_class: TaskClass
    domain: str
    complexity: float
    languages: tuple[str, ...]
    risks: tuple[str, ...]
    input_tokens: int
    """About so many: characters / 4."""
    output_tokens: int
    """Taken as the most that is written, where the model's card doesn't say."""


def run_route(args: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Decide, print, and return the exit code.

    Raises:
        UsageError: when an option can't be used.
        RoutingError: when no model is within the limits.
        KnowledgeError: when what was learnt can't be read.
    """
    if not 0 < args.quality <= 1:
        raise UsageError(f"--quality {args.quality}: a share of what the best model solves, above 0 and up to 1")
    settings = open_workspace(Path.cwd(), environ, {}).loaded.settings
    text = sys.stdin.read() if args.task == "-" else args.task
    reading = read(text, [path.as_posix() for path in args.file])
    input_tokens = reading.tokens + sum(_size(path) for path in args.file) // 4
    limits = Limits(
        budget_usd=_dollars(args.budget),
        deadline_s=args.deadline,
        tier=Tier(args.tier) if args.tier else None,
        local_only=settings.privacy is Privacy.local or args.privacy == Privacy.local,
        quality=args.quality,
    )
    offers, refused = _offers(settings, environ, limits, input_tokens)
    try:
        route = decide(reading, offers, limits, load_learnt(state_folder() / FILE).of(reading.task_class))
    except RoutingError as error:
        raise RoutingError("\n".join((str(error), *refused))) from None
    document = RouteDocument(
        route=route.model_copy(update={"barred": (*route.barred, *refused)}),
        task_class=reading.task_class,
        domain=reading.domain,
        complexity=reading.complexity,
        languages=reading.languages,
        risks=reading.risks,
        input_tokens=input_tokens,
        output_tokens=OUTPUT_TOKENS,
    )
    sys.stdout.write(document.model_dump_json(indent=2) + "\n" if args.json else _text(document))
    return Exit.clean


def _offers(
    settings: "Settings", environ: Mapping[str, str], limits: Limits, input_tokens: int
) -> tuple[tuple[Offer, ...], list[str]]:
    from ..models.roster import admit, available  # noqa: PLC0415 - reads the list of prices

    keyring = read_keyring(environ, user_config_dir())

    def key_of(card: ModelCard) -> Key | None:
        return find_key(card, keyring)

    privacy = Privacy.local if limits.local_only else Privacy.any
    outside = Outside(privacy=privacy, private_hosts=settings.private_hosts)
    usable, unusable = available(settings.models, environ, key_of, outside)
    admitted, refused = admit(usable, outside)
    offers = offers_of(admitted, input_tokens, settings.private_hosts)
    kept = {offer.key for offer in offers}
    return offers, [
        *(f"{one.card.key}: {one.reason}" for one in (*unusable, *refused)),
        *(
            f"{one.card.key}: retired, or its window is too small for about {input_tokens} tokens"
            for one in admitted
            if one.card.key not in kept
        ),
    ]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise UsageError(f"--file {path}: {error.strerror}; name a file that is there") from error


def _dollars(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0:
        raise UsageError(f"--budget {text!r}: an amount in USD, such as 0.05")
    return amount


def _text(document: RouteDocument) -> str:
    route = document.route
    risks = ", ".join(document.risks) or "none"
    kind = [document.task_class, document.domain, *document.languages]
    lines = [
        f"{route.model} ({route.tier})",
        f"  why: {route.reason}",
        f"  read as: {', '.join(kind)}; about {document.input_tokens} tokens; risks: {risks}",
        f"  price: {_price(route.cost_usd)}",
    ]
    if route.then:
        lines.append(
            f"  if its answer does not hold: {', then '.join(route.then)}; all of them: {_price(route.cost_all_usd)}"
        )
    lines += [f"  left out: {one}" for one in route.barred]
    return "\n".join(lines) + "\n"


def _price(cost: Decimal | None) -> str:
    return "unknown" if cost is None else f"at most ${cost:.4f}"
