/** What a place of the horizontal axis is called. Rule: pure. */

import { count, duration } from "../format.js";

/** @param {number} x @param {import("./axis.js").Axis} axis @param {number} width of what is seen @returns {string} */
export function placeWords(x, axis, width) {
  if (axis === "step") return `step ${count(Math.max(0, Math.round(x)))}`;
  if (axis === "epoch") return `epoch ${x.toFixed(width < 5 ? 2 : 1)}`;
  return `${axis === "time" ? "trained" : "elapsed"} ${duration(Math.max(0, x))}`;
}
