import fs from "node:fs";

const userCache = new Map();

async function loadAll(ids: string[], db: any) {
  const users = [];
  for (const id of ids) {
    users.push(await db.query("select 1 where id = $1", [id])); // hit query-in-loop
  }
  await db.query("select 1 where id = any($1)", [ids]); // ok query-in-loop
  ids.forEach((id) => fetch(`/users/${id}`)); // hit request-in-loop
  await fetch("/users"); // ok request-in-loop
  const page = fs.readFileSync("page.html"); // hit blocking-in-async
  await fs.promises.readFile("page.html"); // ok blocking-in-async
  return [users, page];
}

function start() {
  return fs.readFileSync("page.html"); // ok blocking-in-async
}

function listed(rows: Row[], stop: string[]) {
  const known = new Set(stop);
  for (const row of rows) {
    if (stop.includes(row.word)) continue; // hit membership-in-list
    if (known.has(row.word)) continue; // ok membership-in-list
    const pattern = new RegExp("[0-9]+"); // hit pattern-in-loop
    const other = new RegExp(row.word); // ok pattern-in-loop
    row.check(pattern, other);
  }
}

function joined(rows: Row[], users: User[]) {
  let all: Row[] = [];
  for (const row of rows) {
    all = [...all, row]; // hit spread-in-loop
    const owner = users.find((user) => user.id === row.owner); // hit scan-in-loop
    row.tags.find((tag) => tag.id === row.main); // ok scan-in-loop
  }
  const more = [...all, rows[0]]; // ok spread-in-loop
  const queue = [rows[0]];
  while (queue.length) {
    const next = queue.shift(); // hit list-as-queue
    queue.push(...next.children);
  }
  return more;
}

function cached(key: string) {
  userCache.set(key, key.length); // hit cache-only-grows
}
