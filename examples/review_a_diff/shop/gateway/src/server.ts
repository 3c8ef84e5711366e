import express, { type NextFunction, type Request, type Response } from "express";
import { openPool } from "./lib/db.js";
import { MailClient } from "./lib/mail.js";
import { BadRequest } from "./lib/params.js";
import { catalogueRoutes } from "./routes/catalogue.js";
import { orderRoutes } from "./routes/orders.js";
import { loadSettings } from "./settings.js";

const settings = loadSettings();
const pool = openPool(settings.databaseUrl);
const app = express();

app.disable("x-powered-by");
app.use(express.json({ limit: "64kb" }));
app.use("/products", catalogueRoutes(settings));
app.use("/orders", orderRoutes(settings, pool, new MailClient(settings.mailUrl)));
app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
  const bad = error instanceof BadRequest;
  if (!bad) {
    console.error(error);
  }
  response.status(bad ? 400 : 500).json({ error: bad ? error.message : "internal error" });
});

const server = app.listen(settings.port);

process.on("SIGTERM", () => {
  server.close(() => {
    pool.end().catch((error: unknown) => console.error(error));
  });
});
