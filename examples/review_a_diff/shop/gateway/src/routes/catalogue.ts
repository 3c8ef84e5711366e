import { Router } from "express";
import { paths, type Product } from "../generated/api.js";
import { positive } from "../lib/params.js";
import type { Settings } from "../settings.js";

export function catalogueRoutes(settings: Settings): Router {
  const router = Router();

  router.get("/", async (request, response) => {
    const query = new URLSearchParams({
      q: String(request.query.q ?? ""),
      page: String(positive(request, "page", 1)),
    });
    const answer = await fetch(`${settings.backendUrl}${paths.products}?${query}`, {
      signal: AbortSignal.timeout(5_000),
    });
    if (!answer.ok) {
      response.status(502).json({ error: "the catalogue can't be reached" });
      return;
    }
    const products = (await answer.json()) as Product[];
    response.json(products.filter((product) => product.available));
  });

  return router;
}
