/** Weights started anew with three seeds: other paths, much the same end. */

import { curve, floor, numberOr, scattered } from "../drawing.js";

/** @param {import("../drawing.js").Config} config @returns {import("../drawing.js").Drawing} */
export function crossing(config) {
  const own = Math.max(0, Math.trunc(numberOr(config.seed, 0)));
  const shapes = [own + 2, own + 1, own].map((seed) => {
    const random = scattered(seed * 7919 + 11);
    const [height, speed, wave, phase] = [0.8 + 0.3 * random(), 3 + 4 * random(), 0.03 + 0.03 * random(), 6 * random()];
    const fall = (/** @type {number} */ x) => 0.15 + height * Math.exp(-x * speed) + wave * Math.exp(-x * 2) * Math.sin(24 * x + phase);
    return curve(fall, [0, 1], [0, 1.2], seed === own ? "accent" : "line");
  });
  return { says: `a loss with seed ${own}, and two others behind it (made up)`, shapes: [floor(), ...shapes] };
}
