/**
 * Parallel coordinates on the screen, in SVG. Rule: what it shows is in the table too, which is what the keyboard and
 * screen readers use; the pointer only names a line.
 */

import { byId, setText } from "../dom.js";
import { layoutOf, pathOf } from "./parallel.js";

/** @typedef {import("./parallel.js").Coordinate} Coordinate */
/** @typedef {import("./paint.js").Paint} Paint */

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 300; // px
const [TOP, BOTTOM] = [34, HEIGHT - 16]; // px

/** @param {string} name @param {Record<string, string | number>} attributes @param {string} [text] */
function draw(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

/**
 * @param {HTMLElement} element @param {Coordinate[]} axes
 * @param {{key: string, label: string, paint: Paint | undefined}[]} units in the order of the axes' places
 */
export function drawParallel(element, axes, units) {
  const { xs, width } = layoutOf(axes, element.clientWidth);
  const svg = draw("svg", { width, height: HEIGHT, role: "img", "aria-label": `A line for each of ${units.length} rows of the table through ${axes.map(({ title }) => title).join(", ")}. The table holds the same figures.` });
  const lines = units.map(({ key, label, paint }, i) => {
    const d = pathOf(axes.map(({ places }) => places[i]), { xs, top: TOP, bottom: BOTTOM });
    const group = draw("g", { class: "parallel-line", "data-key": key });
    group.append(draw("path", { d, class: "parallel-stroke", stroke: paint?.color ?? "currentColor" }), draw("path", { d, class: "parallel-hit" }));
    const words = `${label}: ${axes.map(({ title, words: said }) => `${title} ${said[i]}`).join(" · ")}`;
    group.addEventListener("pointerenter", () => setText(byId("parallel-said"), words));
    return group;
  });
  svg.append(...lines, ...axes.map((axis, i) => axisElement(axis, xs[i])));
  element.replaceChildren(svg);
}

/** @param {Coordinate} axis @param {number} x px */
function axisElement({ title, ticks }, x) {
  const group = draw("g", { class: "parallel-axis", transform: `translate(${x.toFixed(1)} 0)` });
  group.append(draw("line", { y1: TOP, y2: BOTTOM }), draw("text", { y: 16, "text-anchor": "middle", class: "parallel-title" }, title));
  for (const { at, label, whole } of ticks) {
    const y = BOTTOM - at * (BOTTOM - TOP);
    const words = draw("text", { x: 7, y: y + 4, class: "parallel-tick" }, label);
    if (whole) words.append(draw("title", {}, whole));
    group.append(draw("line", { x1: -3, x2: 3, y1: y, y2: y }), words);
  }
  return group;
}
