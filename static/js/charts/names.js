/** The names below the heading of a saved picture, as a legend of Plotly's. Rule: pure; what finds no room is counted. */

import { asText } from "./as_text.js";

/** @typedef {{label: string, color: string, dash: string}} Name */

const ROW = 19; // px
const LETTER = 6.3; // px, of 11 px text on average
const SAMPLE = 46; // px, of the short line before a name, with its gaps
const GHOST = "rgba(0,0,0,0)";

/**
 * Plotly sets as many beside one another as the longest leaves room for, and shows at most as much as the half of a
 * picture is high.
 * @param {Name[]} names @param {number} width px @param {number} plotHeight px
 * @returns {{shown: Name[], height: number}} `height`: px they take
 */
export function fittingNames(names, width, plotHeight) {
  const longest = Math.max(0, ...names.map(({ label }) => label.length));
  const beside = Math.max(1, Math.floor(width / (SAMPLE + LETTER * longest)));
  const most = beside * Math.max(1, Math.floor((0.9 * plotHeight) / ROW));
  const left = names.length - most + 1;
  const shown = left > 1 ? [...names.slice(0, most - 1), { label: `and ${left} more`, color: GHOST, dash: "solid" }] : names;
  return { shown, height: ROW * Math.ceil(shown.length / beside) };
}

/** @param {Name[]} names @returns {any[]} nothing but the names, for a legend */
export function nameTraces(names) {
  return names.map(({ label, color, dash }) => {
    return { type: "scatter", x: [null], y: [null], mode: "lines", name: asText(label), line: { color, dash, width: 2 }, showlegend: true };
  });
}
