/** Which units one step silences, at this rate. */

import { numberOr } from "../drawing.js";
import { network } from "./network.js";

const SHOWN = 8; // units of a layer, where the architecture's own cannot be drawn

/** @param {import("../drawing.js").Config} config @param {import("../drawing.js").Context} context @returns {import("../drawing.js").Drawing} */
export function dropout(config, context) {
  const rate = Math.min(1, Math.max(0, numberOr(config.dropout, 0)));
  const isWhole = config.architecture === "mlp";
  const shown = isWhole ? config : { ...config, hidden_sizes: [SHOWN] };
  const { shapes } = network(shown, isWhole ? context : { inputs: SHOWN, classes: context.classes }, rate);
  const out = shapes.filter((shape) => shape.kind === "dot" && shape.hollow).length;
  const boost = (1 / Math.max(0.01, 1 - rate)).toFixed(2);
  return { says: rate ? `${out} of the units drawn are silent in this step, the others ${boost} times as strong` : "off: every unit speaks", shapes };
}
