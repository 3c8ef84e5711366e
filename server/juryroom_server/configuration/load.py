"""From files, variables and flags to Settings: flags > environment > repository > user > defaults.

The repository is somebody else's word: it says what the project is, and it may make a review stricter. It can't say
where code is sent, with which key, what it may cost, or that less is asked for than the user asks for.
"""

import difflib
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from juryroom_reviewers.decision import THRESHOLDS
from juryroom_reviewers.finding import Severity

from ..models.card import Privacy
from ..models.presets import PRESETS
from ..settings import Layer, Loaded, Origin, Settings, SettingsError
from .cards import choose_cards
from .credentials import Keyring, read_keyring
from .files import USER_FILE, ReadText, Sheet, repository_sheet, user_sheet
from .problems import explain, known_key, listed, plain, shown

PREFIX = "JURYROOM_"
OTHERS = ("JURYROOM_WORKSPACE", "JURYROOM_DEBUG", "JURYROOM_DATABASE_URL")
_TESTS = "JURYROOM_TEST_"
"""Variables that are no settings."""
TABLES = ("models", "seats", "thresholds")
ENVIRONMENT = {
    PREFIX + field.removesuffix("_s").upper(): field for field in Settings.model_fields if field not in TABLES
}
"""Variable -> setting; lists are comma-separated."""
_MERGED = ("exclude", "nonprod")
"""The user's stand, the repository adds its own: what a user keeps from being sent stays kept."""


def _lower_bar(new: Severity | None, old: Severity | None) -> bool:
    return old is not None and (new is None or new.rank > old.rank)


def more(new: float, old: float) -> bool:
    """True for a number above the one that it would take the place of."""
    return new > old


def _higher_limit(new: float | None, old: float | None) -> bool:
    return old is not None and (new is None or new > old)


def _lower_guess(new: float | None, old: float | None) -> bool:
    return new is not None and (old is None or new < old)


def _different(new: object, old: object) -> bool:
    return new != old


def _switched_off(new: object, old: object) -> bool:
    return bool(old) and not new


def _fewer(new: bool | tuple[str, ...], old: bool | tuple[str, ...]) -> bool:  # noqa: FBT001 - as the setting is
    """True for analysers that leave out one of those that would look."""
    if isinstance(old, tuple):
        return new is not True and not set(old) <= set(new or ())
    return old and new is not True


def _opened(new: Privacy, old: Privacy) -> bool:
    return new is not old and new is Privacy.any


def _added(new: tuple[str, ...], old: tuple[str, ...]) -> bool:
    return not set(new) <= set(old)


def _other(new: object, old: object) -> bool:
    return new != old


LOOSENS: Mapping[str, Callable[[Any, Any], bool]] = {
    "fail_on": _lower_bar,
    "fail_closed": _switched_off,
    "failover": _other,
    "analysers": _fewer,
    # it would start programs of the user's that they did not ask for, or send away those that they did
    "found_engines": _different,
    "cache": _switched_off,
    "privacy": _opened,
    "private_hosts": _added,
    "deadline_s": more,
    "soft_budget_s": more,
    "context_tokens": more,
    "part_tokens": more,
    "max_parts": more,
    "budget_run_usd": _higher_limit,
    "budget_day_usd": _higher_limit,
    "budget_project_usd": _higher_limit,
    "unknown_price_ceiling_usd": _lower_guess,
    # it would delete what the user keeps of other repositories
    "ledger_retention_days": _different,
}
"""Setting -> whether a repository's value would ask for less, or cost more, than the one below it."""


def load(
    root: Path,
    cwd: Path,
    environ: Mapping[str, str],
    flags: Mapping[str, object],
    *,
    config_dir: Path,
    repository_text: ReadText | None = None,
) -> Loaded:
    """Read the settings once.

    Args:
        root: the top folder of the reviewed repository.
        cwd: the working directory; the repository's file closest to it counts.
        environ: the environment's variables.
        flags: setting -> value of a flag, typed or as text; None where the flag was not given.
        config_dir: the user's folder, `settings_files.user_config_dir()`.
        repository_text: reads a repository-relative file of another revision (the base of the change, so that a change
            can't bring its own configuration); None reads the work tree.

    Raises:
        SettingsError: for the first thing that is wrong.
    """
    merge = _Merge()
    config_file = config_dir / USER_FILE
    user = user_sheet(config_dir)
    repository, warnings = repository_sheet(root, cwd, repository_text)
    merge.warnings.extend(warnings)
    for sheet in (user, repository):
        merge.sheet(sheet, config_file)
    merge.environment(environ)
    for field, value in flags.items():
        if value is not None:
            merge.put(field, value, Origin(layer=Layer.flag, name="--" + field.removesuffix("_s").replace("_", "-")))
    return merge.finish(environ, read_keyring(environ, config_dir), user, repository, config_file)


class _Merge:
    """The work of one `load`."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.origins = {field: Origin(layer=Layer.default) for field in Settings.model_fields if field not in TABLES}
        self.origins |= {f"thresholds.{severity}": Origin(layer=Layer.default) for severity in Severity}
        self.seats: dict[str, list[tuple[str, Origin]]] = {}
        self.thresholds: dict[Severity, float] = {}
        self.files: list[str] = []
        self.warnings: list[str] = []

    def sheet(self, sheet: Sheet, config_file: Path) -> None:
        """Take over a file; the tables of its models come later, since they need to know all files."""
        origin = sheet.origin
        if origin.name:
            self.files.append(origin.name)
        for key, raw in sheet.values.items():
            known_key(key, Settings.model_fields, origin.name)
            if key == "models":
                continue
            if key == "thresholds":
                self.bars(raw, origin, config_file)
                continue
            value = parse(key, raw, origin.name)
            old = self.values.get(key, getattr(Settings(), key))
            looser = LOOSENS.get(key) if origin.layer is Layer.repository else None
            if looser and looser(value, old):
                self.warnings.append(_refused(f"{key} = {shown(raw)}", origin, config_file))
                continue
            self.put(key, value, origin)

    def bars(self, raw: object, origin: Origin, config_file: Path) -> None:
        """Take over a file's thresholds, each for itself; a repository can't have less shown, which is a higher one."""
        whole = parse("thresholds", raw, origin.name)
        named = [Severity(name) for name in raw] if isinstance(raw, Mapping) else []
        for severity in named:
            value, key = whole[severity], f"thresholds.{severity}"
            if origin.layer is Layer.repository and more(value, self.thresholds.get(severity, THRESHOLDS[severity])):
                self.warnings.append(_refused(f"{key} = {value}", origin, config_file))
                continue
            self.thresholds[severity] = value
            self.origins[key] = origin

    def environment(self, environ: Mapping[str, str]) -> None:
        """Take over the variables `JURYROOM_*`."""
        for name, text in sorted(environ.items()):
            if not name.startswith(PREFIX) or not text.strip():
                continue
            if field := ENVIRONMENT.get(name):
                self.put(field, text, Origin(layer=Layer.environment, name=name))
            elif name not in OTHERS and not name.startswith(_TESTS):
                near = difflib.get_close_matches(name, ENVIRONMENT, n=1, cutoff=0.8)
                advice = f"did you mean {near[0]}?" if near else listed("variables", sorted(ENVIRONMENT))
                self.warnings.append(f"environment: {plain(name)} is not known and is ignored; {advice}")

    def put(self, field: str, raw: object, origin: Origin) -> None:
        """Set one setting, over what weaker layers said."""
        known_key(field, Settings.model_fields, origin.name)
        value = parse_text(field, raw, origin.name) if isinstance(raw, str) else parse(field, raw, origin.name)
        if field == "seats":
            for persona, model in value.items():
                self.seats.setdefault(persona, []).append((model, origin))
            return
        if field in _MERGED and origin.layer is Layer.repository and self.values.get(field):
            value = tuple(dict.fromkeys((*self.values[field], *value)))
            origin = Origin(layer=Layer.repository, name=f"{origin.name}, with {self.origins[field]}")
        self.values[field] = value
        self.origins[field] = origin

    def finish(
        self,
        environ: Mapping[str, str],
        keyring: Keyring,
        user: Sheet,
        repository: Sheet,
        config_file: Path,
    ) -> Loaded:
        """Choose the models, and see that the seats name them."""
        chosen = choose_cards(environ, keyring, user, repository, config_file)
        self.warnings.extend(chosen.warnings)
        seats = self.pins({card.key for card in chosen.cards})
        settings = Settings.model_validate(
            {
                **self.values,
                "seats": {persona: model for persona, (model, _) in seats.items()},
                "models": chosen.cards,
                "thresholds": self.thresholds,
            }
        )
        origins = {
            **self.origins,
            **{f"models.{key}": origin for key, origin in chosen.origins.items()},
            **{f"seats.{persona}": origin for persona, (_, origin) in seats.items()},
        }
        return Loaded(settings=settings, origins=origins, files=tuple(self.files), warnings=tuple(self.warnings))

    def pins(self, models: AbstractSet[str]) -> dict[str, tuple[str, Origin]]:
        """For each persona the strongest word that names a model which is there."""
        chosen: dict[str, tuple[str, Origin]] = {}
        for persona, words in self.seats.items():
            for model, origin in words:
                if model in models:
                    chosen[persona] = (model, origin)
                    continue
                there = listed("models", sorted(models))
                problem = f"{origin.name}: seats.{plain(persona)}: there is no model {model!r}; {there}"
                if origin.layer is not Layer.repository and model not in PRESETS:
                    raise SettingsError(problem)
                # whoever wrote the repository's file has other models; and a provider's key may be missing today
                self.warnings.append(f"{problem}; the persona is seated as if this was not said")
        return chosen


def _refused(what: str, origin: Origin, config_file: Path) -> str:
    return (
        f"{origin.name}: {what} is ignored: a repository may only be stricter than what "
        f"holds without it; to have it, put it into {config_file} or say it on the command line"
    )


def parse(field: str, raw: object, where: str) -> Any:
    """One setting's value as Settings holds it.

    Raises:
        SettingsError: naming the place, the setting and what was expected.
    """
    try:
        return getattr(Settings.model_validate({field: raw}), field)
    except ValidationError as error:
        raise SettingsError(explain(error, where)) from error


def parse_text(field: str, text: str, where: str) -> Any:
    """One setting's value from a variable or a flag: `3`, `true`, `high`, `tests,examples`.

    Raises:
        SettingsError: naming the place, the setting and what was expected.
    """
    text = text.strip()
    default = getattr(Settings(), field)
    raw: object = text
    if isinstance(default, bool):
        word = text.lower()
        raw = True if word in ("1", "true", "yes", "on") else False if word in ("0", "false", "no", "off") else text
        if field == "analysers" and raw == text:
            raw = _split(text)
    elif isinstance(default, tuple):
        raw = _split(text)
    elif isinstance(default, (int, float)):
        try:
            raw = int(text) if isinstance(default, int) else float(text)
        except ValueError:
            raw = text
    return parse(field, raw, where)


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
