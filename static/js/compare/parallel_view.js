/**
 * Parallel coordinates on the screen, in SVG. Rule: what it shows is in the table too, which is what the keyboard and
 * screen readers use; the pointer only names a line.
 */

import { byId, setText } from "../dom.js";
import { pathOf } from "./parallel.js";

/** @typedef {import("./parallel.js").Coordinate} Coordinate */
/** @typedef {import("./paint.js").Paint} Paint */

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT = 300; // px
const [TOP, BOTTOM] = [34, HEIGHT - 16]; // px
const [LEFT, RIGHT] = [44, 76]; // px, for the titles and ticks' words of the outer axes
const APART = 96; // px between two axes at least
const LETTERS = 12; // of a tick's word

/** @param {string} name @param {Record<string, string | number>} attributes @param {string} [text] */
function draw(name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== undefined) element.textContent = text;
  return element;
}

/** @param {string} words @returns {string} */
function short(words) {
  return words.length > LETTERS ? `${words.slice(0, LETTERS - 1)}…` : words;
}

/**
 * @param {HTMLElement} element @param {Coordinate[]} axes
 * @param {{key: string, label: string, paint: Paint | undefined}[]} units in the order of the axes' places
 */
export function drawParallel(element, axes, units) {
  const width = Math.max(element.clientWidth - LEFT - RIGHT, APART * (axes.length - 1));
  const svg = draw("svg", { width: width + LEFT + RIGHT, height: HEIGHT, role: "img", "aria-label": `A line for each of ${units.length} rows of the table through ${axes.map(({ title }) => title).join(", ")}. The table holds the same figures.` });
  const plane = draw("g", { transform: `translate(${LEFT} 0)` });
  const lines = units.map(({ key, label, paint }, i) => {
    const d = pathOf(axes.map(({ places }) => places[i]), { width, top: TOP, bottom: BOTTOM });
    const group = draw("g", { class: "parallel-line", "data-key": key });
    group.append(draw("path", { d, class: "parallel-stroke", stroke: paint?.color ?? "currentColor" }), draw("path", { d, class: "parallel-hit" }));
    const words = `${label}: ${axes.map(({ title, words: said }) => `${title} ${said[i]}`).join(" · ")}`;
    group.addEventListener("pointerenter", () => setText(byId("parallel-said"), words));
    return group;
  });
  plane.append(...lines, ...axes.map((axis, i) => axisElement(axis, axes.length > 1 ? (i * width) / (axes.length - 1) : 0)));
  svg.append(plane);
  element.replaceChildren(svg);
}

/** @param {Coordinate} axis @param {number} x px */
function axisElement({ title, ticks }, x) {
  const group = draw("g", { class: "parallel-axis", transform: `translate(${x.toFixed(1)} 0)` });
  group.append(draw("line", { y1: TOP, y2: BOTTOM }), draw("text", { y: 16, "text-anchor": "middle", class: "parallel-title" }, title));
  for (const { at, label } of ticks) {
    const y = BOTTOM - at * (BOTTOM - TOP);
    group.append(draw("line", { x1: -3, x2: 3, y1: y, y2: y }), draw("text", { x: 7, y: y + 4, class: "parallel-tick" }, short(label)));
  }
  return group;
}
