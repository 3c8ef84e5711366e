"""What secrets look like: one row per kind. Prefixes come from the issuers' documentation."""

import math
import re
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of secret."""

    rule: str
    name: str
    """For titles: `GitHub token`."""
    hints: tuple[str, ...]
    """A file without any of these texts can't hold one: a search for them is far cheaper than the pattern."""
    pattern: re.Pattern[str]
    """The group `secret` is the secret itself, else the whole match is."""
    severity: str = "critical"
    shown: int = 4
    """Characters of it that may be shown: those that every secret of the kind begins with."""
    entropy: float = 3.0
    """Least Shannon entropy in bits per character, below which it is a placeholder."""


def _kind(rule: str, name: str, hints: str, pattern: str, **more: object) -> Kind:
    return Kind(rule, name, tuple(hints.split()), re.compile(pattern), **more)  # type: ignore[arg-type]  # rows below


_END = r"(?![A-Za-z0-9])"
KINDS = (
    _kind("aws-key-id", "AWS access key", "AKIA ASIA", rf"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{{16}}{_END}"),
    _kind(
        "aws-secret",
        "AWS secret key",
        "secret SECRET Secret",
        r"(?i:secret_?(?:access_?)?key)[\"']?\s*(?:=>|[:=])\s*[\"']?(?P<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])",
        shown=0,
        entropy=4.0,
    ),
    _kind("github-token", "GitHub token", "ghp_ gho_ ghu_ ghs_ ghr_", rf"gh[pousr]_[A-Za-z0-9]{{36,255}}{_END}"),
    _kind("github-token", "GitHub token", "github_pat_", r"github_pat_[A-Za-z0-9_]{50,255}"),
    _kind("gitlab-token", "GitLab token", "glpat- gldt- glrt-", r"gl(?:pat|dt|rt)-[A-Za-z0-9_-]{20,}"),
    _kind("slack-token", "Slack token", "xox xapp-", r"(?:xox[abeoprs]-|xapp-\d-)[A-Za-z0-9-]{10,}"),
    _kind(
        "slack-webhook",
        "Slack web hook",
        "hooks.slack.com/",
        r"hooks\.slack\.com/(?:services|workflows)/(?P<secret>T[A-Z0-9]{6,}/[A-Z]?[A-Z0-9]{6,}/[A-Za-z0-9]{16,})",
        severity="high",
        shown=0,
    ),
    _kind(
        "discord-webhook",
        "Discord web hook",
        "api/webhooks/",
        r"discord(?:app)?\.com/api/webhooks/(?P<secret>\d{17,20}/[\w-]{60,})",
        severity="high",
        shown=0,
    ),
    _kind(
        "stripe-key",
        "Stripe live key",
        "k_live_ whsec_",
        rf"(?:[rs]k_live_[A-Za-z0-9]{{16,}}|whsec_[A-Za-z0-9+/]{{32,}}){_END}",
    ),
    _kind("google-key", "Google API key", "AIza", r"AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])", severity="high"),
    _kind("google-oauth", "Google client secret", "GOCSPX-", r"GOCSPX-[A-Za-z0-9_-]{28}"),
    _kind(
        "azure-storage-key", "Azure storage key", "AccountKey=", r"AccountKey=(?P<secret>[A-Za-z0-9+/]{86}==)", shown=0
    ),
    _kind(
        "openai-key",
        "OpenAI key",
        "sk-",
        rf"(?<![\w-])sk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{{40,}}|[A-Za-z0-9]{{20}}T3BlbkFJ[A-Za-z0-9]{{20}}|[A-Za-z0-9]{{48}}){_END}",
    ),
    _kind("anthropic-key", "Anthropic key", "sk-ant-", r"(?<![\w-])sk-ant-[a-z0-9]+-[A-Za-z0-9_-]{40,}"),
    _kind("openrouter-key", "OpenRouter key", "sk-or-", r"(?<![\w-])sk-or-v1-[0-9a-f]{64}"),
    _kind("hugging-face-token", "Hugging Face token", "hf_", rf"(?<!\w)hf_[A-Za-z]{{34}}{_END}"),
    _kind("npm-token", "npm token", "npm_", rf"(?<!\w)npm_[A-Za-z0-9]{{36}}{_END}"),
    _kind("npm-token", "npm token", "_authToken", r"_authToken\s*=\s*(?P<secret>[A-Za-z0-9-]{30,})", shown=0),
    _kind("pypi-token", "PyPI token", "pypi-AgE", r"pypi-AgE[A-Za-z0-9_-]{50,}"),
    _kind("twilio-key", "Twilio key", "SK", rf"(?<![A-Za-z0-9])SK[0-9a-f]{{32}}{_END}", shown=2),
    _kind("sendgrid-key", "SendGrid key", "SG.", r"(?<!\w)SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}", shown=3),
    _kind("mailgun-key", "Mailgun key", "key-", rf"(?<![\w-])key-[0-9a-f]{{32}}{_END}"),
    _kind("mailchimp-key", "Mailchimp key", "-us", rf"(?<![A-Za-z0-9])[0-9a-f]{{32}}-us\d{{1,2}}{_END}", shown=0),
    _kind("digitalocean-token", "DigitalOcean token", "do", r"do[opr]_v1_[0-9a-f]{64}"),
    _kind("shopify-token", "Shopify token", "shp", rf"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{{32}}{_END}"),
    _kind("square-token", "Square token", "sq0", r"sq0(?:atp|csp)-[A-Za-z0-9_-]{22,}"),
    _kind("databricks-token", "Databricks token", "dapi", rf"(?<!\w)dapi[0-9a-f]{{32}}{_END}"),
    _kind("telegram-token", "Telegram bot token", ":AA", r"(?<!\d)\d{8,10}:AA[A-Za-z0-9_-]{33}(?![\w-])", shown=0),
    _kind(
        "jwt",
        "Signed token (JWT)",
        "eyJ",
        r"(?<![\w-])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{20,}",
        severity="medium",
        shown=3,
    ),
    # a header alone is documentation: key material must follow, on the same line (JSON) or the next
    _kind(
        "private-key",
        "Private key",
        "PRIVATE KEY",
        r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----"
        r"(?=(?:\\n|\\r|\s|[\"'+,\\]|Proc-Type.*|DEK-Info.*|Version.*|Comment.*){1,12}[A-Za-z0-9+/]{24})",
        shown=0,
        entropy=0,
    ),
    _kind(
        "url-password",
        "Password in a URL",
        "://",
        r"(?<![\w])[a-z][a-z0-9+]{1,20}://[^\s:/?#@\"'`<>{}$]{0,60}:(?P<secret>[^\s:/?#@\"'`<>{}$]{4,120})@[A-Za-z0-9.\[-]",
        severity="high",
        shown=0,
        entropy=1.5,
    ),
    _kind(
        "connection-string",
        "Password in a connection string",
        "assword= wd= ASSWORD= WD=",
        r"(?i:(?:Server|Data Source|Host|Uid|User Id|Username|Database|Initial Catalog)\s*="
        r"[^;\"'\n]{1,100};[^\"'\n]{0,200}?(?:Password|Pwd)\s*=\s*)(?P<secret>[^;\"'\s{}$<>]{6,100})",
        severity="high",
        shown=0,
        entropy=2.0,
    ),
)

_NAMES = (
    r"(?:passw(?:or)?d|passwd|pwd|passphrase|secret(?:_?key)?|token|credentials?|client_?secret|"
    r"(?:api|access|private|auth|encryption)_?key)"
)
ASSIGNED = re.compile(
    rf"(?i:{_NAMES})[\"'\]]{{0,2}}\s{{0,8}}(?::\s?[\w.|\[\] ]{{1,30}}=|=>|:=|[:=])\s{{0,8}}"
    r"(?P<mark>[\"'`])(?P<secret>[^\"'`\s]{6,200})(?P=mark)"
)
"""A quoted text that is assigned to a telling name."""
ASSIGNED_BARE = re.compile(
    rf"(?i:{_NAMES})[ \t]{{0,8}}[:=][ \t]{{0,8}}(?P<secret>[^\s\"'`#;,][^\s\"'`;,]{{7,199}})[ \t]*(?=\r?$|#)",
    re.MULTILINE,
)
"""The same without quotes, for files of settings."""
ASSIGNED_ELEMENT = re.compile(
    rf"<(?P<name>[\w.:-]{{0,40}}(?P<kind>(?i:{_NAMES})))>(?P<secret>[^\s<>]{{8,200}})</(?P=name)>"
)
"""The same as an element of XML."""
BARE_FILES = re.compile(
    r"(?:^|/)(?:\.env[^/]*|[^/]*\.(?:env|ya?ml|properties|ini|cfg|conf|toml|tfvars|sh|bash|zsh|netrc)|Dockerfile[^/]*)$"
)
PROSE = re.compile(r"\.(?:md|mdx|rst|adoc|txt|html?|po)$")

_MADE_UP = re.compile(r"(?i)example|placeholder|change_?-?me|your[-_]|dummy|fake|redacted|sample|xxxx|\*\*\*|\.\.\.|<")
_PLACEHOLDER = re.compile(
    r"(?i)example|change_?-?me|placeholder|dummy|sample|fake|mock|your[-_ ]?|my[-_]|xxx|\*\*\*|\.\.\.|todo|fixme|"
    r"redacted|insert|replace|"
    r"not[-_]?(?:a[-_])?real|secret[-_]?here|test|foo|bar(?![a-z0-9])|demo|default|undefined|[<>{}$%()\[\]]|env[.:]|getenv|"
    r"0{6}|1234(?!\w*[G-Zg-z]\w*\d)|abcd|asdf|qwerty|deadbeef|none$|null$|^(?:true|false)"
)
_PLAIN = re.compile(r"^(?:[A-Za-z]+|[a-z]+(?:[A-Z][a-z]+)+|[A-Za-z]+(?:[-_./: ][A-Za-z]+)+|[\d.]+)$")
_COMMON = frozenset(
    {"password", "passwd", "pass", "pwd", "secret", "token", "root", "admin", "guest", "user", "hunter2"}
    | {"postgres", "mysql", "mongo", "redis"}
)
_LEAST_LETTERS = 4


def is_placeholder(text: str) -> bool:
    """True for what stands where a secret should be: `changeme`, `<token>`, `${TOKEN}`, `xxxx`."""
    return bool(_PLACEHOLDER.search(text)) or text.lower() in _COMMON or len(set(text)) < _LEAST_LETTERS


def is_made_up(secret: str) -> bool:
    """True for the examples of manuals. Stricter than a placeholder: random letters may spell `foo` or `test`."""
    return bool(_MADE_UP.search(secret))


def is_plain(text: str) -> bool:
    """True for words, names, paths and numbers, which are assigned to such names far more often than secrets."""
    return bool(_PLAIN.match(text))


def entropy(text: str) -> float:
    """Shannon entropy in bits per character."""
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)
