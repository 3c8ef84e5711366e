"""The steps to the present schema, in SQL that SQLite and Postgres both understand. A released step is frozen."""

FIRST = (
    """CREATE TABLE call (
    id VARCHAR(32) PRIMARY KEY,
    made_at BIGINT NOT NULL,
    day VARCHAR(10) NOT NULL,
    run VARCHAR(64) NOT NULL,
    project VARCHAR(64) NOT NULL,
    task VARCHAR(200) NOT NULL,
    persona VARCHAR(200),
    tier VARCHAR(40) NOT NULL,
    reason VARCHAR(1000) NOT NULL,
    model VARCHAR(300) NOT NULL,
    family VARCHAR(200) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    ceiling BIGINT,
    held BIGINT NOT NULL,
    outcome VARCHAR(20),
    settled_at BIGINT,
    answered_by VARCHAR(300),
    input_tokens BIGINT,
    cached_tokens BIGINT,
    output_tokens BIGINT,
    cost BIGINT,
    saved BIGINT,
    attempts INTEGER,
    queue_s DOUBLE PRECISION,
    first_token_s DOUBLE PRECISION,
    total_s DOUBLE PRECISION,
    error VARCHAR(60)
)""",
    "CREATE INDEX call_by_time ON call (made_at)",
    "CREATE INDEX call_open ON call (made_at) WHERE outcome IS NULL",
    # kept beside the calls: adding them up would take longer with each call, and old calls are deleted
    """CREATE TABLE total (
    scope VARCHAR(10) NOT NULL,
    name VARCHAR(64) NOT NULL,
    held BIGINT NOT NULL,
    PRIMARY KEY (scope, name)
)""",
)

BATCHES = (
    """CREATE TABLE batch_job (
    id VARCHAR(32) PRIMARY KEY,
    name VARCHAR(300),
    card VARCHAR(64) NOT NULL,
    model VARCHAR(300) NOT NULL,
    project VARCHAR(64) NOT NULL,
    state VARCHAR(20) NOT NULL,
    made_at BIGINT NOT NULL
)""",
    """CREATE TABLE batch_call (
    job VARCHAR(32) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    reservation VARCHAR(32) NOT NULL,
    PRIMARY KEY (job, digest)
)""",
    "CREATE INDEX batch_call_by_digest ON batch_call (digest)",
)

FINDINGS = (
    # what reviews found: without code, prompts and secrets; the newest sighting of each
    """CREATE TABLE finding (
    project VARCHAR(64) NOT NULL,
    id VARCHAR(40) NOT NULL,
    first_seen BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    publication VARCHAR(20) NOT NULL,
    revision VARCHAR(64),
    checked VARCHAR(64),
    body TEXT NOT NULL,
    PRIMARY KEY (project, id)
)""",
    "CREATE INDEX finding_by_time ON finding (seen_at)",
    # what people, and git, say of them; the newest that is not undone counts
    """CREATE TABLE feedback (
    id VARCHAR(32) PRIMARY KEY,
    project VARCHAR(64) NOT NULL,
    finding VARCHAR(40) NOT NULL,
    judgement VARCHAR(10) NOT NULL,
    why VARCHAR(1000),
    source VARCHAR(10) NOT NULL,
    made_at BIGINT NOT NULL,
    undone_at BIGINT
)""",
    "CREATE INDEX feedback_by_finding ON feedback (project, finding)",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (FIRST, BATCHES, FINDINGS)
"""The n-th leads from version n to n + 1; each is done whole or not at all."""
