/** The chosen activation over its input. */

import { curve, floor, place } from "../drawing.js";

/** @type {Record<string, (x: number) => number>} */
export const ACTIVATIONS = { tanh: Math.tanh, relu: (x) => Math.max(0, x), sigmoid: (x) => 1 / (1 + Math.exp(-x)) };
/** @type {[number, number]} */
const XS = [-4, 4];

/** @param {import("../drawing.js").Config} config @returns {import("../drawing.js").Drawing} */
export function activation(config) {
  const name = config.activation in ACTIVATIONS ? config.activation : "tanh";
  /** @type {[number, number]} */
  const ys = name === "relu" ? [-1, 4] : [-1.2, 1.2];
  /** @type {import("../drawing.js").Shape} */
  const zero = { kind: "path", tone: "line", dashed: true, points: [place(-4, 0, XS, ys), place(4, 0, XS, ys)] };
  const others = Object.keys(ACTIVATIONS).filter((one) => one !== name).map((one) => curve(ACTIVATIONS[one], XS, ys, "line"));
  return { says: `${name} from −4 to 4, the others behind it`, shapes: [floor(), zero, ...others, curve(ACTIVATIONS[name], XS, ys)] };
}
