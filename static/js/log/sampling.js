/**
 * How a long job is opened: by a sample of its rows and the entries beside them. Rule: what the page's address names is
 * asked for before anything else, while the rest of the page loads; each answer is taken once.
 */

import { SAMPLE_POINTS } from "./detail.js";

const REPLAYED = 200_000; // steps; the log of a longer job is opened by a sample
const WORDS = 10_000; // entries without rows read beside a sample
const WORDED = "status,note,change,checkpoint,rewind,snapshot,diagnosis";
export const SPLITS = /** @type {const} */ (["train", "validation", "test"]);

/** @type {Map<string, Promise<any>>} by path; null for what did not come */
const early = new Map();

/** @param {number} steps of its own @returns {boolean} */
export function isSampled(steps) {
  return steps >= REPLAYED;
}

/** @param {string} id @returns {string} the path of the entries without rows */
export function wordsPath(id) {
  return `/api/jobs/${id}/log?types=${WORDED}&limit=${WORDS}`;
}

/** @param {string} id @param {string} split @returns {string} */
export function samplePath(id, split) {
  return `/api/jobs/${id}/metrics?split=${split}&max_points=${SAMPLE_POINTS}&at=true&encoding=typed`;
}

/** @param {string} root path prefix of the page @param {string} id @param {number} steps */
export function askEarly(root, id, steps) {
  if (!isSampled(steps)) return;
  for (const path of [wordsPath(id), ...SPLITS.map((split) => samplePath(id, split))]) {
    const answer = fetch(`${root}${path}`).then((response) => (response.ok ? response.json() : null));
    early.set(path, answer.catch(() => null));
  }
}

/** @param {string} path @param {(path: string) => Promise<any>} get whoever asks when nothing came early @returns {Promise<any>} */
export async function answerTo(path, get) {
  const answer = early.get(path);
  early.delete(path);
  return (await answer) ?? get(path);
}
