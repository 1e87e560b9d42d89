/** The samples with the highest loss. Rule: what it is and what the network takes it for stand side by side. */

import { make } from "../dom.js";
import { figureWords, shareWords } from "./shades.js";

/** @typedef {import("./kinds.js").Drawing} Drawing */
/** @typedef {{index: number, label: number, loss: number | string, top: [number, number | string][],
 *   picture?: string, point?: [number, number]}} Sample */
/** @typedef {{split: string, loss: string, classes: string[], samples: Sample[]}} Hardest */

const LOSSES = /** @type {Record<string, string>} */ ({ cross_entropy: "cross-entropy", mse: "squared error" });

/** @param {Drawing} drawing */
export function drawHardest({ element, content }) {
  const { split, loss, classes, samples } = /** @type {Hardest} */ (content);
  const note = make("p", { class: "note" }, `The ${samples.length} ${split} samples with the highest ${LOSSES[loss] ?? loss}, and the network’s likeliest answers.`);
  element.replaceChildren(note, make("ol", { class: "hardest" }, ...samples.map((sample) => card(sample, classes))));
}

/** @param {Sample} sample @param {string[]} classes */
function card({ index, label, loss, top, picture, point }, classes) {
  const look = picture
    ? make("img", { src: picture, alt: `sample ${index + 1}` })
    : make("span", { class: "hardest-point" }, `(${(point ?? []).map((value) => value.toFixed(2)).join(", ")})`);
  const answers = top.map(([name, chance]) => {
    const bar = make("i", { "aria-hidden": "true" });
    bar.style.setProperty("--share", String(typeof chance === "number" ? chance : 0));
    return make("li", { "data-right": String(name === label) }, bar, make("span", {}, classes[name]), make("b", {}, shareWords(chance)));
  });
  const title = make("p", {}, "is ", make("b", {}, classes[label]), make("small", {}, `loss ${figureWords(loss)}`));
  return make("li", { "data-index": String(index) }, look, make("div", {}, title, make("ul", {}, ...answers)));
}
