"""Where settings come from, who may say what, and what is said when something is wrong."""

import os
from pathlib import Path

import pytest

from juryroom_reviewers.finding import Severity
from juryroom_reviewers.persona import Tier
from juryroom_server.configuration.credentials import find_key, read_keyring
from juryroom_server.configuration.load import ENVIRONMENT, load
from juryroom_server.settings import Depth, Layer, Loaded, Settings, SettingsError


class Place:
    """A repository and a user's configuration folder."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "repository"
        self.config = folder / "config"
        self.root.mkdir()
        self.config.mkdir()

    def repository(self, text: str, path: str = "juryroom.toml") -> "Place":
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)
        return self

    def user(self, text: str) -> "Place":
        (self.config / "config.toml").write_text(text)
        return self

    def credentials(self, text: str, mode: int = 0o600) -> "Place":
        path = self.config / "credentials.toml"
        path.write_text(text)
        path.chmod(mode)
        return self

    def load(self, environ=None, flags=None, cwd=".", repository_text=None) -> Loaded:
        return load(
            self.root,
            self.root / cwd,
            environ or {},
            flags or {},
            config_dir=self.config,
            repository_text=repository_text,
        )

    def settings(self, **arguments) -> Settings:
        return self.load(**arguments).settings

    def problem(self, **arguments) -> str:
        with pytest.raises(SettingsError) as caught:
            self.load(**arguments)
        return str(caught.value)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


# Sources and their order


def test_without_any_configuration_the_defaults_hold_and_say_so(place: Place):
    loaded = place.load()
    assert loaded.settings == Settings()
    assert {origin.layer for origin in loaded.origins.values()} == {Layer.default}
    assert (loaded.files, loaded.warnings) == ((), ())


def test_flags_go_before_variables_before_the_repository_before_the_user(place: Place):
    place.user("max_findings = 1")
    assert place.settings().max_findings == 1
    place.repository("max_findings = 2")
    assert place.settings().max_findings == 2
    environ = {"JURYROOM_MAX_FINDINGS": "3"}
    assert place.settings(environ=environ).max_findings == 3
    assert place.settings(environ=environ, flags={"max_findings": 4}).max_findings == 4


def test_each_setting_names_where_it_comes_from(place: Place):
    place.user("max_findings = 1").repository("max_per_file = 2")
    loaded = place.load(environ={"JURYROOM_DEADLINE": "30"}, flags={"depth": "quick", "fail_on": None})
    assert {name: str(origin) for name, origin in loaded.origins.items() if origin.layer is not Layer.default} == {
        "max_findings": f"user file {place.config}/config.toml",
        "max_per_file": "repository juryroom.toml",
        "deadline_s": "environment JURYROOM_DEADLINE",
        "depth": "flag --depth",
    }
    assert loaded.files == (f"{place.config}/config.toml", "juryroom.toml")


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("JURYROOM_FAIL_ON", "medium", "fail_on", Severity.medium),
        ("JURYROOM_FAIL_ON", "never", "fail_on", None),
        ("JURYROOM_MAX_FINDINGS", " 12 ", "max_findings", 12),
        ("JURYROOM_DEPTH", "deep", "depth", Depth.deep),
        ("JURYROOM_DEADLINE", "2.5", "deadline_s", 2.5),
        ("JURYROOM_SOFT_BUDGET", "20", "soft_budget_s", 20.0),
        ("JURYROOM_EXCLUDE", "vendor, *.gen.go,", "exclude", ("vendor", "*.gen.go")),
        ("JURYROOM_PERSONAS", "security", "personas", ("security",)),
        ("JURYROOM_FAIL_CLOSED", "yes", "fail_closed", True),
        ("JURYROOM_CACHE", "0", "cache", False),
        ("JURYROOM_ANALYSERS", "off", "analysers", False),
        ("JURYROOM_ANALYSERS", "ruff,lizard", "analysers", ("ruff", "lizard")),
    ],
)
def test_a_variable_sets_what_it_names(place: Place, variable, text, field, value):
    assert getattr(place.settings(environ={variable: text}), field) == value


def test_an_empty_variable_is_one_that_is_not_set(place: Place):
    assert place.settings(environ=dict.fromkeys(ENVIRONMENT, "")) == Settings()


def test_a_variable_that_resembles_no_setting_is_not_passed_over_in_silence(place: Place):
    (warning,) = place.load(
        environ={"JURYROOM_FOO": "1", "JURYROOM_DATABASE_URL": "x", "JURYROOM_TEST_KEY": "x", "JURYROOM_DEBUG": "1"}
    ).warnings
    assert warning.startswith("environment: JURYROOM_FOO is not known and is ignored; known variables: JURYROOM_")


def test_a_misspelt_variable_is_pointed_out(place: Place):
    assert place.load(
        environ={"JURYROOM_FAIL_AT": "low", "JURYROOM_DEBUG": "1", "JURYROOM_WORKSPACE": "/x"}
    ).warnings == ("environment: JURYROOM_FAIL_AT is not known and is ignored; did you mean JURYROOM_FAIL_ON?",)


def test_the_file_closest_to_the_working_directory_counts_alone(place: Place):
    place.repository("max_findings = 1\nmax_per_file = 1").repository("max_findings = 2", "api/juryroom.toml")
    (place.root / "api/v1").mkdir()
    assert place.settings(cwd="api/v1") == Settings(max_findings=2)
    assert place.settings(cwd=".") == Settings(max_findings=1, max_per_file=1)


def test_nothing_above_the_repository_is_read(place: Place):
    (place.root.parent / "juryroom.toml").write_text("max_findings = 1")
    assert place.load().files == ()


def test_a_working_directory_outside_of_the_repository_counts_as_its_top(place: Place, tmp_path: Path):
    place.repository("max_findings = 1")
    assert load(place.root, tmp_path, {}, {}, config_dir=place.config).settings.max_findings == 1


def test_pyproject_serves_as_well_but_not_beside_a_file_of_our_own(place: Place):
    place.repository("[tool.juryroom]\nmax_findings = 1", "pyproject.toml")
    assert place.settings().max_findings == 1
    place.repository("max_findings = 2")
    loaded = place.load()
    assert loaded.settings.max_findings == 2
    assert loaded.warnings == ("pyproject.toml: [tool.juryroom] is ignored, because juryroom.toml stands beside it",)


def test_a_broken_pyproject_that_does_not_speak_of_us_is_not_our_business(place: Place):
    assert place.repository("[tool.black\n", "pyproject.toml").load().files == ()


def test_the_configuration_can_be_that_of_the_base_revision(place: Place):
    place.repository("max_findings = 1\nexclude = ['**']")
    at_base = {"juryroom.toml": "max_findings = 2"}
    assert place.settings(repository_text=at_base.get) == Settings(max_findings=2)
    assert place.settings(repository_text=lambda _: None) == Settings()


# What a repository may not say


@pytest.mark.parametrize(
    "line",
    [
        'fail_on = "critical"',
        'fail_on = "never"',
        "deadline_s = 121",
        "soft_budget_s = 46",
        "max_parts = 5",
        "part_tokens = 24001",
        "context_tokens = 6001",
        "cache = false",
        "analysers = false",
        "analysers = []",
        "analysers = ['lizard']",
    ],
)
def test_a_repository_cannot_loosen_and_the_attempt_is_visible(place: Place, line):
    loaded = place.repository(line).load()
    assert loaded.settings == Settings()
    (warning,) = loaded.warnings
    assert warning.startswith("juryroom.toml: " + line.split(" =")[0])
    assert str(place.config / "config.toml") in warning


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ('fail_on = "low"', "fail_on", Severity.low),
        ("deadline_s = 60", "deadline_s", 60.0),
        ("max_parts = 1", "max_parts", 1),
        ("fail_closed = true", "fail_closed", True),
        ("personas = ['security']", "personas", ("security",)),
        ("max_findings = 100", "max_findings", 100),
        ("depth = 'deep'", "depth", Depth.deep),
    ],
)
def test_a_repository_can_tighten_and_say_what_it_is(place: Place, line, field, value):
    loaded = place.repository(line).load()
    assert getattr(loaded.settings, field) == value
    assert loaded.warnings == ()


def test_each_threshold_is_set_for_itself_and_the_others_stay(place: Place):
    loaded = place.user("[thresholds]\nhigh = 0.3\nnit = 1").load()
    assert loaded.settings.thresholds == {**Settings().thresholds, Severity.high: 0.3, Severity.nit: 1.0}
    assert str(loaded.origins["thresholds.high"]).startswith("user file")
    assert str(loaded.origins["thresholds.low"]) == "default"


def test_a_repository_may_have_more_shown_and_not_less(place: Place):
    place.user("[thresholds]\nmedium = 0.5")
    loaded = place.repository("[thresholds]\nhigh = 0.1\nmedium = 0.52\ncritical = 0.9").load()
    assert loaded.settings.thresholds == {**Settings().thresholds, Severity.high: 0.1, Severity.medium: 0.5}
    assert [warning.partition(" is ignored")[0] for warning in loaded.warnings] == [
        "juryroom.toml: thresholds.medium = 0.52",
        "juryroom.toml: thresholds.critical = 0.9",
    ]


@pytest.mark.parametrize("line", ["high = 1.5", "high = 'few'", "high = true", "hihg = 0.5"])
def test_a_threshold_that_is_none_is_refused_and_named(place: Place, line: str):
    with pytest.raises(SettingsError, match="thresholds"):
        place.user(f"[thresholds]\n{line}").load()


def test_what_the_user_says_is_the_measure_and_not_the_default(place: Place):
    place.user('fail_on = "low"\nfail_closed = true\ndeadline_s = 300')
    loaded = place.repository('fail_on = "medium"\nfail_closed = false\ndeadline_s = 200').load()
    assert (loaded.settings.fail_on, loaded.settings.fail_closed) == (Severity.low, True)
    assert loaded.settings.deadline_s == 200
    assert len(loaded.warnings) == 2


@pytest.mark.parametrize(
    ("theirs", "holds", "warned"),
    [
        ("['lizard']", ("ruff",), 1),
        ("['lizard', 'ruff']", ("lizard", "ruff"), 0),
        ("true", True, 0),
        ("false", ("ruff",), 1),
    ],
)
def test_a_repository_may_add_analysers_to_those_of_the_user_and_drop_none(place: Place, theirs, holds, warned):
    loaded = place.user("analysers = ['ruff']").repository(f"analysers = {theirs}").load()
    assert loaded.settings.analysers == holds
    assert len(loaded.warnings) == warned


def test_a_flag_may_loosen_what_the_repository_tightened(place: Place):
    place.repository('fail_on = "low"')
    assert place.settings(flags={"fail_on": "critical"}).fail_on is Severity.critical


def test_what_the_user_excludes_stays_excluded(place: Place):
    loaded = place.user("exclude = ['private']").repository("exclude = ['vendor']").load()
    assert loaded.settings.exclude == ("private", "vendor")
    assert str(loaded.origins["exclude"]) == f"repository juryroom.toml, with user file {place.config}/config.toml"


@pytest.mark.parametrize("key", ["base_url", "api_key", "token", "key_variable", "output", "credentials"])
def test_a_repository_cannot_name_addresses_keys_or_outputs(place: Place, key):
    problem = place.repository(f'{key} = "sk-secret-value"').problem()
    assert problem.startswith(f"juryroom.toml: {key} can't stand here; ")
    assert "sk-secret-value" not in problem


@pytest.mark.parametrize(
    "key",
    [
        "base_url",
        "key_variable",
        "price",
        "timeout_s",
        "concurrency",
        "max_output_tokens",
        "privacy",
        "approved",
        "status",
    ],
)
def test_a_repository_cannot_say_where_its_models_are_and_what_they_may_take(place: Place, key):
    table = f'[models.mine]\nprovider = "anthropic"\nmodel = "m"\n{key} = "https://example.org/sk-secret-value"'
    problem = place.repository(table).problem(environ={"ANTHROPIC_API_KEY": "k"})
    assert problem.startswith(f"juryroom.toml: models.mine: {key} can't stand in a repository's file")
    assert "secret" not in problem


def test_a_repository_can_keep_code_at_home_and_never_let_it_out(place: Place):
    loaded = place.repository("privacy = 'local'").load()
    assert loaded.settings.privacy == "local"
    place.user("privacy = 'local'\nprivate_hosts = ['gpu.corp.example', '10.0.0.0/8']")
    loaded = place.repository("privacy = 'any'\nprivate_hosts = ['evil.example', '10.0.0.0/8']").load()
    assert loaded.settings.privacy == "local"
    assert loaded.settings.private_hosts == ("gpu.corp.example", "10.0.0.0/8")
    assert [warning.split(": ")[1].split(" =")[0] for warning in loaded.warnings] == ["privacy", "private_hosts"]
    fewer = place.repository("private_hosts = ['10.0.0.0/8']").load()
    assert fewer.settings.private_hosts == ("10.0.0.0/8",)


def test_a_model_of_the_repository_takes_over_the_connection_and_not_what_is_known_of_the_other_model(place: Place):
    place.user(
        "[models.mine]\nprovider = 'openai-compatible'\nbase_url = 'http://127.0.0.1:1/v1'\nmodel = 'mine'\n"
        "privacy = 'third-party'\napproved = 'mine'\nquality = 0.9\nstrengths = ['security']\nlatency_s = 3\n"
        "context_window = 10\nprice = { input = 1, output = 2, cached_input = 0.1 }\nstatus = 'deprecated'"
    )
    place.repository("[models.theirs]\nprovider = 'openai-compatible'\nmodel = 'theirs'")
    mine, theirs = place.settings().models
    assert mine.price is not None
    assert (mine.quality, mine.strengths, mine.latency_s, mine.status) == (0.9, ("security",), 3, "deprecated")
    assert (theirs.base_url, theirs.privacy, theirs.approved) == (mine.base_url, "third-party", "mine")
    unknown = (theirs.price, theirs.quality, theirs.latency_s, theirs.context_window)
    assert (unknown, theirs.strengths, theirs.status) == ((None,) * 4, (), "active")


# Models


def test_keys_in_the_environment_are_enough_to_have_models(place: Place):
    loaded = place.load(environ={"OPENAI_API_KEY": "a", "ANTHROPIC_API_KEY": "b", "GROQ_API_KEY": "c"})
    assert [(card.key, card.provider, card.model) for card in loaded.settings.models] == [
        ("openai", "openai", None),
        ("anthropic", "anthropic", None),
    ]
    assert str(loaded.origins["models.openai"]) == "environment OPENAI_API_KEY"
    assert loaded.warnings == (
        "groq: GROQ_API_KEY is there, but not which model to use; set GROQ_MODEL, or configure a model",
    )


def test_a_provider_that_has_no_usual_model_is_told_which(place: Place):
    settings = place.settings(environ={"OPENROUTER_API_KEY": "a", "OPENROUTER_MODEL": "qwen/qwen3-coder"})
    assert [card.name for card in settings.models] == ["openrouter:qwen/qwen3-coder"]


def test_a_key_in_the_credentials_file_counts_like_one_in_the_environment(place: Place):
    loaded = place.credentials('OPENAI_API_KEY = "sk-secret-value"').load()
    assert [card.key for card in loaded.settings.models] == ["openai"]
    assert str(loaded.origins["models.openai"]) == f"user file {place.config}/credentials.toml"
    assert "sk-secret-value" not in repr(loaded)


def test_a_base_url_on_this_machine_needs_no_key(place: Place):
    (card,) = place.settings(environ={"OPENAI_BASE_URL": "http://127.0.0.1:8080/v1", "OPENAI_MODEL": "tiny"}).models
    assert (card.key, card.provider, card.model) == ("openai", "openai-compatible", "tiny")
    assert (card.base_url, card.key_variable) == ("http://127.0.0.1:8080/v1", None)
    (card,) = place.settings(environ={"ANTHROPIC_BASE_URL": "http://localhost:1", "ANTHROPIC_API_KEY": "k"}).models
    assert (card.provider, card.key_variable) == ("anthropic-compatible", "ANTHROPIC_API_KEY")


def test_a_base_url_elsewhere_without_a_key_is_no_model(place: Place):
    assert place.settings(environ={"OPENAI_BASE_URL": "https://gateway.example/v1"}).models == ()


def test_a_base_url_that_is_none_is_named_without_its_password(place: Place):
    for url in ("http://me:hunter2@localhost/v1", "https://me:hunter2@gateway.example"):
        problem = place.problem(environ={"OPENAI_BASE_URL": url, "OPENAI_API_KEY": "k"})
        assert problem.startswith("OPENAI_BASE_URL: base_url: should hold no user, password or query; ")
        assert "hunter2" not in problem
    place.user("[models.mine]\nprovider = 'gemini'\nmodel = 'x'")
    assert "GEMINI_BASE_URL: base_url: should be an address" in place.problem(environ={"GEMINI_BASE_URL": "gateway"})


def test_models_of_the_user_stand_instead_of_those_of_the_keys_and_take_seats(place: Place):
    place.user("""
        [models.sonnet]
        provider = "anthropic"
        model = "claude-x"
        tier = "frontier"
        price = { input = 3, output = 15.5 }
        schema = "none"
        [models.local]
        provider = "ollama"
        model = "qwen2.5-coder:7b"
        quick = true
        [seats]
        security = "sonnet"
        """)
    loaded = place.load(environ={"OPENAI_API_KEY": "k"})
    assert [(card.key, card.name, card.tier, card.quick) for card in loaded.settings.models] == [
        ("sonnet", "anthropic:claude-x", Tier.frontier, False),
        ("local", "ollama:qwen2.5-coder:7b", Tier.workhorse, True),
    ]
    assert loaded.settings.seats == {"security": "sonnet"}
    assert str(loaded.origins["seats.security"]) == f"user file {place.config}/config.toml"


def test_a_repository_chooses_among_the_users_providers_on_the_users_connection(place: Place):
    place.user("""
        [models.mine]
        provider = "anthropic"
        model = "small"
        base_url = "https://gateway.example"
        key_variable = "GATEWAY_KEY"
        price = { input = 1, output = 1 }
        """)
    place.repository("""
        [models.big]
        provider = "anthropic"
        model = "big"
        [models.mine]
        provider = "anthropic"
        model = "other"
        [models.elsewhere]
        provider = "openai"
        [seats]
        security = "big"
        performance = "elsewhere"
        """)
    loaded = place.load(environ={"OPENAI_API_KEY": "not for this repository to use"})
    mine, big = loaded.settings.models
    assert (mine.key, mine.model) == ("mine", "small")
    assert big == mine.model_copy(update={"key": "big", "model": "big", "price": None})
    assert loaded.settings.seats == {"security": "big"}
    assert [warning.partition(";")[0] for warning in loaded.warnings] == [
        f"juryroom.toml: models.mine is ignored: {place.config}/config.toml has a model of that name",
        "juryroom.toml: models.elsewhere is ignored: you have no model of provider 'openai'",
        "juryroom.toml: seats.performance: there is no model 'elsewhere'",
    ]


def test_a_repository_may_name_a_local_server_or_a_provider_whose_key_is_there(place: Place):
    place.repository("""
        [models.local]
        provider = "ollama"
        [models.strong]
        provider = "anthropic"
        tier = "frontier"
        """)
    settings = place.settings(environ={"ANTHROPIC_API_KEY": "a", "OPENAI_API_KEY": "b"})
    assert [(card.key, card.provider, card.tier) for card in settings.models] == [
        ("local", "ollama", Tier.workhorse),
        ("strong", "anthropic", Tier.frontier),
    ]


def test_a_seat_of_the_repository_that_nobody_can_take_leaves_the_users_in_place(place: Place):
    place.user("[models.a]\nprovider = 'ollama'\n[seats]\nsecurity = 'a'").repository("[seats]\nsecurity = 'b'")
    assert place.settings().seats == {"security": "a"}


def test_a_seat_of_the_user_must_name_a_model(place: Place):
    place.user("[models.a]\nprovider = 'ollama'\n[seats]\nsecurity = 'b'")
    assert place.problem().endswith("seats.security: there is no model 'b'; known models: a")


def test_a_seat_on_a_provider_whose_key_is_missing_today_is_a_warning(place: Place):
    loaded = place.user("[seats]\nsecurity = 'anthropic'").load()
    assert loaded.settings.seats == {}
    assert "there is no model 'anthropic'" in loaded.warnings[0]


# What is wrong, said well


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\nmax_findings = high", "no valid TOML: Invalid value (at line 2, column 16)"),
        ("a = " + "[" * 5000, "no valid TOML: nested too deeply"),
        ("a = " + "9" * 5000, "no valid TOML: Exceeds the limit"),
        ("max_findngs = 3", "unknown key 'max_findngs'; did you mean 'max_findings'?"),
        ("fail-on = 'low'", "unknown key 'fail-on'; did you mean 'fail_on'?"),
        ("zzz = 3", "unknown key 'zzz'; known keys: fail_on, max_findings"),
        ("max_findings = '7'", "max_findings: should be a valid integer, not '7'"),
        ("max_findings = true", "max_findings: should be a valid integer, not True"),
        ("max_findings = 0", "max_findings: should be greater than or equal to 1, not 0"),
        ("deadline_s = nan", "deadline_s: should be"),
        ("fail_on = 'hihg'", "fail_on: should be 'critical', 'high', 'medium', 'low' or 'nit', not 'hihg'"),
        ("exclude = 'vendor'", "exclude: should be a valid tuple, not 'vendor'"),
        ("cache = 1", "cache: should be a valid boolean, not 1"),
        ("analysers = 'ruff'", "analysers: should be true, false or a list of analysers' names, not 'ruff'"),
        ("models = 3", "models: should be tables: [models.NAME]"),
        ("[seats]\nsecurity = 3", "seats.security: should be a valid string, not 3"),
        ("[models.a]\nmodel = 'x'", "models.a: provider is missing"),
        ("[models.a]\nprovider = 'antropic'", "models.a: provider: should be 'openai', 'anthropic'"),
        ("[models.a]\nprovider = 'ollama'\nmodle = 'x'", "models.a: unknown key 'modle'; did you mean 'model'?"),
        ("[models.a]\nprovider = 'openai'\napi_key = 'sk-1'", "models.a: api_key can't stand here; keys belong in the"),
        ("[models.a]\nprovider = 'openai-compatible'", "models.a: provider 'openai-compatible' needs a base_url"),
        ("[models.a]\nprovider = 'openrouter'", "models.a: say which model of openrouter"),
        ("[models.a]\nprovider = 'openai'\nkey_variable = 'sk-1'", "models.a: key_variable: String should match"),
    ],
)
def test_a_wrong_file_is_named_with_its_key_and_what_was_expected(place: Place, text, said):
    problem = place.user(text).problem()
    assert problem.startswith(f"{place.config}/config.toml: {said}")
    assert "sk-1" not in problem


def test_a_wrong_variable_and_a_wrong_flag_are_named(place: Place):
    assert place.problem(environ={"JURYROOM_MAX_FINDINGS": "many"}) == (
        "JURYROOM_MAX_FINDINGS: should be a valid integer, not 'many'"
    )
    assert place.problem(flags={"depth": "deeper"}) == (
        "--depth: should be 'quick', 'standard' or 'deep', not 'deeper'"
    )


def test_a_file_that_is_none_is_refused_without_waiting(place: Place):
    os.mkfifo(place.config / "config.toml")
    assert "not a regular file" in place.problem()
    (place.config / "config.toml").unlink()
    (place.config / "config.toml").mkdir()
    assert "config.toml" in place.problem()
    (place.config / "config.toml").rmdir()
    place.user("# " + "x" * 1_000_000)
    assert "larger than 1,000,000 bytes" in place.problem()
    (place.config / "config.toml").write_bytes(b"a = '\xff'")
    assert "not UTF-8 (byte 5)" in place.problem()


def test_a_link_out_of_the_repository_is_not_followed(place: Place, tmp_path: Path):
    (tmp_path / "outside.toml").write_text("max_findings = 1")
    (place.root / "juryroom.toml").symlink_to(tmp_path / "outside.toml")
    assert place.problem().startswith("juryroom.toml: a link that leaves the repository is not followed")


# Keys


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_credentials_file_that_others_can_read_is_refused(place: Place):
    problem = place.credentials('OPENAI_API_KEY = "sk-secret-value"', mode=0o644).problem()
    path = place.config / "credentials.toml"
    assert problem == f"{path}: others can read it, so it is not used; run: chmod 600 {path}"


def test_a_key_names_its_origin_and_never_shows_itself(place: Place):
    place.credentials('OPENAI_API_KEY = "sk-from-file"\nANTHROPIC_API_KEY = "sk-also"')
    environ = {"ANTHROPIC_API_KEY": "sk-from-environment"}
    keyring = read_keyring(environ, place.config)
    found = {card.key: find_key(card, keyring) for card in place.settings(environ=environ).models}
    assert {name: key and (key.secret.get_secret_value(), key.origin) for name, key in found.items()} == {
        "openai": ("sk-from-file", f"credentials file {place.config}/credentials.toml"),
        "anthropic": ("sk-from-environment", "environment ANTHROPIC_API_KEY"),
    }
    assert "sk-" not in repr(keyring) + str(found) + keyring.model_dump_json()


def test_a_credentials_file_of_another_form_is_explained_without_its_content(place: Place):
    problem = place.credentials("[keys]\nOPENAI_API_KEY = 'sk-secret-value'").problem()
    assert problem.endswith('credentials.toml: keys: should be a key in quotes: keys = "..."')
