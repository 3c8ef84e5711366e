CREATE TABLE users (
    id            INTEGER PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role          TEXT NOT NULL DEFAULT 'customer'
);

CREATE TABLE products (
    sku      TEXT PRIMARY KEY,
    title    TEXT NOT NULL,
    cents    INTEGER NOT NULL CHECK (cents >= 0),
    grams    INTEGER NOT NULL,
    in_stock INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE orders (
    id         INTEGER PRIMARY KEY,
    user_id    INTEGER NOT NULL REFERENCES users (id),
    status     TEXT NOT NULL DEFAULT 'open',
    country    TEXT NOT NULL,
    cents      INTEGER NOT NULL,
    payment_id TEXT,
    created_at TEXT NOT NULL
);

CREATE TABLE order_lines (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    sku      TEXT NOT NULL REFERENCES products (sku),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    cents    INTEGER NOT NULL,
    PRIMARY KEY (order_id, sku)
);

CREATE INDEX orders_by_user ON orders (user_id, created_at);
