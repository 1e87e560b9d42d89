/**
 * A picture in Plotly's words: one trace a curve, and few nodes for the marks beside them.
 * Rule: pure; what matters most is drawn last, on top. Plotly tells what marks mean; values are read elsewhere.
 */

import { asText } from "./as_text.js";

/** @typedef {import("./curves.js").Curve} Curve */
/** @typedef {import("./marks.js").Mark} Mark */
/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {import("./picture.js").Series} Series */
/** @typedef {import("./theme.js").Theme} Theme */

const ORDER = ["sampled", "raw", "smooth", "remeasured", "validation", "test", "non_finite"];
const SHADE = 0.15; // of the job's colour, in its gap
const EDGE = 0.02; // of the chart's height, between its border and what stands at it
const BEST_LINE = 0.6; // of the job's colour
const WORDS_AT = 0.06; // of the height, from the border that curves leave: accuracy rises, loss falls
const REACHED = 9; // points a vertical line is reached at: Plotly finds points, not lines

/** @param {Picture} picture @param {Theme} theme @returns {any[]} */
export function tracesOf(picture, theme) {
  const marks = picture.series.flatMap((series) => markTraces(series, picture, theme));
  const curves = ORDER.flatMap((role) =>
    picture.series.flatMap((series) =>
      series.curves.filter((curve) => curve.role === role).map((curve) => curveTrace(curve, series, picture, theme)),
    ),
  );
  const gaps = picture.series.filter(({ gap }) => gap).map((series) => gapTrace(series, theme));
  const best = picture.series.flatMap((series) => bestTraces(series, picture, theme));
  return [...gaps, ...marks, ...curves, ...best];
}

/** @param {Picture} picture @param {Theme} theme @returns {import("./names.js").Name[]} whose curves they are */
export function namesOf({ series }, theme) {
  return series.map(({ label, slot }) => ({ label, color: theme.jobs[slot - 1], dash: "solid" }));
}

/** @param {Picture} picture @param {Theme} theme @returns {import("./names.js").Name[]} what lines and marks mean */
export function keyOf({ series }, theme) {
  const [color, paper] = [theme.quiet, theme.card];
  const roles = new Set(series.flatMap(({ curves }) => curves.filter(({ x }) => x.length).map(({ role }) => String(role))));
  if (series.some(({ best }) => best)) roles.add("best");
  const all = /** @type {[string, string, object][]} */ ([
    ["raw", "each step", { mode: "lines", opacity: 0.3, line: { color, width: 1 } }],
    ["sampled", "a sample of the steps", { mode: "lines", opacity: 0.8, line: { color, width: 1.2 } }],
    ["smooth", "train, smoothed", { mode: "lines", line: { color, width: 2 } }],
    ["remeasured", "train, re-measured", { mode: "markers", marker: { symbol: "square", size: 5, color } }],
    ["validation", "validation", { mode: "markers", marker: { symbol: "diamond", size: 7, color } }],
    ["test", "test", { mode: "markers", marker: { symbol: "circle", size: 6, color: paper, line: { color, width: 1.5 } } }],
    ["best", "best epoch", { mode: "markers", marker: { symbol: "star", size: 9, color } }],
  ]);
  return all.filter(([role]) => roles.has(role)).map(([, label, look]) => ({ label, color, dash: "solid", look }));
}

/** @param {Series} series @param {Theme} theme @returns {any} one filled path */
function gapTrace({ gap, slot }, theme) {
  const color = theme.jobs[slot - 1];
  const fillcolor = translucent(color, SHADE);
  return { type: "scatter", ...gap, mode: "lines", line: { color, width: 0 }, fill: "toself", fillcolor, showlegend: false, hoverinfo: "skip" };
}

/** @param {string} color #rrggbb, as the tokens have it @param {number} share 0..1 @returns {string} */
function translucent(color, share) {
  const parts = /^#(..)(..)(..)$/.exec(color)?.slice(1).map((part) => Number.parseInt(part, 16));
  return parts ? `rgba(${parts.join(", ")}, ${share})` : color;
}

/** @param {Series} series @param {Picture} picture @param {Theme} theme @returns {any[]} the chosen epoch, in words where the chart is empty */
function bestTraces({ best, slot }, picture, theme) {
  if (!best) return [];
  const { x, share } = picture;
  const color = theme.jobs[slot - 1];
  const common = { type: "scatter", showlegend: false, hovertemplate: "%{customdata}<extra></extra>" };
  return [
    {
      ...common,
      mode: "lines+text",
      x: [best.x, best.x],
      y: [height(picture, share ? WORDS_AT : 1 - WORDS_AT), best.y],
      text: [best.label, ""],
      textposition: `middle ${best.x > (x[0] + x[1]) / 2 ? "left" : "right"}`,
      textfont: { family: theme.font, size: 11, color: theme.ink },
      customdata: [best.text, best.text],
      line: { color: translucent(color, BEST_LINE), width: 1, dash: "dash" },
    },
    {
      ...common,
      mode: "markers",
      x: [best.x],
      y: [best.y],
      customdata: [best.text],
      marker: { symbol: "star", size: 13, color, line: { color: theme.card, width: 1.5 } },
    },
  ];
}

/** @param {Picture} picture @param {number} share of the height, from the bottom @returns {number} in data units */
function height({ y, logarithmic }, share) {
  const at = y[0] + share * (y[1] - y[0]);
  return logarithmic ? 10 ** at : at;
}

/** @param {Curve} curve @param {Series} series @param {Picture} picture @param {Theme} theme */
function curveTrace(curve, { label, slot }, picture, theme) {
  const color = theme.jobs[slot - 1];
  const common = { type: "scatter", x: curve.x, y: curve.y, name: asText(label), showlegend: false };
  if (curve.role === "raw") {
    return { ...common, mode: "lines", opacity: 0.3, line: { color, width: 1 }, hoverinfo: "skip" };
  }
  if (curve.role === "sampled") {
    return { ...common, mode: "lines", opacity: 0.8, line: { color, width: 1.2 }, hoverinfo: "skip" };
  }
  if (curve.role === "smooth") {
    const line = { color, width: 2, simplify: false };
    return { ...common, mode: "lines", line, hoverinfo: "skip" };
  }
  if (curve.role === "non_finite") {
    const marker = { symbol: "x", size: 8, color: theme.bad };
    const at = curve.x.map(() => height(picture, 1 - EDGE));
    return { ...common, y: at, mode: "markers", marker, text: curve.text, hovertemplate: "%{text}<extra></extra>" };
  }
  if (curve.role === "remeasured") {
    const value = picture.share ? "%{y:.1%}" : "%{y:.4g}";
    const marker = { symbol: "square", size: 5, color, line: { color: theme.card, width: 1 } };
    return { ...common, mode: "markers", marker, hovertemplate: `train, measured as validation is ${value}<extra></extra>` };
  }
  const marker =
    curve.role === "validation"
      ? { symbol: "diamond", size: 7, color, line: { color: theme.card, width: 1 } }
      : { symbol: "circle", size: 6, color: theme.card, line: { color, width: 1.5 } };
  return { ...common, mode: "markers", marker, hoverinfo: "skip" };
}

/** @param {Series} series @param {Picture} picture @param {Theme} theme @returns {any[]} */
function markTraces({ marks, slot }, picture, theme) {
  const color = theme.jobs[slot - 1];
  const common = { type: "scatter", showlegend: false, hovertemplate: "%{text}<extra></extra>" };
  const of = (/** @type {Mark["kind"]} */ kind) => marks.filter((mark) => mark.kind === kind);
  /** @param {Mark[]} some @param {string} dash */
  const lines = (some, dash) => ({
    ...common,
    mode: "lines",
    opacity: 0.6,
    line: { color, width: 1, dash },
    x: some.flatMap(({ x }) => [...new Array(REACHED).fill(x), null]),
    y: some.flatMap(() => [...Array.from({ length: REACHED }, (_, i) => height(picture, i / (REACHED - 1))), null]),
    text: some.flatMap(({ text }) => [...new Array(REACHED).fill(text), ""]),
  });
  /** @param {Mark[]} some @param {number} share of the height @param {object} marker */
  const points = (some, share, marker) => ({
    ...common,
    mode: "markers",
    marker,
    x: some.map(({ x }) => x),
    y: some.map(() => height(picture, share)),
    text: some.map(({ text }) => text),
  });
  const changes = of("change");
  const ailments = of("diagnosis");
  const tick = { symbol: "line-ns-open", size: 7, color: theme.quiet, opacity: 0.55, line: { width: 1 } };
  return [
    points(of("checkpoint"), EDGE / 2, tick),
    lines(of("resume"), "dot"),
    lines(changes, "solid"),
    points(changes, 1 - EDGE, { symbol: "triangle-down", size: 7, color }),
    lines(ailments, "dashdot"),
    points(ailments, 2 * EDGE, { symbol: "triangle-up", size: 9, color: theme.warn, line: { color, width: 1 } }),
  ].filter(({ x }) => x.length);
}
