"""Secrets are found in added lines, and are never repeated. Those here are made up, at run time."""

import random
import string

import pytest

from juryroom_reviewers.change import ChangeSet, FileChange, Hunk, Status
from juryroom_server.analysers.secret_kinds import KINDS
from tests.analysers.material import Reading, modified, places

MADE = random.Random(7)
WORD = string.ascii_letters + string.digits
HEX = "0123456789abcdef"
UPPER = string.ascii_uppercase + "234567"


def some(count: int, alphabet: str = WORD) -> str:
    return "".join(MADE.choice(alphabet) for _ in range(count))


SECRETS = {
    "aws-key-id": "AKIA" + some(16, UPPER),
    "github-token": "ghp_" + some(36),
    "gitlab-token": "glpat-" + some(20),
    "slack-token": "xoxb-" + some(12, string.digits) + "-" + some(24),
    "slack-webhook": "https://hooks.slack.com/services/T" + some(8, UPPER) + "/B" + some(8, UPPER) + "/" + some(24),
    "discord-webhook": "https://discord.com/api/webhooks/" + some(18, "123456789") + "/" + some(68),
    "stripe-key": "sk_live_" + some(24),
    "google-key": "AIza" + some(35),
    "google-oauth": "GOCSPX-" + some(28),
    "azure-storage-key": "AccountName=x;AccountKey=" + some(86) + "==",
    "openai-key": "sk-proj-" + some(60),
    "anthropic-key": "sk-ant-" + "api03-" + some(93),
    "openrouter-key": "sk-or-v1-" + some(64, HEX),
    "hugging-face-token": "hf_" + some(34, string.ascii_letters),
    "npm-token": "npm_" + some(36),
    "pypi-token": "pypi-AgE" + some(80),
    "twilio-key": "SK" + some(32, HEX),
    "sendgrid-key": "SG." + some(22) + "." + some(43),
    "mailgun-key": "key-" + some(32, HEX),
    "mailchimp-key": some(32, HEX) + "-us12",
    "digitalocean-token": "dop_v1_" + some(64, HEX),
    "shopify-token": "shpat_" + some(32, HEX),
    "square-token": "sq0csp-" + some(43),
    "databricks-token": "dapi" + some(32, HEX),
    "telegram-token": some(9, "123456789") + ":AA" + some(33),
    "jwt": "eyJ" + some(20) + ".eyJ" + some(40) + "." + some(43),
    "private-key": "-----BEGIN " + "PRIVATE KEY-----\\n" + some(64),
    "url-password": "postgres://shop:" + some(14) + "@db.internal/shop",
    "connection-string": "Server=db;Database=shop;Password=" + some(12),
    "aws-secret": "aws_secret_access_key=" + some(40),
}
FORMS = {
    "quoted.py": 'x = "{}"\n',
    "bare.env": "X={}\n",
    "config.yml": "x: {}\n",
    "config.json": '{{"x": "{}"}}\n',
}


def test_every_kind_has_a_case() -> None:
    assert set(SECRETS) == {kind.rule for kind in KINDS}


@pytest.mark.parametrize("rule", SECRETS)
async def test_each_kind_is_found_in_every_form_and_never_repeated(read: Reading, rule: str) -> None:
    secret = SECRETS[rule]
    review = await read("secrets", {name: "# one\n" + form.format(secret) for name, form in FORMS.items()})
    assert [(place, finding.rule) for place, finding in zip(places(review), review.findings, strict=True)] == [
        ((name, 2), rule) for name in sorted(FORMS)
    ]
    shown = review.model_dump_json()
    assert all(secret[at : at + 12] not in shown for at in range(9, len(secret) - 12))
    assert {finding.quote for finding in review.findings} == {""}


@pytest.mark.parametrize(
    "line",
    [
        'password = "kR4$tz!9w"',
        "db_password: 'correct-h0rse'",
        f'"api_key": "{some(31)}7"',
        f"const clientSecret = `{some(23)}7`;",
        f'private static final String TOKEN = "{some(23)}7";',
        f'AUTH_TOKEN: str = "{some(23)}7"',
    ],
)
async def test_a_secret_without_a_shape_is_known_by_the_name_it_is_given_to(read: Reading, line: str) -> None:
    line = line.replace("$", "S")
    review = await read("secrets", {"a.py": line + "\n"})
    assert [finding.rule for finding in review.findings] == ["assigned-secret"]
    value = line.rstrip(";").rstrip("\"'`").rpartition(line.rstrip(";")[-1])[2]
    assert value
    assert value not in review.model_dump_json()


@pytest.mark.parametrize("name", [".env", ".env.production", "deploy/config.yaml", "app.properties", "deploy.sh"])
async def test_files_of_settings_need_no_quotes(read: Reading, name: str) -> None:
    review = await read(
        "secrets", {name: f"DB_PASSWORD={some(5)}7#{some(5)}!\nexport API_KEY={some(23)}7  # the shop's\n"}
    )
    assert places(review, "assigned-secret") == [(name, 1), (name, 2)]


async def test_elements_of_xml_may_hold_secrets(read: Reading) -> None:
    review = await read(
        "secrets", {"pom.xml": f"<dbPassword>{some(5)}7#{some(5)}</dbPassword>\n<password>${{pw}}</password>\n"}
    )
    assert places(review, "assigned-secret") == [("pom.xml", 1)]


@pytest.mark.parametrize(
    "line",
    [
        'aws_access_key_id = "AKIAIOSFODNN7EXAMPLE"',
        'aws_secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"',
        'password = "changeme"',
        'password = "<your password>"',
        'password = "${DB_PASSWORD}"',
        'password = os.environ["DB_PASSWORD"]',
        'password = "xxxxxxxxxxxx"',
        'password_field = "user_password"',
        'token_type = "bearer"',
        'api_key = "YOUR_API_KEY"',
        'secret = "arn:aws:secretsmanager"',
        'password = getpass.getpass("Password: ")',
        'const password = document.getElementById("password1").value',
        'url = "postgres://user:password@localhost/shop"',
        'url = "https://{user}:{password}@example.com"',
        'key = "-----BEGIN PRIVATE KEY-----"',
        'token = "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"',
        'label = "sk-learn-compatible"',
        'commit = "0f1e2d3c4b5a69788796a5b4c3d2e1f001122334"',
    ],
)
@pytest.mark.parametrize("name", ["a.py", ".env"])
async def test_what_stands_for_a_secret_is_none(read: Reading, name: str, line: str) -> None:
    review = await read("secrets", {name: line + "\n"})
    assert (review.findings, review.abstained) == ((), None)


async def test_only_lines_that_the_change_added_are_looked_at(read: Reading) -> None:
    old, new = SECRETS["github-token"], SECRETS["gitlab-token"]
    file = modified("a.py", f'a = "{old}"\n', f'a = "{old}"\nb = "{new}"\n')
    assert places(await read("secrets", ChangeSet(source="a test", files=(file,)))) == [("a.py", 2)]


async def test_a_diff_without_its_repository_is_enough(read: Reading) -> None:
    line = f'token = "{SECRETS["github-token"]}"'
    hunk = Hunk(old_start=9, old_count=0, new_start=10, new_count=1, lines=("+" + line,))
    file = FileChange(path="a.txt", status=Status.modified, hunks=(hunk,), text="\n" * 9 + line + "\n", partial=True)
    assert places(await read("secrets", ChangeSet(source="a test", files=(file,)))) == [("a.txt", 10)]


async def test_tests_and_manuals_may_make_up_passwords_but_not_show_real_tokens(read: Reading) -> None:
    text = f'password = "kR4tz!9w"\ntoken = "{SECRETS["github-token"]}"\n'
    review = await read("secrets", {"tests/test_a.py": text, "README.md": text})
    assert places(review) == [("README.md", 2), ("tests/test_a.py", 2)]


async def test_a_change_that_only_deletes_is_declined(read: Reading) -> None:
    change = ChangeSet(source="a test", files=(FileChange(path="a.py", status=Status.deleted),))
    assert (await read("secrets", change)).abstained == "no file with a new version"
