/**
 * What comes later: modules fetched when they are first needed, and answers that a hidden tab waits with. Rule: where no
 * module comes, that is a Problem like any other unanswered call.
 */

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

/** Settled once the tab is seen: nothing is drawn in a hidden one. @returns {Promise<void>} */
export function whenSeen() {
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener("visibilitychange", look);
      resolve();
    };
    document.addEventListener("visibilitychange", look);
    look();
  });
}
