/** Which chapters are done, as this browser keeps it. Rule: what is no chapter any more does not count. */

const KEY = "livetrain.learn"; // in the browser's storage

/** @param {Storage} [storage] @returns {Set<string>} ids of chapters */
export function readDone(storage = localStorage) {
  try {
    const kept = JSON.parse(storage.getItem(KEY) ?? "[]");
    return new Set(Array.isArray(kept) ? kept.filter((id) => typeof id === "string") : []);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return new Set();
    throw error;
  }
}

/** @param {Set<string>} done @param {Storage} [storage] @returns {boolean} whether it is kept */
export function keepDone(done, storage = localStorage) {
  try {
    if (done.size) storage.setItem(KEY, JSON.stringify([...done]));
    else storage.removeItem(KEY);
    return true;
  } catch (error) {
    if (error instanceof DOMException) return false; // no room, or storage is switched off
    throw error;
  }
}

/** @param {Set<string>} done @param {string[]} ids of all chapters @returns {string} */
export function progressWords(done, ids) {
  const amount = ids.filter((id) => done.has(id)).length;
  return amount === ids.length ? `All ${ids.length} chapters done` : `${amount} of ${ids.length} chapters done`;
}
