/** A saved picture: what is drawn below a heading and names, as a legend of Plotly's. Rule: pure; what finds no room is counted. */

import { asText } from "./as_text.js";

/** @typedef {{label: string, color: string, dash: string, look?: object}} Name `look`: of a mark or another line, in Plotly's words */
/** @typedef {{names: Name[], key: Name[]}} Legend whose curves they are, and what lines and marks mean */

const ROW = 19; // px
const LETTER = 6.3; // px, of 11 px text on average
const SAMPLE = 46; // px, of the short line before a name, with its gaps
const HEADING = 29; // px, above the names
const TITLE_EDGE = 12; // px, from the upper border
const GHOST = "rgba(0,0,0,0)";

/**
 * Plotly sets as many beside one another as the longest leaves room for, and shows at most as much as the half of a
 * picture is high.
 * @param {Legend} legend @param {number} width px @param {number} plotHeight px
 * @returns {{shown: Name[], height: number}} `height`: px they take
 */
export function fittingNames({ names, key }, width, plotHeight) {
  const longest = Math.max(0, ...[...names, ...key].map(({ label }) => label.length));
  const beside = Math.max(1, Math.floor(width / (SAMPLE + LETTER * longest)));
  const most = beside * Math.max(1, Math.floor((0.9 * plotHeight) / ROW)) - key.length;
  const left = names.length - most + 1;
  const told = left > 1 ? [...names.slice(0, Math.max(0, most - 1)), { label: `and ${left} more`, color: GHOST, dash: "solid" }] : names;
  const shown = [...told, ...key];
  return { shown, height: ROW * Math.ceil(shown.length / beside) };
}

/** @param {Name[]} names @returns {any[]} nothing but the names, for a legend */
export function nameTraces(names) {
  return names.map(({ label, color, dash, look }) => {
    return { type: "scatter", x: [null], y: [null], mode: "lines", name: asText(label), line: { color, dash, width: 2 }, ...look, showlegend: true };
  });
}

/**
 * @param {{data: any[], layout: any}} drawn in Plotly's words, with width, height and margin
 * @param {string} heading @param {Legend} legend @param {import("./theme.js").Theme} theme
 * @returns {{data: any[], layout: any}} the same as a picture
 */
export function framed({ data, layout }, heading, legend, theme) {
  const { margin } = layout;
  const { shown, height } = fittingNames(legend, layout.width - margin.l - margin.r, layout.height);
  const above = HEADING + height;
  const names = { orientation: "h", x: 0, y: 1.01, yanchor: "bottom", font: { family: theme.font, size: 11, color: theme.ink } };
  const font = { family: theme.font, size: 14, color: theme.ink };
  return {
    data: [...data, ...nameTraces(shown)],
    layout: {
      ...layout,
      paper_bgcolor: theme.card,
      plot_bgcolor: theme.card,
      height: layout.height + above,
      margin: { ...margin, t: margin.t + above },
      title: { text: asText(heading), x: 0.02, y: 1, yanchor: "top", pad: { t: TITLE_EDGE }, font },
      showlegend: shown.length > 0,
      legend: names,
    },
  };
}
