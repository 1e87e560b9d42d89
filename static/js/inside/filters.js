/** The first layer's weights as pictures. Rule: middle grey is zero in each, stretched by its own largest weight. */

import { make } from "../dom.js";
import { count } from "../format.js";
import { figureWords, picturesOf } from "./shades.js";

/** @typedef {import("./kinds.js").Drawing} Drawing */
/** @typedef {{layer: string, units: number, shape: [number, number, number], pixels: string,
 *   largest: (number | string)[], classes: string[] | null}} Filters */

/** @param {Drawing} drawing */
export function drawFilters({ element, content }) {
  const { layer, units, shape, pixels, largest, classes } = /** @type {Filters} */ (content);
  const [height, width, channels] = shape;
  const pictures = picturesOf(pixels, shape);
  const shown = pictures.length < units ? `the first ${pictures.length} of ${count(units)} units` : `${count(units)} units`;
  const colour = channels === 3 ? "in colour" : "in grey";
  const note = make("p", { class: "note" }, `${layer}: ${shown}, ${width}×${height} weights each, ${colour}. Middle grey is zero; each picture is stretched by its own largest weight.`);
  const items = pictures.map((picture, unit) => {
    const name = classes ? classes[unit] : String(unit + 1);
    const words = `${classes ? name : `unit ${name}`}, largest weight ${figureWords(largest[unit])}`;
    const canvas = /** @type {HTMLCanvasElement} */ (make("canvas", { width: String(width), height: String(height), role: "img", "aria-label": words, title: words }));
    canvas.getContext("2d")?.putImageData(new ImageData(picture, width, height), 0, 0);
    return make("li", {}, canvas, make("small", {}, name));
  });
  element.replaceChildren(note, make("ul", { class: "filters", "data-large": String(width > 12) }, ...items));
}
