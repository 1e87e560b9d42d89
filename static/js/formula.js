/**
 * Formulas and powers of ten as elements: `W_h` and `x^{T}` with sub- and superscripts, single letters in italics.
 * Rule: text becomes text nodes, never markup.
 */

import { make } from "./dom.js";

/** an index or exponent · letters, with a tilde or hat on top · a space · anything else */
const PARTS = /([_^])(?:\{([^}]*)\}|(.))|(\p{L}\p{M}*(?:\p{L}\p{M}*)*)|(\s+)|([^_^\p{L}\s]+)/gu;
const ACCENTS = /\p{M}/gu;

/** @param {string} letters @returns {Node | string} a variable in italics, a function's name upright */
function word(letters) {
  const isVariable = letters !== "Σ" && letters.normalize("NFD").replace(ACCENTS, "").length === 1;
  return isVariable ? make("i", {}, letters) : letters;
}

/** @param {string} text @returns {(Node | string)[]} */
function pieces(text) {
  return [...text.matchAll(PARTS)].map(([all, mark, group, single, letters]) => {
    if (mark) return make(mark === "_" ? "sub" : "sup", {}, ...pieces(group ?? single));
    return letters ? word(letters) : all;
  });
}

/** @param {string} text such as `∂L/∂W_y = (ŷ − y) h^{T}` @returns {HTMLElement} */
export function formula(text) {
  return make("span", { class: "formula" }, ...pieces(text));
}

/** @param {number} value @returns {HTMLElement} two digits and a power of ten */
export function powerOfTen(value) {
  if (value === 0) return make("span", {}, "0");
  const [digits, exponent] = value.toExponential(1).split("e");
  const front = digits === "1.0" ? "10" : `${digits} · 10`;
  return make("span", {}, front, make("sup", {}, String(Number(exponent)).replace("-", "−")));
}
