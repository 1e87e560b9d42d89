/** The rows in view as CSV. Rule: pure; every row says whether all rows of its place are there or a sample of them. */

import { csvField } from "../csv_field.js";
import { countUpTo } from "../log/columns.js";
import { stepsSeen, stepsX, trainAxis } from "./axis.js";
import { runsOf } from "./runs.js";

/** @typedef {import("./picture.js").Shown} Shown */

const HEAD = "job,name,split,step,epoch,loss,accuracy,learning_rate,train_seconds,rows";
const SLIP = 1e-6; // steps or seconds

/**
 * @param {Shown[]} shown
 * @param {import("./axis.js").Axis} axis
 * @param {[number, number]} seen
 * @returns {string} the columns of `metrics.csv`, the job before them, and behind them `every` or `sampled`
 */
export function csvOf(shown, axis, [from, to]) {
  const lines = [HEAD];
  for (const { id, label, fold, stepsPerEpoch } of shown) {
    const whose = `${csvField(id)},${csvField(label)}`;
    const { column, scale } = trainAxis(fold, axis, stepsPerEpoch);
    for (const { every, first, end, column: of } of runsOf(fold, stepsSeen(fold, axis, stepsPerEpoch, [from, to]))) {
      const xs = /** @type {Float64Array} */ (of(column).subarray(first, end));
      const part = ["step", "epoch", "loss", "accuracy", "learning_rate", "train_seconds"].map((name) => of(name));
      const beyond = first + countUpTo(xs, to / scale + SLIP);
      for (let row = first + countUpTo(xs, from / scale - SLIP); row < beyond; row += 1) {
        lines.push(`${whose},train,${part.map((values) => values[row]).join(",")},${every ? "every" : "sampled"}`);
      }
    }
    for (const split of /** @type {const} */ (["validation", "test"])) {
      const rows = fold.splits[split];
      const part = ["step", "epoch", "loss", "accuracy"].map((name) => rows.column(name));
      stepsX(fold, rows.column("step"), axis, stepsPerEpoch).forEach((x, row) => {
        if (x < from || x > to) return;
        lines.push(`${whose},${split},${part.map((values) => values[row]).join(",")},,,every`);
      });
    }
  }
  return `${lines.join("\r\n")}\r\n`;
}

/** @param {Shown[]} shown the selected one last @param {string} metric @returns {string} a file's name without its ending */
export function fileName(shown, metric) {
  return ["livetrain", inFileName(shown.at(-1)?.label ?? ""), shown.length > 1 ? `and-${shown.length - 1}-more` : "", metric].filter(Boolean).join("-");
}

/** @param {string} words @returns {string} as a part of a file's name */
export function inFileName(words) {
  return words.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "").slice(0, 60);
}
