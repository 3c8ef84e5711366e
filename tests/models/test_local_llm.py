"""Both providers against a real model; opt-in.

Start any server that speaks the API (llama.cpp speaks both; so does Ollama), then

    JURYROOM_TEST_OPENAI_URL      its OpenAI base URL, `http://127.0.0.1:8080/v1`
    JURYROOM_TEST_ANTHROPIC_URL   its Anthropic base URL, `http://127.0.0.1:8080`
    JURYROOM_TEST_MODEL           the model's name; without it the first one that the server lists
    JURYROOM_TEST_KEY             the key, if it wants one
    JURYROOM_TEST_ENFORCES=1      if its OpenAI path enforces JSON schemas, as llama.cpp's does

    pytest tests/models/test_local_llm.py -m local_llm

What a small model says is not judged here: only that the whole chain works with real tokens.
"""

import json
import os
from typing import Any

import pytest
from pydantic import SecretStr

from juryroom_reviewers.answer import answer_schema, read_object
from juryroom_reviewers.model import Prompt
from juryroom_server.models.card import ModelCard
from juryroom_server.models.discover import list_models, resolve
from juryroom_server.models.endpoint import Endpoint, address_of
from juryroom_server.models.failure import Kind, ProviderError
from juryroom_server.models.roster import opened

URLS = {api: os.environ.get(f"JURYROOM_TEST_{api.upper()}_URL") for api in ("openai", "anthropic")}
MODEL = os.environ.get("JURYROOM_TEST_MODEL")
KEY = os.environ.get("JURYROOM_TEST_KEY")

pytestmark = pytest.mark.local_llm

PROMPT = Prompt(
    system='You review code. Answer with JSON alone: {"findings": [{"title": "...", "line": 1}]}',
    user='1  def read(db, name):\n2      return db.execute("SELECT * FROM users WHERE name = \'" + name + "\'")\n',
    answer_schema=answer_schema(("security",)),
    max_output_tokens=400,
)


async def real(api: str, **card: Any) -> Endpoint:
    """The endpoint that the environment names."""
    if not (url := URLS[api]):
        pytest.skip(f"JURYROOM_TEST_{api.upper()}_URL is not set")
    values = {"key": "real", "provider": f"{api}-compatible", "model": MODEL, "base_url": url, "timeout_s": 300, **card}
    one = ModelCard.model_validate(values)
    key = SecretStr(KEY) if KEY else None
    found = Endpoint(card=one, base_url=address_of(one, {}) or "", key=key, key_from="JURYROOM_TEST_KEY")
    (usable, unusable) = await resolve([found])
    assert not unusable, unusable[0].reason
    return usable[0]


async def test_a_real_model_answers_with_tokens_that_are_counted(api):
    async with opened([await real(api)]) as models:
        completion = await models["real"].complete(PROMPT)
    assert completion.finish_reason in ("stop", "length")
    assert completion.usage.input_tokens is not None
    assert completion.usage.output_tokens is not None
    assert 20 < completion.usage.input_tokens < 2_000
    assert 0 < completion.usage.output_tokens <= 400
    assert completion.usage.cost_usd is None


async def test_an_enforced_schema_gives_json_of_that_shape():
    one = await real("openai")
    if not os.environ.get("JURYROOM_TEST_ENFORCES"):
        pytest.skip("JURYROOM_TEST_ENFORCES is not set")
    async with opened([one]) as models:
        completion = await models["real"].complete(PROMPT)
    if completion.finish_reason == "stop":
        assert set(json.loads(completion.text)) == {"findings"}
    assert completion.text.lstrip().startswith("{")


async def test_without_enforcement_the_answer_is_found_in_the_text():
    async with opened([await real("anthropic")]) as models:
        short = PROMPT.model_copy(update={"user": 'Answer exactly {"vote": "confirm"}', "system": "JSON alone."})
        completion = await models["real"].complete(short)
    assert read_object(completion.text)


async def test_a_cut_off_answer_says_so(api):
    async with opened([await real(api, max_output_tokens=5)]) as models:
        completion = await models["real"].complete(PROMPT)
    assert completion.finish_reason == "length"


async def test_a_prompt_that_does_not_fit_is_named_as_such(api):
    huge = PROMPT.model_copy(update={"user": "value = compute(value)\n" * 40_000})
    async with opened([await real(api)]) as models:
        with pytest.raises(ProviderError) as caught:
            await models["real"].complete(huge)
    assert caught.value.kind is Kind.too_long


async def test_a_wrong_key_is_named_as_such(api):
    if not KEY:
        pytest.skip("the server wants no key")
    wrong = (await real(api)).model_copy(update={"key": SecretStr("sk-wrong")})
    async with opened([wrong]) as models:
        with pytest.raises(ProviderError, match="JURYROOM_TEST_KEY") as caught:
            await models["real"].complete(PROMPT)
    assert caught.value.kind is Kind.key


async def test_the_server_lists_what_it_has(api):
    one = await real(api)
    assert one.model in await list_models(one)
