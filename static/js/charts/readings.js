/** What all jobs' curves say at one place, in words. Rule: pure; a job without a value there says so with a dash. */

import { decimal, percent } from "../format.js";
import { valuesAt } from "./values.js";

/** @typedef {import("./picture.js").Shown} Shown */
/** @typedef {{label: string, slot?: number, paint?: {color: string, dash: string}, cells: string[], distance?: number}} Reading
 *   one row: the colour by its slot, or with its dash; `distance` from the pointer: the nearest ones stay where not all
 *   find room */
/** @typedef {{title: string, columns: string[], readings: Reading[], counted: string}} Told `columns`: the rows' own first; `counted`: what rows are, in the plural */
/** @typedef {{x: number, slack: number, height: number | null}} Place `slack`: in x, beyond a curve's end; `height`: 0..1 of the plot's, null with keys */

const COLUMNS = ["job", "smoothed", "this step", "validation", "test"];
const NOTHING = "–";

/** @param {import("./curves.js").Metric} metric @returns {(value: number | null) => string} */
export function writerOf(metric) {
  return metric === "loss" ? decimal : percent;
}

/**
 * @param {Shown[]} shown the selected job last: it is told first
 * @param {import("./curves.js").Metric} metric
 * @param {import("./axis.js").Axis} axis
 * @param {Place} place
 * @param {import("./values.js").Smoothed} smoothed
 * @returns {Omit<Told, "title">}
 */
export function jobReadings(shown, metric, axis, { x, slack }, smoothed) {
  const write = writerOf(metric);
  const readings = shown.toReversed().map((one) => {
    const { label, slot } = one;
    const values = valuesAt(one, metric, axis, x, slack, smoothed);
    if (!values) return { label, slot, cells: COLUMNS.slice(1).map(() => NOTHING) };
    const smooth = values.every && Number.isFinite(values.smooth) ? write(values.smooth) : values.every ? NOTHING : "sampled";
    const raw = Number.isFinite(values.raw) ? write(values.raw) : decimal(values.raw);
    return { label, slot, cells: [smooth, raw, write(values.validation), write(values.test)] };
  });
  return { columns: COLUMNS, readings, counted: "jobs" };
}
