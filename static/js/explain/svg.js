/** A drawing in the document. Rule: it takes colours from the tokens by class, and says in words what it shows. */

import { HEIGHT, WIDTH } from "./drawing.js";

/** @typedef {import("./drawing.js").Drawing} Drawing */
/** @typedef {import("./drawing.js").Shape} Shape */

const SPACE = "http://www.w3.org/2000/svg";

/** @param {string} name @param {Record<string, string | number>} attributes @returns {SVGElement} */
function element(name, attributes) {
  const made = /** @type {SVGElement} */ (document.createElementNS(SPACE, name));
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, typeof value === "number" ? value.toFixed(2) : value);
  return made;
}

/** @param {Shape} shape @returns {SVGElement} */
function draw(shape) {
  if (shape.kind === "text") {
    const text = element("text", { x: shape.x, y: shape.y, "text-anchor": shape.anchor ?? "start" });
    text.textContent = shape.text;
    return text;
  }
  if (shape.kind === "image") {
    const { x, y, side, href } = shape;
    return element("image", { x, y, width: side, height: side, href, class: "pixels" });
  }
  if (shape.kind === "path") {
    const points = shape.points.map((pair) => pair.map((value) => value.toFixed(1)).join(",")).join(" ");
    return element("polyline", { points, class: `tone-${shape.tone} stroke${shape.dashed ? " dashed" : ""}` });
  }
  const look = `tone-${shape.tone} ${shape.hollow ? "stroke" : "filled"}`;
  if (shape.kind === "dot") return element("circle", { cx: shape.x, cy: shape.y, r: shape.r, class: look });
  const { x, y, width, height } = shape;
  return element("rect", { x, y, width: Math.max(0, width), height: Math.max(0, height), rx: 1.5, class: look });
}

/** @param {Drawing} drawing @returns {SVGElement} */
export function svgOf({ says, shapes }) {
  const svg = element("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": says });
  svg.append(...shapes.map(draw));
  return svg;
}
