/**
 * The lines in view as CSV. Rule: pure; the numbers are those that are drawn, in full, and every row says of which jobs,
 * over how many steps and with which smoothing.
 */

import { csvField } from "../csv_field.js";

/** @typedef {import("./traces.js").Scene} Scene */

const AXIS_COLUMNS = { step: [], epoch: ["epoch"], time: ["train_seconds"], wall: ["wall_seconds"] };
const SLIP = 1e-9; // of the axis

/**
 * @param {Scene} scene @param {[number, number]} seen @returns {string} a row a point: of a band `deviation` (of a sample) beside
 *   the mean; `rows`: the steps a row of training is the mean of
 */
export function linesCsv({ lines, metric, axis, beta }, [from, to]) {
  const names = ["jobs", "name", "seeds", "split", "step", ...AXIS_COLUMNS[axis], metric, "deviation", "smoothing", "rows"];
  const rows = lines.flatMap((line) => {
    const { curve, band, split, jobs, label } = line;
    return curve.steps.flatMap((step, i) => {
      const x = curve.x[i];
      if (!(x >= from - SLIP && x <= to + SLIP)) return [];
      const place = AXIS_COLUMNS[axis].length ? [x] : [];
      return [[jobs, label, jobs.length, split, step, ...place, curve.y[i], band?.deviation[i], split === "train" ? beta : null, curve.rows?.[i]]];
    });
  });
  return [names, ...rows].map((row) => `${row.map(csvField).join(",")}\r\n`).join("");
}
