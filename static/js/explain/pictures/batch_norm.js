/** One channel over three batches: before and after it is brought to mean 0 and deviation 1. */

import { curve, floor } from "../drawing.js";

const BATCHES = [{ mean: 1.6, deviation: 0.5 }, { mean: 2.2, deviation: 0.9 }, { mean: 0.7, deviation: 0.35 }]; // made up
const TONES = /** @type {const} */ (["accent", "good", "warn"]);

/** @param {import("../drawing.js").Config} config @returns {import("../drawing.js").Drawing} */
export function batchNorm(config) {
  const on = config.batch_norm === true;
  const bell = (/** @type {number} */ mean, /** @type {number} */ deviation) => (/** @type {number} */ x) => (0.4 * Math.exp(-(((x - mean) / deviation) ** 2) / 2)) / deviation;
  const shown = BATCHES.map(({ mean, deviation }, i) => curve(on ? bell(0, 1) : bell(mean, deviation), [-4, 4], [0, 1.2], TONES[i], 96));
  return { says: on ? "three batches of a channel, each brought to mean 0 and deviation 1" : "three batches of a channel, each elsewhere", shapes: [floor(), ...shown] };
}
