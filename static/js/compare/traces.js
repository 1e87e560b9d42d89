/**
 * The lines in Plotly's words, and the axes they need. Rule: pure; bands lie below lines, training below what is
 * evaluated, and a value that is not finite is marked at the top, never left out silently.
 */

import { asText } from "../charts/as_text.js";
import { accuracyExtent, lossExtent, xExtent } from "../charts/extent.js";
import { X_TITLES } from "../charts/picture.js";
import { sample } from "../charts/sample.js";
import { outlines } from "./band.js";
import { isOfTime } from "./lines.js";
import { translucent } from "./ramp.js";
import { SPLITS } from "./state.js";

/** @typedef {import("../charts/theme.js").Theme} Theme */
/** @typedef {import("./lines.js").Line} Line */
/** @typedef {import("./lines.js").Metric} Metric */
/** @typedef {import("./paint.js").Paint} Paint */
/** @typedef {import("./state.js").Axis} Axis */
/** @typedef {[number, number]} Range */
/** @typedef {import("../charts/names.js").Name & {keys: string[]}} Name */
/** @typedef {{lines: Line[], paints: Map<string, Paint>, metric: Metric, axis: Axis, beta: number, isLog: boolean, end: number | null, names: Name[]}} Scene `end`: x where all end, when known; `names`: what a saved picture says of colours and dashes */

const BAND = 0.16; // of the colour, of a few bands; more of them share it, or they would hide the lines
const FEW_BANDS = 6;
export const MARKED_UNITS = 12; // with more of them marks are only in the way
const MARKS = 12; // on a line: they say validation or test, the line says the rest
const DIVERGED_FACTOR = 20; // times the loss at its start; beyond that studies call it diverged (app/studies/results.py)
const TOP = 0.98; // of the height, for what is not finite
const LEAST = 1e-8; // a logarithmic axis has no zero
const SPLIT_ORDER = { train: 0, validation: 1, test: 2 };

/** @param {Scene} scene @returns {Range} */
export function wholeX({ lines, end }) {
  const newest = Math.max(0, ...lines.map(({ curve }) => lastFinite(curve.x)));
  return xExtent(newest, end);
}

/** @param {number[]} values @returns {number} */
function lastFinite(values) {
  const last = values[values.length - 1] ?? 0;
  return Number.isFinite(last) ? last : 0;
}

/**
 * Lines of a loss that came to lie far above where their training began: on a linear axis they would press the others flat.
 * @param {Scene} scene @returns {Line[]} none where there are no others
 */
export function offChart({ lines, metric, isLog }) {
  if (metric !== "loss" || isLog) return [];
  /** @type {Map<string, number>} */
  const begun = new Map();
  for (const { unit, curve } of lines) begun.set(unit.key, Math.min(begun.get(unit.key) ?? Infinity, curve.y.find(Number.isFinite) ?? Infinity));
  const found = lines.filter(({ unit, curve }) => usual(curve.y) > DIVERGED_FACTOR * (begun.get(unit.key) ?? Infinity));
  return found.length < lines.length ? found : [];
}

/** @param {number[]} values @returns {number} the median of the later half; 0 where nothing is finite, which is marked by itself */
function usual(values) {
  const later = values.slice(Math.floor(values.length / 2)).filter(Number.isFinite).sort((a, b) => a - b);
  return later.length ? later[Math.floor(later.length / 2)] : 0;
}

/** @param {Scene} scene @returns {string} what leaves the chart at the top; empty when nothing does */
export function offChartWords(scene) {
  const labels = [...new Set(offChart(scene).map(({ unit }) => unit.label))];
  if (!labels.length) return "";
  const said = `${labels.slice(0, 3).join("; ")}${labels.length > 3 ? ` and ${labels.length - 3} more` : ""}`;
  return `Above the loss chart: ${said}, more than ${DIVERGED_FACTOR} times the loss at its start. A logarithmic axis shows all.`;
}

/** @param {Scene} scene @param {Set<string>} keys @returns {Scene} of these units alone */
export function partOf(scene, keys) {
  const isIn = (/** @type {{keys: string[]}} */ name) => name.keys.some((key) => keys.has(key));
  return { ...scene, lines: scene.lines.filter(({ unit }) => keys.has(unit.key)), names: scene.names.filter(isIn) };
}

/** @param {Scene} scene @param {Range} x @returns {Range} of what lies within `x` */
export function wholeY(scene, [from, to]) {
  const { metric, isLog } = scene;
  if (metric === "accuracy") return accuracyExtent();
  const off = new Set(offChart(scene));
  const lines = scene.lines.filter((line) => !off.has(line));
  const within = (/** @type {Line} */ { curve, band }) =>
    curve.y.flatMap((y, i) => (curve.x[i] >= from && curve.x[i] <= to ? [y, y + (band?.deviation[i] ?? 0)] : []));
  const [train, held] = [true, false].map((isTrain) => lines.filter(({ split }) => (split === "train") === isTrain).flatMap(within));
  return lossExtent(train, held, isLog);
}

/**
 * @param {Scene} scene @param {Range} x @param {Range | null} y null follows what there is
 * @returns {import("../charts/picture.js").Picture}
 */
export function pictureOf(scene, x, y) {
  return {
    series: [],
    x,
    y: y ?? wholeY(scene, x),
    logarithmic: scene.metric === "loss" && scene.isLog,
    xTitle: X_TITLES[scene.axis],
    share: scene.metric === "accuracy",
    counted: !isOfTime(scene.axis),
    isEmpty: !scene.lines.length,
  };
}

/**
 * @param {Scene} scene @param {import("../charts/picture.js").Picture} picture @param {Theme} theme @param {number} columns pixels
 * @returns {any[]}
 */
export function tracesOf(scene, picture, theme, columns) {
  const order = [...scene.lines].sort((a, b) => rank(a) - rank(b));
  const off = new Set(offChart(scene)); // their bands would cover the others
  const bands = order.filter((line) => !off.has(line)).flatMap((line) => bandTraces(line, scene));
  const lines = order.map((line) => lineTrace(line, scene, picture, theme, columns));
  return [...bands, ...lines, ...lostTraces(scene, picture, theme)].filter(({ x }) => x.length);
}

/** @param {Scene} scene @param {any[]} traces as drawn @param {Theme} theme @returns {import("../charts/names.js").Name[]} what lines and marks mean, on a saved picture */
export function keyOf({ lines }, traces, { quiet: color, card }) {
  const isMarked = traces.some(({ mode }) => mode === "lines+markers");
  const marks = { train: {}, validation: { symbol: "diamond", size: 7, color }, test: { symbol: "circle", size: 6, color: card, line: { color, width: 1.5 } } };
  const splits = SPLITS.filter((split) => lines.some((line) => line.split === split));
  const key = splits.map((split) => {
    const width = split === "train" && splits.length > 1 ? 1 : 2;
    const look = split === "train" || !isMarked ? { mode: "lines", line: { color, width } } : { mode: "lines+markers", line: { color, width }, marker: marks[split] };
    return { label: split === "train" ? "train, smoothed" : split, color, dash: "solid", look };
  });
  const band = { label: "mean ± deviation", color, dash: "solid", look: { fill: "toself", fillcolor: translucent(color, BAND), line: { color, width: 0 } } };
  return lines.some((line) => line.band) ? [...key, band] : key;
}

/** @param {Line} line */
function rank({ split, role }) {
  return (role === "single" ? 0 : 10) + SPLIT_ORDER[split];
}

/** @param {Line} line @param {Scene} scene @returns {any[]} */
function bandTraces({ unit, band }, { lines, paints, metric, isLog }) {
  if (!band) return [];
  const many = lines.filter((line) => line.band).length;
  const fillcolor = translucent(paints.get(unit.key)?.color ?? "", BAND * Math.min(1, FEW_BANDS / many));
  return outlines(band, metric === "loss" && isLog ? LEAST : -Infinity).map((outline) => ({
    type: "scatter",
    mode: "lines",
    meta: unit.key,
    ...outline,
    line: { width: 0 },
    fill: "toself",
    fillcolor,
    hoverinfo: "skip",
    showlegend: false,
  }));
}

/** @param {Line} line @param {Scene} scene @param {import("../charts/picture.js").Picture} picture @param {Theme} theme @param {number} columns */
function lineTrace({ unit, label, split, role, curve }, { lines, paints }, picture, theme, columns) {
  const paint = paints.get(unit.key) ?? { color: theme.quiet, dash: "solid" };
  const thin = sample(curve.x, curve.y, { from: picture.x[0], to: picture.x[1], columns });
  const isFaint = role === "single" || (split === "train" && lines.some((other) => other.split !== "train"));
  const isMarked = split !== "train" && role !== "single" && new Set(lines.map((line) => line.unit.key)).size <= MARKED_UNITS;
  const marker =
    split === "test"
      ? { symbol: "circle", size: 6, color: theme.card, line: { color: paint.color, width: 1.5 }, maxdisplayed: MARKS }
      : { symbol: "diamond", size: 7, color: paint.color, line: { color: theme.card, width: 1 }, maxdisplayed: MARKS };
  return {
    type: "scatter",
    mode: isMarked ? "lines+markers" : "lines",
    x: thin.x,
    y: thin.y,
    name: asText(label),
    meta: unit.key,
    line: { color: paint.color, width: isFaint ? 1 : 2, dash: paint.dash, simplify: false },
    opacity: isFaint ? 0.6 : 1,
    ...(isMarked ? { marker } : {}),
    hoverinfo: "skip", // values are read elsewhere
    showlegend: false,
  };
}

/** Where a line leaves the finite numbers for the first time. @param {Scene} scene @param {import("../charts/picture.js").Picture} picture @param {Theme} theme @returns {any[]} */
function lostTraces({ lines, paints, metric }, picture, theme) {
  const lost = lines.flatMap((line) => {
    const at = line.curve.y.findIndex((value) => !Number.isFinite(value));
    if (at === -1) return [];
    const words = `${line.label}: ${line.split} ${metric} is not finite from step ${line.curve.steps[at].toLocaleString("en-US")}`;
    return [{ x: line.curve.x[at], color: paints.get(line.unit.key)?.color ?? theme.bad, words: asText(words) }];
  });
  if (!lost.length) return [];
  const height = picture.y[0] + TOP * (picture.y[1] - picture.y[0]);
  return [
    {
      type: "scatter",
      mode: "markers",
      x: lost.map(({ x }) => x),
      y: lost.map(() => (picture.logarithmic ? 10 ** height : height)),
      text: lost.map(({ words }) => words),
      marker: { symbol: "x", size: 8, color: lost.map(({ color }) => color), line: { color: theme.bad, width: 1 } },
      hovertemplate: "%{text}<extra></extra>",
      showlegend: false,
    },
  ];
}
