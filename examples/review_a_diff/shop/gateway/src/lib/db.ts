import pg from "pg";

/** The part of a pool that the routes need; tests hand in their own. */
export interface Database {
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<{ rows: Row[] }>;
}

export function openPool(url: string): pg.Pool {
  return new pg.Pool({ connectionString: url, max: 10, statement_timeout: 5_000 });
}

/** Rows of one page; pages count from 1. */
export function slice(page: number, size: number): { limit: number; offset: number } {
  return { limit: size, offset: (page - 1) * size };
}
