/** A validation loss that falls and rises again, and where this patience stops it. */

import { below, floor, numberOr, place } from "../drawing.js";

export const BEST = 12; // epoch, of a made-up run
const EPOCHS = 40;

/** @param {number} epoch @returns {number} */
export function validationLoss(epoch) {
  return 0.35 + 0.65 * Math.exp(-epoch / 4) + 0.0006 * Math.max(0, epoch - BEST) ** 2;
}

/** @param {import("../drawing.js").Config} config @returns {import("../drawing.js").Drawing} */
export function patience(config) {
  const waits = config.early_stopping_patience === null ? Infinity : Math.max(1, numberOr(config.early_stopping_patience, Infinity));
  /** @type {[[number, number], [number, number]]} */
  const [xs, ys] = [[0, EPOCHS], [0, 1.1]];
  const losses = Array.from({ length: EPOCHS + 1 }, (_, epoch) => validationLoss(epoch));
  const best = losses.indexOf(Math.min(...losses));
  const end = Math.min(EPOCHS, best + waits);
  const at = (/** @type {number} */ epoch) => place(epoch, losses[epoch], xs, ys);
  const line = (/** @type {number} */ from, /** @type {number} */ to) => Array.from({ length: to - from + 1 }, (_, i) => at(from + i));
  const stops = best + waits <= EPOCHS;
  return {
    says: stops ? `stops ${waits} epoch${waits === 1 ? "" : "s"} after the best one` : "runs to its end",
    shapes: [
      floor(),
      { kind: "path", tone: "line", dashed: true, points: line(end, EPOCHS) },
      { kind: "path", tone: "accent", points: line(0, end) },
      { kind: "dot", x: at(best)[0], y: at(best)[1], r: 4, tone: "good" },
      ...(stops ? [/** @type {import("../drawing.js").Shape} */ ({ kind: "dot", x: at(end)[0], y: at(end)[1], r: 4, tone: "warn" })] : []),
      below(at(best)[0], "best"),
      ...(stops && waits > 4 ? [below(at(end)[0], "stop")] : []),
    ],
  };
}
