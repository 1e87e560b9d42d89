/**
 * A long curve reduced to what a chart of that width can show.
 * Rule: it never lies about extremes. The least and the greatest value of every pixel column are kept, in
 * their order, and so is every place where a value is not finite.
 */

/** @typedef {{x: number[], y: number[], nonFinite: {x: number, value: number}[]}} Sampled */

const NON_FINITE_KEPT = 200; // marks; beyond that they overlap on any screen

/**
 * @param {ArrayLike<number>} xs ascending
 * @param {ArrayLike<number>} ys
 * @param {{from: number, to: number, columns: number, scale?: number}} view range of scaled x; pixel columns;
 *   `scale` multiplies every x
 * @returns {Sampled} at most two points a column, and one neighbour on each side so that lines leave the view
 */
export function sample(xs, ys, { from, to, columns, scale = 1 }) {
  /** @type {Sampled} */
  const result = { x: [], y: [], nonFinite: [] };
  const first = Math.max(0, lowerBound(xs, from / scale) - 1);
  const end = Math.min(xs.length, lowerBound(xs, to / scale, true) + 1);
  const perUnit = to > from ? columns / (to - from) : 0;
  let column = NaN;
  let least = -1;
  let greatest = -1;
  const close = () => {
    if (least === -1) return;
    push(result, xs, ys, Math.min(least, greatest), scale);
    if (least !== greatest) push(result, xs, ys, Math.max(least, greatest), scale);
    least = greatest = -1;
  };
  for (let i = first; i < end; i += 1) {
    const y = ys[i];
    if (!Number.isFinite(y)) {
      close();
      if (result.y.length && Number.isFinite(result.y[result.y.length - 1])) push(result, xs, ys, i, scale);
      if (result.nonFinite.length < NON_FINITE_KEPT) result.nonFinite.push({ x: xs[i] * scale, value: y });
      continue;
    }
    const here = Math.floor((xs[i] * scale - from) * perUnit);
    if (here !== column) {
      close();
      column = here;
    }
    if (least === -1 || y < ys[least]) least = i;
    if (greatest === -1 || y > ys[greatest]) greatest = i;
  }
  close();
  return result;
}

/**
 * @param {Sampled} result
 * @param {ArrayLike<number>} xs
 * @param {ArrayLike<number>} ys
 * @param {number} i
 * @param {number} scale
 */
function push(result, xs, ys, i, scale) {
  result.x.push(xs[i] * scale);
  result.y.push(Number.isFinite(ys[i]) ? ys[i] : NaN);
}

/**
 * @param {ArrayLike<number>} sorted
 * @param {number} value
 * @param {boolean} [after] first index above `value` instead of the first not below it
 */
function lowerBound(sorted, value, after = false) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value || (after && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}
