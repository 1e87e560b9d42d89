/**
 * A plain chart on Plotly: what studies and experiments show. Rule: beside the curves' `charts.js` the only module
 * that calls Plotly; it gives every chart the page's colours and knows nothing of what is drawn.
 */

import { imageOf, loadedPlotly } from "./charts.js";
import { framed } from "./names.js";
import { onThemeChange, readTheme } from "./theme.js";

/** @typedef {{title: string, type?: "linear" | "log" | "category", range?: [number, number], tickformat?: string, neverNegative?: boolean, step?: number}} Axis */
/** @typedef {{traces: any[], x: Axis, y: Axis, legend?: boolean, square?: boolean, stacked?: boolean}} Figure */

const MARGIN = { l: 54, r: 14, t: 10, b: 44 }; // px
const CONFIG = { displayModeBar: false, responsive: true };
const NARROW = 420; // px; on a logarithmic axis a label at every digit would lie over the next

/** @type {WeakMap<HTMLElement, Figure>} what each element shows, to be drawn anew in other colours */
const shown = new WeakMap();
/** @type {Set<HTMLElement>} */
const elements = new Set();

/** @param {number} slot from 0 @returns {string} the colour of the page's `slot`-th job or series */
export function seriesColor(slot) {
  const colors = readTheme().jobs;
  return colors[slot % colors.length];
}

/** @param {HTMLElement} element with a height of its own @param {Figure} figure */
export async function drawFigure(element, figure) {
  if (!elements.size) onThemeChange(redraw);
  elements.add(element);
  shown.set(element, figure);
  await loadedPlotly();
  if (shown.get(element) === figure && element.isConnected) draw(element, figure);
}

function redraw() {
  for (const element of elements) {
    const figure = shown.get(element);
    if (element.isConnected && figure) draw(element, figure);
    else elements.delete(element);
  }
}

/**
 * What is seen, with a heading.
 * @param {HTMLElement} element @param {"png" | "svg"} format @param {string} heading @param {import("./names.js").Name[]} names of what is drawn
 * @returns {Promise<string | null>} its address as data, null before a first drawing
 */
export async function figureImage(element, format, heading, names) {
  const figure = shown.get(element);
  if (!figure) return null;
  await loadedPlotly();
  const layout = { ...layoutOf(element, figure), width: element.clientWidth, height: element.clientHeight };
  const data = figure.traces.map((trace) => ({ ...trace, showlegend: false })); // the names say it once
  return imageOf(framed({ data, layout }, heading, { names, key: [] }, readTheme()), format);
}

/** @param {HTMLElement} element @param {Figure} figure */
function draw(element, figure) {
  /** @type {any} */ (window).Plotly.react(element, figure.traces, layoutOf(element, figure), CONFIG);
}

/** @param {HTMLElement} element @param {Figure} figure @returns {any} in Plotly's words */
function layoutOf(element, { x, y, legend = false, square = false, stacked = false }) {
  const theme = readTheme();
  const text = { family: theme.font, size: 11, color: theme.quiet };
  /** @param {Axis} axis */
  const axis = ({ title, type, range, tickformat, neverNegative, step }) => ({
    title: { text: title, font: text, standoff: 6 },
    ...(type === "log" ? { nticks: element.clientWidth < NARROW ? 3 : 5 } : {}),
    ...(type ? { type } : {}),
    ...(range ? { range } : {}),
    ...(tickformat ? { tickformat } : {}),
    ...(step ? { dtick: step } : {}),
    ...(neverNegative && type !== "log" ? { rangemode: "nonnegative" } : {}),
    tickfont: text,
    gridcolor: theme.line,
    zeroline: false,
    automargin: true,
  });
  return {
    margin: MARGIN,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: text,
    showlegend: legend,
    ...(stacked ? { barmode: "stack" } : {}),
    legend: { orientation: "h", y: 1.12, font: text },
    hoverlabel: { bgcolor: theme.card, bordercolor: theme.line, font: { family: theme.font, size: 12, color: theme.ink } },
    xaxis: axis(x),
    yaxis: { ...axis(y), ...(square ? { scaleanchor: "x" } : {}) },
  };
}
