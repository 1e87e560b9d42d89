/** The learning rate over the epochs of this recipe (as ml/schedule). */

import { count, number } from "../../format.js";
import { below, floor, numberOr, place } from "../drawing.js";

const MOST = 120; // epochs drawn

/** @param {import("../drawing.js").Config} config @param {number} epoch from 0 @returns {number} */
export function rateAt(config, epoch) {
  const [rate, epochs] = [numberOr(config.learning_rate, 0.1), Math.max(1, numberOr(config.epochs, 10))];
  if (config.lr_schedule === "exponential") return rate * numberOr(config.lr_gamma, 0.95) ** epoch;
  if (config.lr_schedule === "cosine") return (rate * (1 + Math.cos((Math.PI * Math.min(epoch, epochs)) / epochs))) / 2;
  return rate;
}

/** @param {import("../drawing.js").Config} config @returns {import("../drawing.js").Drawing} */
export function schedule(config) {
  const epochs = Math.max(1, Math.min(1_000_000, Math.trunc(numberOr(config.epochs, 10))));
  const shown = Math.min(MOST, epochs);
  const top = rateAt(config, 0);
  /** @type {[number, number][]} */
  const points = [];
  for (let i = 0; i < shown; i += 1) {
    const rate = rateAt(config, Math.floor((i * epochs) / shown));
    points.push(place(i, rate / top, [0, shown], [0, 1.1]), place(i + 1, rate / top, [0, shown], [0, 1.1]));
  }
  const last = rateAt(config, epochs - 1);
  return {
    says: `the rate goes from ${number(top)} to ${number(last)} over ${count(epochs)} epoch${epochs === 1 ? "" : "s"}`,
    shapes: [floor(), { kind: "path", tone: "accent", points }, below(10, "epoch 1", "start"), below(230, count(epochs), "end"), { kind: "text", x: 228, y: 20, text: `${number(top)} → ${number(last)}`, anchor: "end" }],
  };
}
