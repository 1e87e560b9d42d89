/**
 * Repetitions as one curve with a band. Rule: pure; a mean is made only where every repetition has that step, so the
 * curve ends where the shortest one does, and nothing is made up between steps.
 */

/** @typedef {{steps: number[], x: number[], y: number[], rows?: number[]}} Curve `rows`: of how many steps each is the mean */
/** @typedef {Curve & {deviation: number[], of: number, left: number}} Band `of`: repetitions; `left`: steps that not all have */

/**
 * Mean and deviation (of a sample, n − 1) at every step that all of them have; NaN where one is not finite.
 * @param {Curve[]} curves
 * @returns {Band}
 */
export function bandOf(curves) {
  const places = curves.map(({ steps }) => new Map(steps.map((step, i) => [step, i])));
  const every = new Set(curves.flatMap(({ steps }) => steps));
  const common = (curves[0]?.steps ?? []).filter((step) => places.every((place) => place.has(step)));
  const at = (/** @type {"x" | "y"} */ axis) =>
    common.map((step) => curves.map((curve, i) => curve[axis][/** @type {number} */ (places[i].get(step))]));
  const values = at("y");
  const { rows } = curves[0] ?? {};
  return {
    steps: common,
    ...(rows ? { rows: common.map((step) => rows[/** @type {number} */ (places[0].get(step))]) } : {}),
    x: at("x").map(mean),
    y: values.map(mean),
    deviation: values.map(deviation),
    of: curves.length,
    left: every.size - common.length,
  };
}

/** @param {number[]} values @returns {number} */
export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @param {number[]} values @returns {number} of a sample; 0 for one value */
export function deviation(values) {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

/**
 * The outline of a band as one polygon a piece; a hole in the mean parts it.
 * @param {Band} band
 * @param {number} [least] nothing is below it, as a logarithmic axis has no zero
 * @returns {{x: number[], y: number[]}[]}
 */
export function outlines({ x, y, deviation: by }, least = -Infinity) {
  /** @type {{x: number[], y: number[]}[]} */
  const found = [];
  let from = 0;
  for (let i = 0; i <= y.length; i += 1) {
    if (i < y.length && Number.isFinite(y[i]) && Number.isFinite(by[i])) continue;
    if (i - from > 1) {
      const piece = Array.from({ length: i - from }, (_, k) => from + k);
      const back = [...piece].reverse();
      found.push({
        x: [...piece.map((k) => x[k]), ...back.map((k) => x[k])],
        y: [...piece.map((k) => y[k] + by[k]), ...back.map((k) => Math.max(least, y[k] - by[k]))],
      });
    }
    from = i + 1;
  }
  return found;
}
