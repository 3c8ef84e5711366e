import type { Request } from "express";

export class BadRequest extends Error {}

/** A positive whole number of the query string, or the given default. */
export function positive(request: Request, name: string, otherwise: number): number {
  const text = request.query[name];
  if (text === undefined) {
    return otherwise;
  }
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 10_000) {
    throw new BadRequest(`${name} must be a whole number from 1 to 10000`);
  }
  return value;
}

/** A number in the path. */
export function idOf(request: Request, name = "id"): number {
  const value = Number(request.params[name]);
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new BadRequest(`${name} must be a number`);
  }
  return value;
}

/** One of the given words of the query string, or undefined when it is not there. */
export function oneOf<Word extends string>(request: Request, name: string, words: readonly Word[]): Word | undefined {
  const text = request.query[name];
  if (text === undefined) {
    return undefined;
  }
  const word = words.find((candidate) => candidate === text);
  if (!word) {
    throw new BadRequest(`${name} must be one of ${words.join(", ")}`);
  }
  return word;
}
