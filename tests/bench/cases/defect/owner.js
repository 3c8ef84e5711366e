import { Router } from "express";
import { notes } from "./store.js";

export const router = Router();

router.delete("/notes/:id", async (request, response) => {
  if (!request.user) return response.sendStatus(401);
  const note = await notes.find(request.params.id);
  if (!note) return response.sendStatus(404);
  await notes.remove(note.id);
  return response.sendStatus(204);
});
