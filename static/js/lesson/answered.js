/**
 * Which lessons' questions were answered in this browser. Rule: what others predicted is a spoiler until then; where
 * nothing may be kept, it is so for this page only.
 */

import { keep, kept } from "../kept.js";

const KEPT = "livetrain.lessons";

const found = kept(localStorage, KEPT);
/** @type {Set<string>} titles */
const answered = new Set(Array.isArray(found) ? found : []);

/** @param {string} title of a lesson @returns {boolean} */
export function hasAnswered(title) {
  return answered.has(title);
}

/** @param {string} title */
export function rememberAnswered(title) {
  answered.add(title);
  keep(localStorage, KEPT, [...answered]);
}
