/**
 * A mistake in a text that was typed: the line with the place marked. Rule: a click on it selects the place in
 * the text, so that it can be typed over.
 */

import { make } from "../dom.js";

/** @typedef {import("../api.js").FieldError} FieldError */

/**
 * The server counts characters, a text box counts units of UTF-16.
 * @param {string} text @param {number} characters @returns {number}
 */
export function unitsOf(text, characters) {
  return [...text].slice(0, characters).join("").length;
}

/**
 * @param {string} text @param {number} start @param {number} end in characters
 * @returns {{before: string, marked: string, after: string}} the line that holds the place
 */
export function excerpt(text, start, end) {
  const [from, to] = [unitsOf(text, start), unitsOf(text, end)];
  const lineStart = text.lastIndexOf("\n", from - 1) + 1;
  const lineEnd = text.indexOf("\n", to);
  return {
    before: text.slice(lineStart, from),
    marked: text.slice(from, to),
    after: text.slice(to, lineEnd < 0 ? text.length : lineEnd),
  };
}

/**
 * @param {HTMLElement} element of the field @param {HTMLElement} input
 * @param {FieldError | null} error whose place is marked; none without a place
 */
export function showMistake(element, input, error) {
  element.querySelector(".mistake")?.remove();
  if (!(input instanceof HTMLTextAreaElement) || error?.start == null || error.end == null) return;
  const sent = input.value.trim();
  const { before, marked, after } = excerpt(sent, error.start, error.end);
  const button = make("button", { type: "button", class: "mistake", title: "Select it in the text" }, before);
  button.append(make("mark", {}, marked || " "), after);
  const offset = input.value.indexOf(sent);
  const [from, to] = [error.start, error.end].map((place) => offset + unitsOf(sent, place));
  button.addEventListener("click", () => {
    input.focus();
    input.setSelectionRange(from, to);
  });
  element.append(button);
}
