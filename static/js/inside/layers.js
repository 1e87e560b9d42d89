/** How every layer does, in figures. Rule: what the figures mean stands with them. */

import { make } from "../dom.js";
import { count } from "../format.js";
import { figureWords, shareWords } from "./shades.js";

/** @typedef {import("./kinds.js").Drawing} Drawing */
/** @typedef {{name: string, activation: string | null, mean: number | string, deviation: number | string,
 *   dead: number | null, saturated: number | null, gradient_norm: number | string, weight_norm: number | string,
 *   update_ratio: number | string | null}} Layer */
/** @typedef {{samples: number, update_of: string, layers: Layer[]}} Layers */

const MANY = 0.5; // of a layer's units, that say nothing or next to nothing
const HEADS = [
  ["layer", "A layer with weights, and the activation that follows it"],
  ["output", "Mean ± deviation of what comes out, after the activation"],
  ["silent", "ReLU: units that are zero for every sample (of a convolution: channels). tanh, sigmoid: outputs within 1 % of a limit, where hardly any gradient passes"],
  ["gradient", "Euclidean norm of the mean loss’s gradient"],
  ["weights", "Euclidean norm of weights and biases"],
  ["update ÷ weights", "How far one step moves the weights, for their size; about 0.001 is usual"],
];

/** @param {Drawing} drawing */
export function drawLayers({ element, content }) {
  const { samples, update_of: source, layers } = /** @type {Layers} */ (content);
  const update = source === "the last step" ? "The update is that of the last step" : "The update is what the gradient of these samples would make";
  const note = make("p", { class: "note" }, `Measured on the first ${count(samples)} training samples with dropout off. ${update}.`);
  const heads = HEADS.map(([words, title]) => make("th", { scope: "col", title }, words));
  const table = make(
    "table",
    { class: "layers" },
    make("caption", { class: "visually-hidden" }, "Layers"),
    make("thead", {}, make("tr", {}, ...heads)),
    make("tbody", {}, ...layers.map(row)),
  );
  element.replaceChildren(note, table, meanings(element.querySelector("details")?.open ?? false));
}

/** @param {boolean} open as the reader left it */
function meanings(open) {
  const items = HEADS.flatMap(([words, title]) => [make("dt", {}, words), make("dd", {}, title)]);
  const details = /** @type {HTMLDetailsElement} */ (make("details", { class: "meanings" }, make("summary", {}, "What the columns mean"), make("dl", {}, ...items)));
  details.open = open;
  return details;
}

/** @param {Layer} layer */
function row(layer) {
  const { name, activation, mean, deviation, dead, saturated } = layer;
  const silent = dead ?? saturated;
  const words = silent === null ? "–" : `${shareWords(silent)} ${dead === null ? "saturated" : "dead"}`;
  const bar = make("td", { class: "silent", "data-many": String((silent ?? 0) > MANY) }, words);
  bar.style.setProperty("--share", String(silent ?? 0));
  return make(
    "tr",
    { "data-layer": name },
    make("th", { scope: "row" }, name, ...(activation ? [make("small", {}, ` ${activation}`)] : [])),
    make("td", {}, `${figureWords(mean)} ± ${figureWords(deviation)}`),
    bar,
    make("td", {}, figureWords(layer.gradient_norm)),
    make("td", {}, figureWords(layer.weight_norm)),
    make("td", {}, figureWords(layer.update_ratio)),
  );
}
