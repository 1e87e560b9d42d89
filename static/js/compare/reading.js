/**
 * What the drawn lines say at one place. Rule: pure; a value is the one that was known there: the nearest row of training,
 * and the last evaluation up to it; beyond a training's end there is none.
 */

import { writerOf } from "../charts/readings.js";
import { decimal } from "../format.js";
import { countUpTo } from "../log/columns.js";
import { SPLITS } from "./state.js";

/** @typedef {import("../charts/readings.js").Place} Place */
/** @typedef {import("./lines.js").Line} Line */
/** @typedef {import("./traces.js").Scene} Scene */

const NOTHING = "–";

/** @param {Scene} scene @param {import("../charts/picture.js").Picture} picture @param {Place} place @returns {Omit<import("../charts/readings.js").Told, "title">} a row a line or band, a column a split */
export function lineReadings({ lines, paints, metric }, picture, { x, slack, height }) {
  const splits = SPLITS.filter((split) => lines.some((line) => line.split === split));
  const y = height === null ? null : picture.y[0] + height * (picture.y[1] - picture.y[0]);
  /** @type {Map<string, number>} */
  const ends = new Map();
  for (const { unit, curve } of lines) ends.set(unit.key, Math.max(ends.get(unit.key) ?? -Infinity, curve.x[curve.x.length - 1]));
  const readings = rowsOf(lines).map((row) => {
    const found = splits.map((split) => {
      const line = row.find((one) => one.split === split);
      return line && x <= (ends.get(row[0].unit.key) ?? 0) + slack ? valueAt(line, x, slack) : null;
    });
    const places = found.map((one) => (one && y !== null ? Math.abs((picture.logarithmic ? Math.log10(one.value) : one.value) - y) : Infinity));
    return {
      label: row[0].label,
      paint: paints.get(row[0].unit.key),
      cells: found.map((one) => (one ? valueWords(one, metric) : NOTHING)),
      distance: Math.min(...places.map((apart) => (Number.isNaN(apart) ? Infinity : apart))),
    };
  });
  return { columns: ["curve", ...splits.map((split) => (split === "train" ? "train, smoothed" : split))], readings, counted: "curves" };
}

/** @param {Line[]} lines @returns {Line[][]} of one unit, or one repetition of it, together */
function rowsOf(lines) {
  /** @type {Map<string, Line[]>} */
  const rows = new Map();
  for (const line of lines) {
    const key = JSON.stringify([line.unit.key, line.role === "single" ? line.label : ""]);
    rows.set(key, [...(rows.get(key) ?? []), line]);
  }
  return [...rows.values()];
}

/** @param {Line} line @param {number} x @param {number} slack @returns {{value: number, deviation: number | null} | null} */
function valueAt({ split, curve, band }, x, slack) {
  const xs = curve.x;
  const before = countUpTo(xs, split === "train" ? x : x + slack);
  const row = split === "train" ? nearest(xs, x, before) : before - 1;
  const begins = xs[0] - (split === "train" ? xs[1] - xs[0] || 0 : 0) - slack; // a row of training stands for the steps before it
  return row < 0 || x < begins ? null : { value: curve.y[row], deviation: band ? band.deviation[row] : null };
}

/** @param {number[]} xs @param {number} x @param {number} before how many are not beyond it @returns {number} index, -1 without any */
function nearest(xs, x, before) {
  if (before === xs.length) return before - 1;
  return before > 0 && x - xs[before - 1] <= xs[before] - x ? before - 1 : before;
}

/** @param {{value: number, deviation: number | null}} found @param {import("./lines.js").Metric} metric @returns {string} */
function valueWords({ value, deviation }, metric) {
  if (!Number.isFinite(value)) return decimal(value);
  if (deviation === null || !Number.isFinite(deviation)) return writerOf(metric)(value);
  return `${writerOf(metric)(value)} ±\u00a0${metric === "accuracy" ? (100 * deviation).toFixed(1) : decimal(deviation)}`;
}
