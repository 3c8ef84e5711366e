"""Settings: read once, frozen, passed on. How they come together is in settings_load.py."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, Strict, StringConstraints, WithJsonSchema, field_validator

from juryroom_reviewers.decision import THRESHOLDS
from juryroom_reviewers.depth import Depth
from juryroom_reviewers.failure import Failure
from juryroom_reviewers.finding import Severity
from juryroom_reviewers.value import Value

from .models.card import ModelCard, Privacy
from .models.privacy import PrivateHost

__all__ = ["NEVER", "Depth", "Layer", "Loaded", "Origin", "Settings", "SettingsError"]

NEVER = "never"
"""In files, variables and flags: the word for a bar that nothing reaches, since TOML has no null."""


class SettingsError(Failure):
    """The configuration can't be used. The message says which file or variable, which key, and what to write."""


def _bar(value: Any) -> Any:
    return None if value == NEVER else value


def _choice_of_analysers(value: Any) -> Any:
    names = isinstance(value, (list, tuple)) and all(isinstance(name, str) for name in value)
    if isinstance(value, bool) or names:
        return value
    raise ValueError("should be true, false or a list of analysers' names")


def _limit(value: Any) -> Any:
    if value == NEVER:
        return None
    if isinstance(value, bool):  # which would pass for 0 or 1
        raise ValueError("should be an amount of US dollars, such as 0.50, or 'never'")  # noqa: TRY004 - for pydantic
    return value


Count = Annotated[int, Strict(), Field(ge=1, le=1_000_000)]
Seconds = Annotated[float, Strict(), Field(gt=0, le=86_400, allow_inf_nan=False)]
Dollars = Annotated[
    float | None,
    Field(ge=0, le=1_000_000, allow_inf_nan=False),
    BeforeValidator(_limit),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0, "maximum": 1_000_000}, {"const": NEVER}]}),
]
"""None, 'never' in files: no limit."""
Probability = Annotated[float, Strict(), Field(ge=0, le=1, allow_inf_nan=False)]
Switch = Annotated[bool, Strict()]
Globs = tuple[Annotated[str, StringConstraints(min_length=1)], ...]


class Settings(Value):
    """Everything that a user can decide, with its default. The field's name is the key in a file."""

    fail_on: Annotated[Severity | None, BeforeValidator(_bar)] = Severity.high
    """Findings at or above it make the exit code 1; 'never' means that none do."""
    max_findings: Count = 7
    """Findings shown of one review; the rest is counted, and reachable with `--all`."""
    max_per_file: Count = 3
    """Findings shown of one file."""
    thresholds: dict[Severity, Probability] = Field(default_factory=lambda: dict(THRESHOLDS))
    """For each severity the least probability at which a finding is shown: C / (C + V), where C is what a false alarm
    costs you and V what a true finding saves. 0.25: worth it if one of four is true. 0 shows all, 1 next to nothing;
    security findings of high severity and above are shown in any case, as in need of a human look."""
    depth: Depth = Depth.standard
    """quick (the analysers, and the models that are marked as quick), standard or deep."""
    deadline_s: Seconds = 120.0
    """Seconds after which a review ends with what it has."""
    soft_budget_s: Seconds = 45.0
    """Seconds after which an MCP call answers with what is known so far; editors cut calls off at 60 s."""
    exclude: Globs = ()
    """Files that nobody reviews: 'generated' is any file or folder of that name, 'src/*.js' is from the root."""
    nonprod: Globs = ()
    """Paths that are no production code: tests, examples, scripts."""
    personas: tuple[str, ...] = ()
    """The personas that take part; empty: those that ship and the repository's own."""
    seats: dict[str, str] = Field(default_factory=dict)
    """Persona -> key of the model it sits on; the others are seated by tier and family."""
    failover: tuple[str, ...] = ()
    """Keys of models that stand in, in this order, for one that fails; the report says when one did."""
    fail_closed: Switch = False
    """When models can't be reached: true ends with exit code 3, false goes on with those who can be asked."""
    privacy: Privacy = Privacy.any
    """any, or local: nothing is sent to a host that is neither this machine nor listed in private_hosts."""
    private_hosts: tuple[PrivateHost, ...] = ()
    """Hosts of your own that code may be sent to: 'gpu.corp.example', '*.corp.example', '10.0.0.0/8'."""
    analysers: Annotated[Switch | tuple[str, ...], BeforeValidator(_choice_of_analysers)] = True
    """true for all analysers, false for none, or their names."""
    found_engines: Switch = False
    """Whether bandit, pylint, semgrep, oxlint and gitleaks join where they are on the PATH; they take seconds."""
    cache: Switch = True
    """Whether the same code shown to the same reviewer is answered from the cache."""
    context_tokens: Count = 6_000
    """Tokens of surrounding code shown beside a part of the change."""
    part_tokens: Count = 24_000
    """Tokens of the change that one request to a model may hold."""
    max_parts: Count = 4
    """Requests that one model reviewer may make for one change; what is beyond is listed as unread."""
    budget_run_usd: Dollars = None
    """US dollars that the models of one review may cost; a call that could exceed it is not made. 'never': no limit."""
    budget_day_usd: Dollars = None
    """The same for a day (in UTC) over all repositories."""
    budget_project_usd: Dollars = None
    """The same for a repository, for as long as the ledger remembers."""
    unknown_price_ceiling_usd: Dollars = None
    """What a call to a model without a price is taken to cost at most; 'never': with a budget, it is not made."""
    ledger_retention_days: Annotated[int, Strict(), Field(ge=1, le=36_500)] = 365
    """Days after which the ledger forgets a call; what a repository spent stays counted against its budget."""
    models: tuple[ModelCard, ...] = ()
    """The models that personas can sit on, in the order of preference."""

    @field_validator("thresholds")
    @classmethod
    def _whole(cls, thresholds: dict[Severity, float]) -> dict[Severity, float]:
        return {severity: thresholds.get(severity, usual) for severity, usual in THRESHOLDS.items()}

    @field_validator("models")
    @classmethod
    def _distinct(cls, models: tuple[ModelCard, ...]) -> tuple[ModelCard, ...]:
        keys = [card.key for card in models]
        if len(set(keys)) < len(keys):
            raise ValueError("each model needs a key of its own")
        return models

    def card(self, key: str) -> ModelCard | None:
        """The model of that key, where there is one."""
        return next((card for card in self.models if card.key == key), None)


class Layer(StrEnum):
    """Who decided, the weakest first."""

    default = "default"
    user = "user"
    repository = "repository"
    environment = "environment"
    flag = "flag"


class Origin(Value):
    """Where a setting comes from."""

    layer: Layer
    name: str = ""
    """The file, the variable or the flag; empty for a default."""

    def __str__(self) -> str:
        """`user file /home/me/.config/juryroom/config.toml`, `environment JURYROOM_DEPTH`, `default`."""
        kind = "user file" if self.layer is Layer.user else self.layer.value
        return f"{kind} {self.name}".strip()


class Loaded(Value):
    """Settings, and how they came about."""

    settings: Settings
    origins: dict[str, Origin]
    """One for each field of Settings but the tables; for those `models.KEY`, `seats.PERSONA` and
    `thresholds.SEVERITY`."""
    files: tuple[str, ...] = ()
    """The configuration files that were read, the user's first."""
    warnings: tuple[str, ...] = ()
    """What was ignored, and why; for the reader's eyes."""
