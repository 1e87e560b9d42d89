/**
 * Where a number stands on a slider. Rule: pure; what lies beyond a slider's ends is set in the box beside it, and a
 * slider that is moved and back again gives the same number.
 */

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {{last: number, toValue: (position: number) => number, toPosition: (value: number) => number}} Scale
 *   positions are whole, from 0 to `last` */

const PER_DECADE = 20; // positions: a step changes the number by 12 %
const DIGITS = 2; // of a number set by a slider
const LEAST = 1e-6; // of a number that may be 0, the smallest one above it; regularization below has no effect to see
const DECADES = /** @type {Record<string, [number, number]>} */ ({ learning_rate: [-5, 1], weight_decay: [Math.log10(LEAST), 0] });
const SHARE_STEP = 0.05; // of a share, as in the recipe
const MOST = 200; // positions of whole numbers

/** @param {number} value @param {number} last @returns {number} */
function within(value, last) {
  return Math.min(last, Math.max(0, Math.round(value)));
}

/** @param {[number, number]} powers of ten @param {boolean} withZero its first position is 0 @returns {Scale} */
export function logarithmic([from, to], withZero) {
  const first = withZero ? 1 : 0;
  const last = Math.round((to - from) * PER_DECADE) + first;
  return {
    last,
    toValue: (position) => (withZero && position <= 0 ? 0 : Number((10 ** (from + (position - first) / PER_DECADE)).toPrecision(DIGITS))),
    toPosition: (value) => (value > 0 ? Math.max(first, within((Math.log10(value) - from) * PER_DECADE + first, last)) : 0),
  };
}

/** @param {number} from @param {number} to @param {number} step @returns {Scale} */
export function linear(from, to, step) {
  const last = Math.max(0, Math.floor((to - from) / step + 1e-9));
  return {
    last,
    toValue: (position) => Number((from + position * step).toFixed(6)),
    toPosition: (value) => within((value - from) / step, last),
  };
}

/**
 * @param {Field} field
 * @param {{epoch: number, epochs: number}} job the epoch it is in; the epochs it was to have at the start
 * @returns {Scale}
 */
export function scaleOf(field, { epoch, epochs }) {
  if (field.kind === "integer") {
    const from = Math.max(1, epoch);
    const to = Math.max(2 * epochs, from + 10);
    return linear(from, to, Math.max(1, Math.ceil((to - from) / MOST)));
  }
  if (field.greatest === 1) return linear(0, 1 - SHARE_STEP, SHARE_STEP);
  return logarithmic(DECADES[field.name] ?? [-6, 1], field.initial === 0);
}
