/** A button that was pressed says for a moment that it did. Rule: then it says again what it does. */

import { setText } from "./dom.js";

const CONFIRMED = 1500; // ms

/** @param {HTMLElement} button @param {string} words @param {number} [milliseconds] */
export function confirmed(button, words, milliseconds = CONFIRMED) {
  const before = (button.dataset.words ??= button.textContent ?? "");
  setText(button, words);
  setTimeout(() => setText(button, before), milliseconds);
}
