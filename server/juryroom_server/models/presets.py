"""Providers that need one word of configuration: where they are, which key they want, how they speak."""

import re
from functools import cache
from typing import Literal

from juryroom_reviewers.persona import Tier
from juryroom_reviewers.value import Value

ProviderName = Literal[
    "openai",
    "anthropic",
    "gemini",
    "openrouter",
    "deepseek",
    "mistral",
    "groq",
    "qwen",
    "azure",
    "ollama",
    "lmstudio",
    "llamacpp",
    "vllm",
    "litellm",
    "openai-compatible",
    "anthropic-compatible",
]

Form = Literal["json_schema", "json_object", "none"]
"""How an answer is constrained: to a schema, to any JSON object, or by the prompt's words alone."""


class Preset(Value):
    """What is known of a provider before anything is configured."""

    name: ProviderName
    api: Literal["openai", "anthropic"] = "openai"
    base_url: str | None = None
    """None: the configuration must name one."""
    key_variables: tuple[str, ...] = ()
    """Environment variables that may hold the key; the first that is set is taken."""
    needs_key: bool = True
    base_url_variable: str | None = None
    """Environment variable that moves the base URL."""
    local: bool = False
    """True for servers that run where the user says, by default on this machine."""
    gateway: bool = False
    """True for one that passes questions on to whom it likes, wherever it runs itself."""
    economy: str | None = None
    workhorse: str | None = None
    frontier: str | None = None
    """The model of each tier where none is named; None: the configuration must name one."""
    limit_word: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """What the API calls the limit of the answer. OpenAI's thinking models refuse the old word, others the new one."""
    first_form: Form = "json_schema"
    """The most constrained form of answer that is worth trying."""
    breakpoints: bool = False
    """True where a request can say up to which place its beginning is worth keeping, for models that can."""
    batch: bool = False
    """True where calls that may wait are taken in the way of the API's owner, for models that can."""
    cache_key: bool = False
    """True where a request can say by a key which others begin like it; others refuse words that they don't know."""

    def model_for(self, tier: Tier) -> str | None:
        """The model of a tier where the configuration names none."""
        return {Tier.economy: self.economy, Tier.workhorse: self.workhorse, Tier.frontier: self.frontier}[tier]


# Model names are in the catalogue, which is checked against the SDKs' literals and the list of prices; where the choice
# is the user's (a router, a gateway, a deployment), there is none.
_ALL = (
    Preset(
        name="openai",
        base_url="https://api.openai.com/v1",
        key_variables=("OPENAI_API_KEY",),
        base_url_variable="OPENAI_BASE_URL",
        economy="gpt-6-luna",
        workhorse="gpt-6.1-terra",
        frontier="gpt-6.1-sol",
        limit_word="max_completion_tokens",
        breakpoints=True,
        batch=True,
        cache_key=True,
    ),
    Preset(
        name="anthropic",
        api="anthropic",
        base_url="https://api.anthropic.com",
        key_variables=("ANTHROPIC_API_KEY",),
        base_url_variable="ANTHROPIC_BASE_URL",
        economy="claude-haiku-5-5",
        workhorse="claude-sonnet-5-5",
        frontier="claude-opus-5-5",
        breakpoints=True,
        batch=True,
    ),
    Preset(
        name="gemini",
        base_url="https://generativelanguage.googleapis.com/v1beta/openai",
        key_variables=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        base_url_variable="GEMINI_BASE_URL",
        economy="gemini-3.5-flash-lite",
        workhorse="gemini-3.8-flash",
        frontier="gemini-3.1-pro-preview",
    ),
    Preset(
        name="openrouter",
        base_url="https://openrouter.ai/api/v1",
        key_variables=("OPENROUTER_API_KEY",),
        base_url_variable="OPENROUTER_BASE_URL",
    ),
    Preset(
        name="deepseek",
        base_url="https://api.deepseek.com/v1",
        key_variables=("DEEPSEEK_API_KEY",),
        base_url_variable="DEEPSEEK_BASE_URL",
        economy="deepseek-flash",
        workhorse="deepseek-v4-pro",
        first_form="json_object",  # "This response_format type is unavailable" for a schema
    ),
    Preset(
        name="mistral",
        base_url="https://api.mistral.ai/v1",
        key_variables=("MISTRAL_API_KEY",),
        base_url_variable="MISTRAL_BASE_URL",
        economy="mistral-small-latest",
        workhorse="mistral-medium-latest",
        frontier="mistral-large-4",
        cache_key=True,
    ),
    Preset(
        name="groq",
        base_url="https://api.groq.com/openai/v1",
        key_variables=("GROQ_API_KEY",),
        base_url_variable="GROQ_BASE_URL",
    ),
    Preset(
        name="qwen",
        base_url="https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
        key_variables=("DASHSCOPE_API_KEY",),
        base_url_variable="DASHSCOPE_BASE_URL",
    ),
    # a resource each: https://NAME.openai.azure.com/openai/v1, where the model is the name of a deployment
    Preset(name="azure", key_variables=("AZURE_OPENAI_API_KEY",), limit_word="max_completion_tokens"),
    Preset(
        name="ollama",
        base_url="http://127.0.0.1:11434/v1",
        key_variables=("OLLAMA_API_KEY",),
        needs_key=False,
        base_url_variable="OLLAMA_HOST",
        local=True,
    ),
    Preset(
        name="lmstudio",
        base_url="http://127.0.0.1:1234/v1",
        key_variables=("LM_API_TOKEN",),
        needs_key=False,
        base_url_variable="LMSTUDIO_BASE_URL",
        local=True,
    ),
    Preset(
        name="llamacpp",
        base_url="http://127.0.0.1:8080/v1",
        key_variables=("LLAMA_API_KEY",),
        needs_key=False,
        base_url_variable="LLAMACPP_BASE_URL",
        local=True,
    ),
    Preset(
        name="vllm",
        base_url="http://127.0.0.1:8000/v1",
        key_variables=("VLLM_API_KEY",),
        needs_key=False,
        base_url_variable="VLLM_BASE_URL",
        local=True,
    ),
    Preset(
        name="litellm",
        base_url="http://127.0.0.1:4000/v1",
        key_variables=("LITELLM_API_KEY", "LITELLM_PROXY_API_KEY"),
        needs_key=False,
        base_url_variable="LITELLM_BASE_URL",
        gateway=True,
    ),
    # No key variable of their own: the key of a well-known provider must not go to a host that is not its own.
    Preset(name="openai-compatible", needs_key=False, base_url_variable=None, batch=True),
    Preset(
        name="anthropic-compatible",
        api="anthropic",
        needs_key=False,
        base_url_variable=None,
        breakpoints=True,
        batch=True,
    ),
)

PRESETS: dict[ProviderName, Preset] = {preset.name: preset for preset in _ALL}

_FAMILIES = {
    "ai21": ("ai21", "jamba"),
    "alibaba": ("qwen", "qwq", "qvq", "codeqwen", "alibaba"),
    "allenai": ("olmo", "tulu", "allenai"),
    "amazon": ("nova", "titan", "amazon"),
    "anthropic": ("claude", "anthropic"),
    "baidu": ("ernie", "baidu"),
    "bytedance": ("doubao", "seed", "bytedance"),
    "cohere": ("command", "aya", "cohere", "cohereforai"),
    "deepseek": ("deepseek",),
    "google": ("gemini", "gemma", "codegemma", "google"),
    "huggingface": ("smollm", "starcoder", "huggingfacetb"),
    "ibm": ("granite", "ibm"),
    "meta": ("llama", "codellama", "meta"),
    "microsoft": ("phi", "microsoft"),
    "minimax": ("minimax",),
    "mistral": (
        "mistral", "mixtral", "ministral", "codestral", "devstral", "magistral", "pixtral", "mathstral", "mistralai",
    ),
    "moonshot": ("kimi", "moonshot", "moonshotai"),
    "nvidia": ("nemotron", "nvidia"),
    "openai": ("gpt", "chatgpt", "codex", "openai", "o1", "o3", "o4"),
    "tencent": ("hunyuan", "tencent"),
    "xai": ("grok", "xai"),
    "zhipu": ("glm", "chatglm", "codegeex", "zai", "zhipu"),
}  # fmt: skip  # one family, one line
_FAMILY_OF_WORD = {word: family for family, words in _FAMILIES.items() for word in words}
_WORD = re.compile(r"(?<![a-z0-9])o[134](?![a-z0-9])|[a-z]+")


@cache
def family_of(provider: ProviderName, model: str) -> str:
    """Who trained a model, by the well-known words in its name.

    The last part of `vendor/model` counts first, then the vendor. Of a name that nobody knows it is the provider that
    makes models itself, else the name's own first word: two unknown models are then taken for two families.
    """
    for part in reversed(model.lower().split("/")):
        for word in _WORD.findall(part):
            if family := _FAMILY_OF_WORD.get(word):
                return family
    if provider in ("openai", "anthropic", "deepseek", "mistral"):
        return provider
    if provider == "qwen":
        return "alibaba"
    if provider == "gemini":
        return "google"
    words = _WORD.findall(model.lower().rsplit("/", 1)[-1])
    return words[0] if words else (model or provider)
