/**
 * Accuracy against a field or a cost, a point a job. Rule: pure; logarithmic where values span decades, and what has no
 * number, such as a batch that is the full set, is counted below the chart, not moved onto it.
 */

import { asText } from "../charts/as_text.js";
import { spansDecades } from "../studies/words.js";
import { deviation, mean } from "./band.js";
import { differing, isOrdinal, isSeed, position, valueOf, valuesOf } from "./fields.js";
import { COSTS, figureOf } from "./figures.js";
import { oneASeed } from "./units.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../charts/figure.js").Figure} Plot */
/** @typedef {import("./units.js").Unit} Unit */
/** @typedef {import("./paint.js").Paint} Paint */
/** @typedef {import("./rows.js").Read} Read */
/** @typedef {{name: string, title: string}} Choice */

const ROOM = 0.06; // of an axis, beyond its outermost values
const ABOUT_DATA = new Set(["data", "run"]); // groups of fields that are seldom the question: offered last
const WRITTEN_OUT = "~g"; // 0.0001, not 100µ
const UNITS = /** @type {Record<string, string>} */ ({ train_seconds: "training time, s", images_per_second: "images per second" });

/** @param {Job[]} jobs @param {Field[]} fields @param {Read} read @returns {Choice[]} what the horizontal axis can be */
export function xChoices(jobs, fields, read) {
  const numeric = differing(jobs, fields)
    .filter((field) => !isSeed(field) && isOrdinal(field, valuesOf(field, jobs)))
    .sort((a, b) => Number(ABOUT_DATA.has(a.group)) - Number(ABOUT_DATA.has(b.group)));
  const costs = COSTS.filter((name) => jobs.some((job) => read(figureOf(name), job) !== null));
  return [...numeric.map(({ name, title }) => ({ name, title })), ...costs.map((name) => ({ name, title: figureOf(name).title }))];
}

/** @param {number[]} values @param {boolean} isLog @returns {[number, number]} */
function rangeOf(values, isLog) {
  const at = isLog ? values.map(Math.log10) : values;
  const [low, high] = [Math.min(...at), Math.max(...at)];
  const room = (high - low) * ROOM || (isLog ? 0.5 : Math.abs(low) / 2 || 1);
  return [low - room, high + room];
}

/** @param {number[]} shares @returns {[number, number]} with room, but not beyond what a share can be */
function shareRange(shares) {
  const [low, high] = rangeOf(shares, false);
  return [Math.max(-0.02, low), Math.min(1.02, high)];
}

/**
 * @param {Unit[]} units @param {{x: string, y: string}} axes @param {Field[]} fields @param {Read} read
 * @param {Map<string, Paint>} paints @param {{card: string, quiet: string}} theme
 * @returns {{plot: Plot, drawn: number, left: number}} `left`: jobs without a place on it
 */
export function scatterOf(units, { x, y }, fields, read, paints, theme) {
  const field = fields.find((one) => one.name === x);
  const xOf = (/** @type {Job} */ job) => (field ? position(valueOf(field, job)) : read(figureOf(x), job));
  const yOf = (/** @type {Job} */ job) => read(figureOf(y), job);
  const places = units.map((unit) => ({
    unit,
    points: oneASeed(unit.jobs).flatMap((job) => {
      const [at, height] = [xOf(job), yOf(job)];
      return at !== null && height !== null && Number.isFinite(at) && Number.isFinite(height) ? [{ at, height }] : [];
    }),
  }));
  const all = places.flatMap(({ points }) => points);
  const jobs = units.flatMap((unit) => oneASeed(unit.jobs));
  const xs = /** @type {number[]} */ (jobs.map(xOf).filter((at) => at !== null && Number.isFinite(at))); // the whole axis, so that it stays while points arrive
  const isLog = xs.length > 1 && spansDecades(xs);
  const traces = places.filter(({ points }) => points.length).flatMap(({ unit, points }) => pointsTraces(unit, points, paints.get(unit.key), theme));
  const title = field ? field.title : (UNITS[x] ?? figureOf(x).title);
  return {
    plot: {
      traces,
      x: { title, type: isLog ? "log" : "linear", tickformat: x === "train_seconds" || field ? WRITTEN_OUT : "~s", ...(isLog ? { step: 1 } : {}), ...(xs.length ? { range: rangeOf(xs, isLog) } : {}) },
      y: { title: `${figureOf(y).title} accuracy`, tickformat: ".0%", ...(all.length ? { range: shareRange(all.map(({ height }) => height)) } : {}) },
    },
    drawn: all.length,
    left: jobs.length - all.length,
  };
}

/** @param {Unit} unit @param {{at: number, height: number}[]} points @param {Paint | undefined} paint @param {{card: string, quiet: string}} theme @returns {any[]} */
function pointsTraces(unit, points, paint, theme) {
  const color = paint?.color ?? theme.quiet;
  const [xs, ys] = [points.map(({ at }) => at), points.map(({ height }) => height)];
  const common = { type: "scatter", mode: "markers", name: asText(unit.label), hovertemplate: "%{fullData.name}<br>%{x:.4~g} · %{y:.1%}<extra></extra>" };
  if (points.length === 1) return [{ ...common, x: xs, y: ys, marker: { color, size: 11, line: { color: theme.card, width: 1 } } }];
  return [
    { ...common, x: xs, y: ys, marker: { color, size: 6, opacity: 0.5 } },
    {
      ...common,
      x: [mean(xs)],
      y: [mean(ys)],
      marker: { color, size: 11, line: { color: theme.card, width: 1 } },
      error_y: { type: "data", array: [deviation(ys)], color, thickness: 1.5, width: 5 },
      hovertemplate: `%{fullData.name}, mean of ${points.length}<br>%{x:.4~g} · %{y:.1%}<extra></extra>`,
    },
  ];
}
