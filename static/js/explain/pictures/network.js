/** The units of a perceptron, layer by layer, from the data set's inputs to its classes; silenced ones are hollow. */

import { count } from "../../format.js";
import { numberOr, scattered } from "../drawing.js";

const MOST = 9; // units drawn a layer; an odd number, so that one is in the middle
const [FIRST, LAST] = [20, 220];

/**
 * @param {import("../drawing.js").Config} config
 * @param {Pick<import("../drawing.js").Context, "inputs" | "classes">} context not known: as of points in two classes
 * @param {number} [silenced] probability
 * @returns {import("../drawing.js").Drawing}
 */
export function network(config, { inputs, classes }, silenced = 0) {
  const sizes = (Array.isArray(config.hidden_sizes) ? config.hidden_sizes : []).filter((size) => Number.isInteger(size) && size > 0).slice(0, 4);
  const layers = [inputs ?? 2, ...sizes, classes ?? 2];
  const random = scattered(numberOr(config.seed, 0) + 3);
  const step = (LAST - FIRST) / (layers.length - 1);
  const placed = layers.map((size, layer) => {
    const shown = Math.min(MOST, size);
    const isHidden = layer > 0 && layer < layers.length - 1;
    return Array.from({ length: shown }, (_, i) => {
      const isMore = size > MOST && i === (MOST - 1) / 2; // here stand those that find no room
      const out = isHidden && random() < silenced && !isMore;
      return { x: FIRST + layer * step, y: 44 + (i - (shown - 1) / 2) * Math.min(14, 78 / shown), out, isHidden, isMore };
    });
  });
  /** @type {import("../drawing.js").Shape[]} */
  const shapes = [];
  for (let layer = 1; layer < placed.length; layer += 1) {
    for (const from of placed[layer - 1]) {
      for (const to of placed[layer]) {
        const isDrawn = [from, to].every((unit) => !unit.out && !unit.isMore);
        if (isDrawn) shapes.push({ kind: "path", tone: "line", points: [[from.x, from.y], [to.x, to.y]] });
      }
    }
  }
  for (const { x, y, out, isHidden, isMore } of placed.flat()) {
    const tone = isHidden ? "accent" : "soft";
    if (isMore) for (const shift of [-2.6, 0, 2.6]) shapes.push({ kind: "dot", x, y: y + shift, r: 0.9, tone });
    else shapes.push({ kind: "dot", x, y, r: 4, tone, hollow: out });
  }
  layers.forEach((size, layer) => shapes.push({ kind: "text", x: FIRST + layer * step, y: 94, text: count(size), anchor: "middle" }));
  return { says: `units of each layer: ${layers.map(count).join(" → ")}`, shapes };
}
