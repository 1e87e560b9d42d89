/** Modules fetched when they are first needed. Rule: where none comes, that is a Problem like any other unanswered call. */

import { Problem } from "./api.js";

/** @template T @param {() => Promise<T>} load an `import()` @returns {Promise<T>} */
export async function later(load) {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // browsers say so of a module that does not come
    throw new Problem(0, { detail: "The server does not answer: this part of the page could not be fetched. Try again." });
  }
}
