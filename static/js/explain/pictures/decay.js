/** A weight that no gradient holds, over a thousand steps: what the decay alone leaves of it. */

import { number } from "../../format.js";
import { below, curve, floor, numberOr } from "../drawing.js";

export const STEPS = 1000;

/** @param {import("../drawing.js").Config} config @param {number} step @returns {number} share that is left */
export function left(config, step) {
  const shrink = 1 - numberOr(config.learning_rate, 0.1) * Math.max(0, numberOr(config.weight_decay, 0));
  return Math.max(0, shrink) ** step;
}

/** @param {import("../drawing.js").Config} config @returns {import("../drawing.js").Drawing} */
export function decay(config) {
  const end = left(config, STEPS);
  return {
    says: `after ${STEPS} steps ${number(100 * end)} % of a weight that nothing needs is left`,
    shapes: [floor(), curve((step) => left(config, step), [0, STEPS], [0, 1.1]), below(10, "step 0", "start"), below(230, String(STEPS), "end")],
  };
}
