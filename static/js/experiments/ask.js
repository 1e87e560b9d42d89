/** Asks for a measurement until a worker is free. Rule: a busy server is asked again, and the reader is told. */

import { Problem } from "../api.js";

const TRIES = 30;

/**
 * @param {import("../api.js").Api} api
 * @param {string} path
 * @param {(words: string) => void} onWait told what it waits for
 * @returns {Promise<any>}
 */
export async function askPatiently(api, path, onWait) {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await api.get(path);
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 503 || left === 1) throw error;
      onWait("All workers are busy; waiting for one to be free…");
      const seconds = error.retryAfter ?? 1;
      await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
    }
  }
}
