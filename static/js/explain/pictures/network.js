/** The units of a perceptron, layer by layer; silenced ones are hollow. */

import { numberOr, scattered } from "../drawing.js";

const MOST = 9; // units drawn a layer
const [FIRST, LAST] = [20, 220];

/** @param {import("../drawing.js").Config} config @param {number} [silenced] probability @returns {import("../drawing.js").Drawing} */
export function network(config, silenced = 0) {
  const sizes = (Array.isArray(config.hidden_sizes) ? config.hidden_sizes : []).filter((size) => Number.isInteger(size) && size > 0).slice(0, 4);
  const layers = [2, ...sizes, 2];
  const random = scattered(numberOr(config.seed, 0) + 3);
  const step = (LAST - FIRST) / (layers.length - 1);
  const placed = layers.map((size, layer) => {
    const shown = Math.min(MOST, size);
    const isHidden = layer > 0 && layer < layers.length - 1;
    return Array.from({ length: shown }, (_, i) => ({
      x: FIRST + layer * step,
      y: 44 + (i - (shown - 1) / 2) * Math.min(14, 78 / shown),
      out: isHidden && random() < silenced,
      isHidden,
    }));
  });
  /** @type {import("../drawing.js").Shape[]} */
  const shapes = [];
  for (let layer = 1; layer < placed.length; layer += 1) {
    for (const from of placed[layer - 1]) {
      for (const to of placed[layer]) {
        if (!from.out && !to.out) shapes.push({ kind: "path", tone: "line", points: [[from.x, from.y], [to.x, to.y]] });
      }
    }
  }
  for (const { x, y, out, isHidden } of placed.flat()) shapes.push({ kind: "dot", x, y, r: 4, tone: isHidden ? "accent" : "soft", hollow: out });
  layers.forEach((size, layer) => shapes.push({ kind: "text", x: FIRST + layer * step, y: 94, text: String(size), anchor: "middle" }));
  return { says: `units of each layer: ${layers.join(", ")}`, shapes };
}
