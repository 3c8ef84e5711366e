"""The tables as queries see them. `migrations` makes them; a test compares the two."""

from sqlalchemy import BigInteger, Column, Float, Integer, MetaData, String, Table

metadata = MetaData()

CALL = Table(
    "call",
    metadata,
    Column("id", String, primary_key=True),
    Column("made_at", BigInteger),  # milliseconds since 1970, UTC
    Column("day", String),  # of `made_at`, in UTC
    Column("run", String),
    Column("project", String),
    Column("task", String),
    Column("persona", String),
    Column("tier", String),
    Column("reason", String),
    Column("model", String),
    Column("family", String),
    Column("digest", String),
    Column("ceiling", BigInteger),  # nanodollars, as all money here; null: unknown
    Column("held", BigInteger),  # what budgets count: the ceiling, later what was charged
    Column("outcome", String),  # null while the call is under way, or when its process died
    Column("settled_at", BigInteger),
    Column("answered_by", String),
    Column("input_tokens", BigInteger),
    Column("cached_tokens", BigInteger),
    Column("output_tokens", BigInteger),
    Column("cost", BigInteger),
    Column("saved", BigInteger),
    Column("attempts", Integer),
    Column("queue_s", Float),
    Column("first_token_s", Float),
    Column("total_s", Float),
    Column("error", String),
)

BATCH_JOB = Table(
    "batch_job",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String),  # the provider's; null: not known yet, or never
    Column("card", String),
    Column("model", String),
    Column("project", String),
    Column("state", String),  # a State
    Column("made_at", BigInteger),
)

BATCH_CALL = Table(
    "batch_call",
    metadata,
    Column("job", String, primary_key=True),
    Column("digest", String, primary_key=True),
    Column("reservation", String),
)

TOTAL = Table(
    "total",
    metadata,
    Column("scope", String, primary_key=True),  # a Scope
    Column("name", String, primary_key=True),
    Column("held", BigInteger),
)
