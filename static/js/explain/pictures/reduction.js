/** The gradients of a batch as arrows behind one another: their sum, or the mean of them. */

import { numberOr } from "../drawing.js";

const SHOWN = 6; // samples

/** @param {import("../drawing.js").Config} config @returns {import("../drawing.js").Drawing} */
export function reduction(config) {
  const isSum = config.loss_reduction === "sum";
  const batch = config.batch_size === "full" ? "the whole set" : String(numberOr(config.batch_size, 128));
  /** @type {import("../drawing.js").Shape[]} */
  const shapes = Array.from({ length: SHOWN }, (_, i) => ({ kind: "path", tone: /** @type {const} */ ("soft"), points: [[10 + 35 * i, 34], [10 + 35 * (i + 1) - 4, 34]] }));
  const end = isSum ? 10 + 35 * SHOWN - 4 : 41;
  shapes.push({ kind: "path", tone: "accent", points: [[10, 60], [end, 60], [end - 6, 55], [end, 60], [end - 6, 65]] });
  shapes.push({ kind: "text", x: 10, y: 22, text: `gradients of a batch (${batch})` }, { kind: "text", x: 10, y: 84, text: isSum ? "the step: their sum" : "the step: their mean" });
  return { says: isSum ? "the step grows with the batch" : "the step is as long as one sample's, whatever the batch", shapes };
}
