/** Zooming by keyboard. Rule: pure; never beyond what there is. */

/** @typedef {[number, number]} Range */

export const KEYS = /** @type {Record<string, {factor?: number, shift?: number}>} */ ({
  "+": { factor: 0.5 },
  "-": { factor: 2 },
  ArrowLeft: { shift: -0.25 },
  ArrowRight: { shift: 0.25 },
});

/** @param {Range} seen @param {Range} whole @param {{factor?: number, shift?: number}} change of the width; in widths @returns {Range} */
export function moved([from, to], [least, greatest], { factor = 1, shift = 0 }) {
  const width = Math.min((to - from) * factor, greatest - least);
  const middle = (from + to) / 2 + shift * (to - from);
  const start = Math.min(Math.max(middle - width / 2, least), greatest - width);
  return [start, start + width];
}
