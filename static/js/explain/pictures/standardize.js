/** The channels' values as stored and, when on, as seen: a bell for each mean and deviation. */

import { below, curve, floor, place } from "../drawing.js";

const TONES = /** @type {const} */ (["accent", "good", "warn"]);
const GREY = [{ name: "value", mean: 0.3, deviation: 0.2 }]; // before the data set's own are known

/** @param {import("../drawing.js").Config} config @param {import("../drawing.js").Context} context @returns {import("../drawing.js").Drawing} */
export function standardize(config, { channels }) {
  const on = config.standardize === true;
  const known = (channels.length ? channels : GREY).slice(0, 3);
  const seen = known.map(({ name, mean, deviation }) => (on ? { name, mean: 0, deviation: 1 } : { name, mean, deviation: Math.max(deviation, 0.01) }));
  /** @type {[number, number]} */
  const xs = [-3, 3];
  const tallest = Math.max(...seen.map(({ deviation }) => 1 / deviation));
  const bell = (/** @type {number} */ mean, /** @type {number} */ deviation) => (/** @type {number} */ x) =>
    Math.exp(-(((x - mean) / deviation) ** 2) / 2) / deviation / tallest;
  const [zero] = place(0, 0, xs, [0, 1]);
  const says = seen.map(({ name, mean, deviation }) => `${name} ${mean.toFixed(2)} ± ${deviation.toFixed(2)}`).join(", ");
  return {
    says: `${on ? "standardized, over the training set" : "as stored"}: ${says}`,
    shapes: [
      floor(),
      { kind: "path", tone: "line", dashed: true, points: [[zero, 10], [zero, 80]] },
      ...seen.map(({ mean, deviation }, i) => curve(bell(mean, deviation), xs, [0, 1], TONES[i], 160)),
      below(place(-2, 0, xs, [0, 1])[0], "−2"),
      below(zero, "0"),
      below(place(2, 0, xs, [0, 1])[0], "2"),
    ],
  };
}
