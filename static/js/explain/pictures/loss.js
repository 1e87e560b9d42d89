/** Both losses over the probability that the network gives the right class. */

import { below, curve, floor, place } from "../drawing.js";

/** @type {Record<string, (p: number) => number>} of two classes: −log p; the mean of two equal squares */
export const LOSSES = { cross_entropy: (p) => -Math.log(Math.max(p, 1e-9)), mse: (p) => (1 - p) ** 2 };

/** @param {import("../drawing.js").Config} config @returns {import("../drawing.js").Drawing} */
export function loss(config) {
  const name = config.loss in LOSSES ? config.loss : "cross_entropy";
  const other = name === "mse" ? "cross_entropy" : "mse";
  /** @type {[number, number]} */
  const xs = [0.02, 1];
  return {
    says: `${name.replace("_", " ")} over the probability of the right class, ${other.replace("_", " ")} behind it`,
    shapes: [floor(), curve(LOSSES[other], xs, [0, 4], "soft"), curve(LOSSES[name], xs, [0, 4]), below(10, "sure and wrong", "start"), below(230, "sure and right", "end"), { kind: "dot", x: place(0.5, 0, xs, [0, 4])[0], y: place(0.5, LOSSES[name](0.5), xs, [0, 4])[1], r: 3, tone: "accent" }],
  };
}
