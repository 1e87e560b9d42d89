/** A short line in a curve's colour and dash, as legends and tables show it. */

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT, STROKE] = [26, 10, 3]; // px
const PATTERNS = /** @type {Record<string, string>} */ ({
  dash: "7 5",
  dot: "3 3",
  dashdot: "8 3 3 3",
  longdash: "12 4",
  longdashdot: "12 3 3 3",
});

/** @param {{color: string, dash: string}} paint `dash` as Plotly names it @returns {SVGElement} */
export function swatch({ color, dash }) {
  const svg = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "line");
  const of = { width: WIDTH, height: HEIGHT, "aria-hidden": "true", class: "swatch" };
  for (const [name, value] of Object.entries(of)) svg.setAttribute(name, String(value));
  const stroke = { x1: 0, x2: WIDTH, y1: HEIGHT / 2, y2: HEIGHT / 2, stroke: color, "stroke-width": STROKE, ...(PATTERNS[dash] ? { "stroke-dasharray": PATTERNS[dash] } : {}) };
  for (const [name, value] of Object.entries(stroke)) line.setAttribute(name, String(value));
  svg.append(line);
  return svg;
}
