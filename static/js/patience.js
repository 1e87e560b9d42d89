/** A question to a worker that may be busy. Rule: asked again quietly for a while, unless nobody waits any more. */

import { Problem } from "./api.js";

const TRIES = 30;
export const WARMING = 60; // seconds that the first answer may take: after a server's start a worker warms up first

/**
 * @template T
 * @param {() => Promise<T>} ask
 * @param {AbortSignal | null} [signal] nobody waits any more
 * @param {() => void} [onWait] the workers are busy
 * @returns {Promise<T>}
 */
export async function patiently(ask, signal = null, onWait = () => {}) {
  for (let left = TRIES; ; left -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 503 || left <= 1) throw error;
      onWait();
      await new Promise((resolve) => setTimeout(resolve, 1000 * (error.retryAfter ?? 1)));
      signal?.throwIfAborted();
    }
  }
}
