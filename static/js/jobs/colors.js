/**
 * The jobs' colours as the browser keeps them, for every page and the next visit. Rule: what is kept of other jobs,
 * such as those of another tab, stays.
 */

const KEY = "livetrain.colors"; // in the browser's storage
const KEPT = 400; // jobs

/** @typedef {[string, number]} Slot a job's id and its slot */

/** @returns {Slot[]} oldest first */
export function rememberedColors() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "[]");
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return [];
    throw error;
  }
}

/** @param {string[]} ids of jobs, the newest last @param {(number | null | undefined)[]} slots one for each, where there is one */
export function rememberColors(ids, slots) {
  const all = new Map(rememberedColors());
  ids.forEach((id, i) => {
    const slot = slots[i];
    if (!slot) return;
    all.delete(id);
    all.set(id, slot);
  });
  localStorage.setItem(KEY, JSON.stringify([...all].slice(-KEPT)));
}
