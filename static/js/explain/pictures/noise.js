/** Points of the data set with its noise: two circles, whose width is the noise. */

import { numberOr, scattered } from "../drawing.js";

const OWN = 0.05; // of the circles
const MOST = 200; // points drawn

/** @param {() => number} random @returns {number} normally distributed (Box and Muller, 1958) */
function normal(random) {
  return Math.sqrt(-2 * Math.log(random() || 1e-9)) * Math.cos(2 * Math.PI * random());
}

/** @param {import("../drawing.js").Config} config @returns {import("../drawing.js").Drawing} */
export function noise(config) {
  const amount = Math.min(MOST, Math.max(0, numberOr(config.points, 200)));
  const spread = Math.max(0, numberOr(config.noise, OWN));
  const random = scattered(7);
  const shapes = Array.from({ length: amount }, (_, i) => {
    const angle = 2 * Math.PI * random();
    const radius = i % 2 ? 1 : 0.5;
    const x = radius * Math.cos(angle) + spread * normal(random);
    const y = radius * Math.sin(angle) + spread * normal(random);
    const inside = (/** @type {number} */ value, /** @type {number} */ most) => Math.min(most, Math.max(-most, value));
    return /** @type {import("../drawing.js").Shape} */ ({ kind: "dot", x: 120 + inside(36 * x, 112), y: 48 + inside(36 * y, 44), r: 1.8, tone: i % 2 ? "accent" : "warn" });
  });
  return { says: `${amount} points on two circles with noise ${spread}`, shapes };
}
