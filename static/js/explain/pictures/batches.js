/** An epoch cut into batches: one update a box. */

import { count } from "../../format.js";
import { numberOr } from "../drawing.js";

const MOST = 40; // boxes drawn

/** @param {import("../drawing.js").Config} config @param {import("../drawing.js").Context} context @returns {import("../drawing.js").Drawing | null} */
export function batches(config, { trainSize }) {
  const all = ["circles", "moons", "xor", "spiral"].includes(config.dataset) ? numberOr(config.points, 200) : trainSize;
  if (!all) return null;
  const used = Math.min(all, numberOr(config.train_size, all));
  const samples = used - Math.round(used * numberOr(config.validation_fraction, 0));
  const size = config.batch_size === "full" ? samples : Math.max(1, numberOr(config.batch_size, 128));
  const steps = Math.max(1, Math.ceil(samples / size));
  const shown = Math.min(MOST, steps);
  const unit = 220 / (steps > MOST ? shown : samples / size);
  const last = steps > MOST ? 1 : (samples - (steps - 1) * size) / size;
  const shapes = Array.from({ length: shown }, (_, i) => {
    const width = Math.max(1, unit * (i === shown - 1 ? last : 1) - (shown > 1 ? 1.5 : 0));
    return /** @type {import("../drawing.js").Shape} */ ({ kind: "box", x: 10 + i * unit, y: 30, width, height: 26, tone: "accent" });
  });
  const words = `${count(steps)} update${steps === 1 ? "" : "s"} an epoch of ${count(samples)} samples`;
  return { says: words, shapes: [...shapes, { kind: "text", x: 10, y: 22, text: steps > MOST ? `the first ${MOST} updates` : "one epoch" }, { kind: "text", x: 10, y: 76, text: words }] };
}
