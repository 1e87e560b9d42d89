/**
 * Which lessons' questions were answered in this browser. Rule: what others predicted is a spoiler until then; where
 * nothing may be kept, it is so for this page only.
 */

const KEPT = "livetrain.lessons";

/** @type {Set<string>} titles */
const answered = new Set(kept());

/** @returns {string[]} */
function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

/** @param {string} title of a lesson @returns {boolean} */
export function hasAnswered(title) {
  return answered.has(title);
}

/** @param {string} title */
export function rememberAnswered(title) {
  answered.add(title);
  try {
    localStorage.setItem(KEPT, JSON.stringify([...answered]));
  } catch {
    // no room, or not allowed
  }
}
