/** A study's plots as traces for a plain chart. Rule: pure; colours are handed in. */

import { mean, median, numberOf, position, spansDecades } from "./words.js";

/** @typedef {import("./words.js").Row} Row */
/** @typedef {import("./words.js").Study} Study */
/** @typedef {import("../charts/figure.js").Figure} Figure */
/** @typedef {(slot: number) => string} ColorOf */
/** @typedef {{label: string, slot: number, epoch: number[], value: number[]}} Line `slot`: its job's colour, from 1 */

const PARTS = ["data", "compute", "evaluation"];
const BEST = { symbol: "star", size: 15 };
const PLAIN = { symbol: "circle", size: 9 };
const DIVERGED = { symbol: "x", size: 12 };
const ROOM = 0.06; // of an axis, beyond its outermost values
const FEW_EPOCHS = 8; // up to here there is a tick for each, and none between them
const WRITTEN_OUT = "~g"; // 0.0001, not 100µ

/**
 * The whole axis from the start, so that it stays while values arrive.
 * @param {number[]} values @param {boolean} logarithmic @returns {[number, number]}
 */
function rangeOf(values, logarithmic) {
  const at = logarithmic ? values.map(Math.log10) : values;
  const [low, high] = [Math.min(...at), Math.max(...at)];
  const room = (high - low) * ROOM || (logarithmic ? 1 : Math.abs(low) / 2 || 1);
  return [low - room, high + room];
}

/** @param {Row} row */
function markOf(row) {
  return row.has_diverged ? DIVERGED : row.is_best ? BEST : PLAIN;
}

/** @param {Figure} figure @returns {boolean} whether there is anything to see; without, axes would be made up */
export function hasValues({ traces }) {
  return traces.some(({ y }) => y.some((/** @type {any} */ value) => typeof value === "number" && Number.isFinite(value)));
}

/** @param {Row} row @returns {string} its label for a tick, a field a line: beside one another they would be turned */
function tickOf({ label }) {
  return label.replaceAll(" · ", "<br>");
}

/** @param {Study} study @returns {{at: (number | string)[], logarithmic: boolean}} the axis of values */
function axisOf(study) {
  const { rows } = study.table;
  const fields = Object.keys(study.definition.axes);
  const numbers = rows.map((row) => (fields.length === 1 ? position(row.values[fields[0]]) : null));
  const known = /** @type {number[]} */ (numbers.filter((value) => value !== null));
  if (known.length !== rows.length) return { at: rows.map(tickOf), logarithmic: false };
  return { at: known, logarithmic: spansDecades(known) };
}

/**
 * Loss or accuracy per value: the medians joined, single repetitions as small points, what diverged as a cross.
 * @param {Study} study @param {"loss" | "accuracy"} metric @param {ColorOf} color @param {string} bad
 * @param {string} title of the fields that vary
 * @returns {Figure}
 */
export function perValue(study, metric, color, bad, title) {
  const { rows, judged_by } = study.table;
  const { at, logarithmic } = axisOf(study);
  const scored = rows.map((row, i) => ({ row, x: at[i], measure: row.scores[judged_by]?.last[metric] ?? null }));
  const isNamed = typeof at[0] === "string";
  const there = scored.filter(({ measure }) => measure || isNamed); // names keep their place before their value comes
  const medians = there.map(({ measure }) => median(measure));
  const repeated = there.flatMap(({ x, measure }) => (measure?.values ?? []).map((value) => ({ x, y: numberOf(value) })));
  const tint = color(metric === "loss" ? 1 : 0);
  const isShare = metric === "accuracy";
  const hover = isShare ? "%{y:.1%}" : "%{y:.4g}";
  const traces = [
    {
      type: "scatter",
      mode: "markers",
      x: repeated.map(({ x }) => x),
      y: repeated.map(({ y }) => y),
      marker: { color: tint, size: 5, opacity: 0.45 },
      hovertemplate: `one repetition: ${hover}<extra></extra>`,
    },
    {
      type: "scatter",
      mode: "lines+markers",
      x: there.map(({ x }) => x),
      y: medians,
      text: there.map(({ row }) => row.label + (row.is_best ? ", best" : row.has_diverged ? ", diverged" : "")),
      line: { color: tint, width: 2 },
      marker: {
        color: there.map(({ row }) => (row.has_diverged ? bad : tint)),
        symbol: there.map(({ row }) => markOf(row).symbol),
        size: there.map(({ row }) => markOf(row).size),
        opacity: 1,
      },
      hovertemplate: `%{text}: ${hover}<extra></extra>`,
    },
  ];
  const known = medians.filter((value) => value !== null);
  const tall = !isShare && known.length > 1 && spansDecades(known);
  const x = isNamed
    ? { title, type: /** @type {const} */ ("category") }
    : {
        title,
        type: /** @type {"log" | "linear"} */ (logarithmic ? "log" : "linear"),
        tickformat: WRITTEN_OUT,
        range: rangeOf(/** @type {number[]} */ (at), logarithmic),
      };
  return {
    traces,
    x,
    y: {
      title: `${judged_by} ${metric}`,
      type: tall ? "log" : "linear",
      tickformat: isShare ? ".0%" : WRITTEN_OUT,
      neverNegative: true,
      ...(isShare ? { range: sharesFrom([...known, ...repeated.map(({ y }) => y ?? 1)]) } : {}),
    },
  };
}

/** @param {number[]} shares @returns {[number, number]} up to the whole, so that heights can be compared between studies */
function sharesFrom(shares) {
  const least = Math.min(0.9, ...shares);
  return [Math.max(0, Math.floor(least * 10) / 10 - 0.02), 1.02];
}

/** @param {Study} study @param {ColorOf} color @returns {Figure} seconds a job, by what they went into */
export function timePerValue(study, color) {
  const timed = study.table.rows;
  const traces = PARTS.map((part, i) => ({
    type: "bar",
    name: part,
    x: timed.map(tickOf),
    y: timed.map((row) => mean(row.times[part])),
    marker: { color: color(i) },
    hovertemplate: `${part}: %{y:.3g} s<extra></extra>`,
  }));
  return { traces, x: { title: "", type: "category" }, y: { title: "seconds" }, legend: true, stacked: true };
}

/** @param {Study} study @param {ColorOf} color @returns {Figure} a ladder's test accuracies, with their deviation */
export function heights(study, color) {
  const there = study.table.rows.filter((row) => row.scores.test?.last.accuracy);
  const accuracies = there.map((row) => row.scores.test?.last.accuracy ?? null);
  return {
    traces: [
      {
        type: "scatter",
        mode: "markers",
        x: there.map((row) => row.label),
        y: accuracies.map(mean),
        error_y: { type: "data", array: accuracies.map((measure) => measure?.deviation ?? 0), visible: true },
        marker: {
          color: color(0),
          symbol: there.map((row) => markOf(row).symbol),
          size: there.map((row) => markOf(row).size),
          opacity: 1,
        },
        hovertemplate: "%{x}: %{y:.1%}<extra></extra>",
      },
    ],
    x: { title: "", type: "category" },
    y: { title: "test accuracy", tickformat: ".0%", range: sharesFrom(accuracies.map((measure) => Number(mean(measure)))) },
  };
}

/** @param {Study} study @param {ColorOf} color @param {string} bad @returns {Figure} what each rung gains over the one it stands on */
export function gains(study, color, bad) {
  const there = study.table.rows.filter((row) => row.gain);
  const points = there.map((row) => (row.gain?.accuracy ?? 0) * 100);
  const labels = new Map(study.table.rows.map((row) => [row.rung, row.label]));
  return {
    traces: [
      {
        type: "bar",
        x: there.map((row) => row.label),
        y: points,
        text: points.map((value) => `${value >= 0 ? "+" : "−"}${Math.abs(value).toFixed(1)}`),
        textposition: "auto",
        marker: { color: points.map((value) => (value < 0 ? bad : color(2))) },
        hovertext: there.map((row) => `over ${labels.get(row.gain?.on ?? null)}`),
        hovertemplate: "%{x}: %{text} points %{hovertext}<extra></extra>",
      },
    ],
    x: { title: "", type: "category" },
    y: { title: "gain, percentage points" },
  };
}

/** @param {Line[]} lines @param {"loss" | "accuracy"} metric @param {string} split @param {ColorOf} color @returns {Figure} */
export function overlay(lines, metric, split, color) {
  const isShare = metric === "accuracy";
  const epochs = Math.max(1, ...lines.flatMap(({ epoch }) => epoch.slice(-1)));
  const last = lines.flatMap(({ value }) => value.filter((one) => one > 0 && Number.isFinite(one)));
  return {
    traces: lines.map(({ label, slot, epoch, value }, i) => ({
      type: "scatter",
      mode: "lines",
      name: label,
      x: epoch,
      y: value,
      line: { color: color(slot - 1), width: 2, dash: lines.findIndex((line) => line.slot === slot) === i ? "solid" : "dot" },
      hovertemplate: `${label}: ${isShare ? "%{y:.1%}" : "%{y:.4g}"}<extra></extra>`,
    })),
    x: { title: "epoch", range: [0, epochs], ...(epochs <= FEW_EPOCHS ? { step: 1 } : {}) },
    y: {
      title: `${split} ${metric}`,
      type: !isShare && last.length > 1 && spansDecades(last) ? "log" : "linear",
      neverNegative: true,
      ...(isShare ? { tickformat: ".0%" } : {}),
    },
    legend: true,
  };
}
