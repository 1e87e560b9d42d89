/**
 * One clock for everything the page writes while it watches. Rule: what changes together is written together, so
 * that the browser lays out and paints once for all of it; each frame costs as much as a header full of figures.
 */

export const BEAT = 500; // ms

/** @type {Map<number, Set<() => void>>} what is to be done, by the number of the beat */
const due = new Map();

/**
 * @param {number} earliest ms on `performance.now`'s clock
 * @param {() => void} act called once, at the first beat that is not before `earliest`
 * @returns {() => void} call it off
 */
export function atBeat(earliest, act) {
  const beat = Math.ceil(Math.max(earliest, performance.now()) / BEAT);
  const acts = due.get(beat) ?? planned(beat);
  acts.add(act);
  return () => acts.delete(act);
}

/** @param {number} beat @returns {Set<() => void>} */
function planned(beat) {
  const acts = new Set();
  due.set(beat, acts);
  setTimeout(() => strike(beat), beat * BEAT - performance.now());
  return acts;
}

/** @param {number} beat */
function strike(beat) {
  const acts = due.get(beat) ?? new Set();
  due.delete(beat);
  for (const act of acts) act();
}
