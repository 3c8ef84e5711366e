const rows = [1, 2, 3];
for (const i in rows) show(i);  // hit
for (const i in text.split(",")) show(i);  // hit
for (const row of rows) show(row);  // ok
for (const key in table) show(key);  // ok
