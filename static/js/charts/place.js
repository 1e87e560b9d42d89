/** What a place of the horizontal axis is called. Rule: pure. */

import { count, duration } from "../format.js";

const FEW_SECONDS = 5; // seen; a tenth would not tell places apart

/** @param {number} x @param {import("./axis.js").Axis} axis @param {number} width of what is seen @returns {string} */
export function placeWords(x, axis, width) {
  if (axis === "step") return `step ${count(Math.max(0, Math.round(x)))}`;
  if (axis === "epoch") return `epoch ${x.toFixed(width < 5 ? 2 : 1)}`;
  const seconds = Math.max(0, x);
  const words = width < FEW_SECONDS ? `${seconds.toFixed(width < 1 ? 3 : 2)}\u202fs` : duration(seconds);
  return `${axis === "time" ? "trained" : "elapsed"} ${words}`;
}
