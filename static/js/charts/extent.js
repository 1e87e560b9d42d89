/**
 * Where axes begin and end. Rule: they move in steps, so that a growing curve does not shake its chart.
 */

const STEPS = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10];
const SHOWN_SHARE = 0.98; // of the raw points; rarer peaks may leave the chart at the top
const LOST = 100; // raw losses this many times any evaluation are a training that diverged; they may leave the chart
const MARGIN = 0.018; // of the width, so that a mark at either end is whole
const ACCURACY_MARGIN = 0.03;
const LOG_FLOOR = 1e-8; // a loss of zero has no place on a logarithmic axis
const HEADROOM = 1.05;
const MOST_LABELS = 6; // a label a decade crowds a long axis
const DIGITS_APART = 0.3; // decades, from 1 to 2

/** @param {number} value @returns {number} the next number of a short list of round ones, at least `value` */
export function roundUp(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = STEPS.find((candidate) => candidate * power >= value * (1 - 1e-9));
  return (step ?? 10) * power;
}

/**
 * @param {number} newest largest x so far
 * @param {number | null} total x at the end of the training, when known
 * @returns {[number, number]}
 */
export function xExtent(newest, total) {
  const known = total !== null && total > 0;
  const round = newest > 0 ? roundUp(newest) : known ? total : 1;
  const end = known ? Math.max(newest, Math.min(round, total)) : round;
  return [-MARGIN * end, (1 + MARGIN) * end];
}

/** @param {number[]} values @param {number} share 0..1 */
function quantile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/**
 * The loss axis, in data units, or in decades when logarithmic (Plotly's own form).
 * @param {number[]} raw noisy points
 * @param {number[]} sure points that must be seen: evaluations; a smoothed line that explodes need not be
 * @param {boolean} logarithmic
 * @returns {[number, number]}
 */
export function lossExtent(raw, sure, logarithmic) {
  const noisy = raw.filter(Number.isFinite);
  const seen = sure.filter(Number.isFinite);
  if (!noisy.length && !seen.length) return logarithmic ? [-2, 0] : [0, 1];
  const evaluated = seen.reduce((most, value) => Math.max(most, value), 0);
  const usual = noisy.length ? quantile(noisy, SHOWN_SHARE) : 0;
  const isLost = !logarithmic && evaluated > 0 && usual > LOST * evaluated;
  const highest = isLost ? evaluated : Math.max(usual, evaluated);
  let lowest = Infinity;
  if (!logarithmic) return [0, roundUp(highest * HEADROOM)];
  for (const value of [...noisy, ...seen]) if (value > LOG_FLOOR) lowest = Math.min(lowest, value);
  const bottom = Math.floor(Math.log10(Math.min(lowest, highest) || LOG_FLOOR) * 2) / 2;
  const top = Math.ceil(Math.log10(Math.max(highest, LOG_FLOOR) * HEADROOM) * 4) / 4;
  return [bottom, Math.max(top, bottom + 0.5)];
}

/** @returns {[number, number]} */
export function accuracyExtent() {
  return [-ACCURACY_MARGIN, 1 + ACCURACY_MARGIN];
}

/**
 * Where a logarithmic axis has its labels, in Plotly's words.
 * @param {[number, number]} decades
 * @returns {{dtick?: number | string, tickformat: string}}
 */
export function logTicks([from, to]) {
  const span = to - from;
  if (span < DIGITS_APART) return { tickformat: ".2g" }; // less than from one digit to the next
  const isPlain = from >= -3 && to <= 3; // 0.001 to 1,000; else the zeros take more room than there is
  const dtick = span < 1 ? "D2" : Math.ceil(span / MOST_LABELS);
  return { dtick, tickformat: isPlain ? "~g" : "~e" };
}
