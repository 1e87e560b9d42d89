/** How the training samples are divided: used to train, held out, left aside. */

import { count, percent } from "../../format.js";
import { numberOr } from "../drawing.js";

/** @param {import("../drawing.js").Config} config @param {import("../drawing.js").Context} context @returns {import("../drawing.js").Drawing | null} */
export function split(config, { trainSize }) {
  const all = ["circles", "moons", "xor", "spiral"].includes(config.dataset) ? numberOr(config.points, 200) : trainSize;
  if (!all) return null;
  const used = Math.min(all, numberOr(config.train_size, all));
  const held = Math.round(used * Math.min(0.5, Math.max(0, numberOr(config.validation_fraction, 0))));
  const unit = 220 / all;
  const [trained, left] = [used - held, all - used];
  const box = (/** @type {number} */ from, /** @type {number} */ amount, /** @type {import("../drawing.js").Tone} */ tone, hollow = false) =>
    /** @type {import("../drawing.js").Shape} */ ({ kind: "box", x: 10 + from * unit, y: 30, width: amount * unit, height: 26, tone, hollow });
  const says = `${count(trained)} to train${held ? `, ${count(held)} held out (${percent(held / used)})` : ""}${left ? `, ${count(left)} left aside` : ""}`;
  return {
    says,
    shapes: [
      box(0, trained, "accent"),
      ...(held ? [box(trained, held, "good")] : []),
      ...(left ? [box(used, left, "line", true)] : []),
      { kind: "text", x: 10, y: 22, text: "training set" },
      { kind: "text", x: 10, y: 76, text: says },
    ],
  };
}
