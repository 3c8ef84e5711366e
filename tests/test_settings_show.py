"""The settings as `juryroom config` shows them, and the schema that editors check the file with."""

import tomllib
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # it ships no types
import pytest

from juryroom_server.configuration.load import load
from juryroom_server.configuration.show import descriptions, schema, show
from juryroom_server.settings import Settings
from juryroom_server.setup.init import Survey, compose

USER = """
fail_on = "never"
exclude = ["vendor/", "caf\u00e9"]
analysers = ["ruff"]
[models.sonnet]
provider = "anthropic"
tier = "frontier"
price = { input = 3, output = 15.5 }
schema = "none"
[models."local.7b"]
provider = "ollama"
model = "qwen2.5-coder:7b"
[thresholds]
high = 0.25
[seats]
security = "sonnet"
"""


def test_what_is_shown_can_be_read_back_as_the_same_settings(tmp_path: Path):
    (tmp_path / "config.toml").write_text(USER)
    first = load(tmp_path, tmp_path, {}, {"deadline_s": "2.5"}, config_dir=tmp_path)
    (tmp_path / "config.toml").write_text(show(first, origin=True))
    again = load(tmp_path, tmp_path, {}, {}, config_dir=tmp_path)
    assert again.settings == first.settings


def test_origins_stand_behind_the_values_when_asked_for(tmp_path: Path):
    (tmp_path / "config.toml").write_text(USER)
    loaded = load(tmp_path, tmp_path, {"JURYROOM_DEPTH": "deep"}, {"max_findings": 3}, config_dir=tmp_path)
    lines = show(loaded, origin=True).splitlines()
    assert 'depth = "deep"  # environment JURYROOM_DEPTH' in lines
    assert "max_findings = 3  # flag --max-findings" in lines
    assert "max_per_file = 3  # default" in lines
    assert f"high = 0.25  # user file {tmp_path}/config.toml" in lines
    assert "medium = 0.55  # default" in lines
    assert f"[models.sonnet]  # user file {tmp_path}/config.toml" in lines
    assert f'security = "sonnet"  # user file {tmp_path}/config.toml' in lines
    assert "#" not in show(loaded)


def test_no_key_is_ever_shown(tmp_path: Path):
    loaded = load(tmp_path, tmp_path, {"OPENAI_API_KEY": "sk-secret-value"}, {}, config_dir=tmp_path)
    assert "[models.openai]  # environment OPENAI_API_KEY" in show(loaded, origin=True)
    assert "sk-secret-value" not in show(loaded, origin=True)


def test_the_schema_takes_what_we_write_and_what_users_write():
    validator = jsonschema.Draft202012Validator(schema())
    jsonschema.Draft202012Validator.check_schema(schema())
    for text in (USER, compose(Survey(exclude=("vendor/",))), ""):
        validator.validate(tomllib.loads(text))


@pytest.mark.parametrize(
    "text",
    [
        "max_findngs = 3",
        "max_findings = 0",
        "fail_on = 'hihg'",
        "[thresholds]\nhigh = 2",
        "[thresholds]\nhihg = 0.5",
        "[models.a]\nmodel = 'x'",
        "[models.a]\nprovider = 'x'",
    ],
)
def test_the_schema_refuses_what_loading_refuses(text: str):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(text), schema())


def test_every_setting_explains_itself():
    assert set(descriptions(Settings)) == set(Settings.model_fields)
    assert all(schema()["properties"][field]["description"] for field in Settings.model_fields)
