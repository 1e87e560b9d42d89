/** Ten steps down a parabola at this learning rate and momentum: short, swinging, or out of the valley. */

import { number } from "../../format.js";
import { curve, numberOr, place } from "../drawing.js";

export const CURVATURE = 2; // of the parabola x² drawn: stable below 2 / 2 = 1 without momentum
const [STEPS, FROM, EDGE] = [10, -0.9, 1.15];

/** @param {number} rate @param {number} momentum @param {number} [steps] @returns {number[]} places, the first one included */
export function path(rate, momentum, steps = STEPS) {
  const places = [FROM];
  let velocity = 0;
  for (let i = 0; i < steps; i += 1) {
    velocity = momentum * velocity + CURVATURE * places[i];
    places.push(places[i] - rate * velocity);
  }
  return places;
}

/** @param {import("../drawing.js").Config} config @returns {import("../drawing.js").Drawing} */
export function descent(config) {
  const rate = numberOr(config.learning_rate, 0.1);
  const momentum = config.optimizer === "adam" ? 0 : Math.min(0.999, Math.max(0, numberOr(config.momentum, 0)));
  const all = path(rate, momentum);
  const left = all.findIndex((x) => Math.abs(x) > EDGE);
  const shown = left < 0 ? all : all.slice(0, left);
  /** @type {[[number, number], [number, number]]} */
  const [xs, ys] = [[-EDGE, EDGE], [0, EDGE ** 2]];
  const points = shown.map((x) => place(x, x * x, xs, ys));
  const end = all[all.length - 1];
  const said = left >= 0 ? "leaves the valley" : Math.abs(end) < 0.05 ? "arrives" : Math.abs(end - FROM) < 0.3 ? "has hardly moved" : "is on its way";
  return {
    says: `after ${STEPS} steps of ${number(rate)}${momentum ? ` with momentum ${momentum}` : ""} on x² it ${said}`,
    shapes: [
      curve((x) => x * x, xs, ys, "line"),
      { kind: "path", tone: left < 0 ? "accent" : "warn", points },
      ...points.map(([x, y], i) => /** @type {import("../drawing.js").Shape} */ ({ kind: "dot", x, y, r: i ? 2.4 : 4, tone: left < 0 ? "accent" : "warn" })),
      { kind: "text", x: 120, y: 92, text: said, anchor: "middle" },
    ],
  };
}
