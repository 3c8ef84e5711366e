import { Router } from "express";
import { slice, type Database } from "../lib/db.js";
import type { MailClient } from "../lib/mail.js";
import { idOf, positive } from "../lib/params.js";
import { requireSession } from "../lib/session.js";
import type { Settings } from "../settings.js";

interface OrderRow {
  id: number;
  status: string;
  cents: number;
  created_at: Date;
}

interface LineRow {
  sku: string;
  title: string;
  quantity: number;
  cents: number;
}

export function orderRoutes(settings: Settings, db: Database, mail: MailClient): Router {
  const router = Router();
  router.use(requireSession(db));

  router.get("/", async (request, response) => {
    const { limit, offset } = slice(positive(request, "page", 1), settings.pageSize);
    const { rows } = await db.query<OrderRow>(
      "SELECT id, status, cents, created_at FROM orders WHERE customer_id = $1 ORDER BY id DESC LIMIT $2 OFFSET $3",
      [request.customer?.id, limit, offset],
    );
    response.json(rows.map((row) => ({ ...row, createdAt: row.created_at.toISOString() })));
  });

  router.get("/:id", async (request, response) => {
    const order = await ownOrder(db, idOf(request), request.customer?.id);
    if (!order) {
      response.status(404).json({ error: "no such order" });
      return;
    }
    const { rows: lines } = await db.query<LineRow>(
      `SELECT l.sku, p.title, l.quantity, l.cents
         FROM order_lines l JOIN products p ON p.sku = l.sku
        WHERE l.order_id = $1 ORDER BY l.sku`,
      [order.id],
    );
    response.json({ ...order, lines });
  });

  router.post("/:id/confirmation", async (request, response) => {
    const order = await ownOrder(db, idOf(request), request.customer?.id);
    if (!order || !request.customer) {
      response.status(404).json({ error: "no such order" });
      return;
    }
    await mail.send({
      to: request.customer.email,
      template: "order-confirmation",
      values: { order: String(order.id), total: euros(order.cents) },
    });
    response.status(204).end();
  });

  return router;
}

async function ownOrder(db: Database, id: number, customerId: number | undefined): Promise<OrderRow | undefined> {
  const { rows } = await db.query<OrderRow>(
    "SELECT id, status, cents, created_at FROM orders WHERE id = $1 AND customer_id = $2",
    [id, customerId],
  );
  return rows[0];
}

function euros(cents: number): string {
  return `${(cents / 100).toFixed(2)} EUR`;
}
