/** One chapter on the page. Rule: text becomes text; what is done is said by its box and kept by the page. */

import { make } from "../dom.js";
import { formula } from "../formula.js";
import { makeRun } from "./start.js";

/** @typedef {import("./words.js").Chapter} Chapter */

/** @param {string} text @returns {string} a number and its sign stay together */
function unbroken(text) {
  return text.replace(/(\d) %/g, "$1\u202f%");
}

/** @param {string} title @param {string[]} lines @param {string} kind */
function listed(title, lines, kind) {
  if (!lines.length) return [];
  return [make("div", { class: "learn-list", "data-list": kind }, make("h4", {}, title), make("ul", {}, ...lines.map((line) => make("li", {}, unbroken(line)))))];
}

/** @param {Chapter} chapter @param {import("./start.js").Known} known @param {(done: boolean) => void} onDone @returns {HTMLElement} */
export function makeChapter(chapter, known, onDone) {
  const { id, title, text, formulas, look, expect, runs } = chapter;
  const box = /** @type {HTMLInputElement} */ (make("input", { type: "checkbox", "aria-label": `Done: ${title}` }));
  box.addEventListener("change", () => onDone(box.checked));
  const heading = make("div", { class: "heading" }, make("h3", { id: `title-${id}` }, title), make("label", { class: "learn-done" }, box, "Done"));
  const said = make("div", { class: "learn-text" }, ...text.map((line) => make("p", {}, unbroken(line))));
  const written = formulas.length ? [make("ul", { class: "learn-formulas", "aria-label": "Formulas" }, ...formulas.map((line) => make("li", {}, formula(line))))] : [];
  return make(
    "section",
    { class: "card chapter", id, "data-chapter": id, "aria-labelledby": `title-${id}`, tabindex: "-1" },
    heading,
    said,
    ...written,
    make("div", { class: "learn-lists" }, ...listed("Look at", look, "look"), ...listed("Figures to expect", expect, "expect")),
    make("ul", { class: "learn-runs", "aria-label": `Experiments: ${title}` }, ...runs.map((run) => makeRun(chapter, run, known))),
  );
}
