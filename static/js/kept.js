/** Small things that a browser keeps for the page. Rule: where it keeps none, or what is there cannot be read, it is as if nothing had been kept. */

/** @param {Storage} storage @param {string} key @param {unknown} value */
export function keep(storage, key, value) {
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch (error) {
    if (!(error instanceof DOMException)) throw error; // no room, or storage is switched off
  }
}

/** @param {Storage} storage @param {string} key @returns {any} null without one */
export function kept(storage, key) {
  try {
    return JSON.parse(storage.getItem(key) ?? "null");
  } catch (error) {
    if (!(error instanceof DOMException || error instanceof SyntaxError)) throw error;
    return null;
  }
}
