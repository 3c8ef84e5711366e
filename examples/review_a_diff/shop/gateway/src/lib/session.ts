import { createHash, randomBytes } from "node:crypto";
import type { NextFunction, Request, Response } from "express";
import type { Database } from "./db.js";

const LIFETIME_S = 12 * 3600;

export interface Customer {
  readonly id: number;
  readonly email: string;
  readonly role: "customer" | "clerk" | "admin";
}

declare module "express-serve-static-core" {
  interface Request {
    customer?: Customer;
  }
}

interface SessionRow {
  id: number;
  email: string;
  role: Customer["role"];
}

/** Start a session; only its hash is stored. */
export async function startSession(db: Database, customerId: number): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  await db.query("INSERT INTO sessions (hash, customer_id, expires_at) VALUES ($1, $2, now() + $3 * interval '1 s')", [
    digest(token),
    customerId,
    LIFETIME_S,
  ]);
  return token;
}

/** Let only customers with a live session through. */
export function requireSession(db: Database) {
  return async (request: Request, response: Response, next: NextFunction): Promise<void> => {
    const token = request.get("x-session");
    const customer = token ? await findCustomer(db, token) : undefined;
    if (!customer) {
      response.status(401).json({ error: "no session" });
      return;
    }
    request.customer = customer;
    next();
  };
}

/** Let only these roles through; goes after `requireSession`. */
export function requireRole(...roles: Customer["role"][]) {
  return (request: Request, response: Response, next: NextFunction): void => {
    if (!request.customer || !roles.includes(request.customer.role)) {
      response.status(403).json({ error: "not allowed" });
      return;
    }
    next();
  };
}

async function findCustomer(db: Database, token: string): Promise<Customer | undefined> {
  const { rows } = await db.query<SessionRow>(
    `SELECT c.id, c.email, c.role
       FROM sessions s JOIN customers c ON c.id = s.customer_id
      WHERE s.hash = $1 AND s.expires_at > now()`,
    [digest(token)],
  );
  return rows[0];
}

function digest(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
