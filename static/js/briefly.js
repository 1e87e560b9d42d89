/** A button that says for a moment what it did. */

import { setText } from "./dom.js";

const CONFIRMED = 1500; // ms

/** @param {HTMLElement} button @param {string} words */
export function briefly(button, words) {
  const before = (button.dataset.words ??= button.textContent ?? "");
  setText(button, words);
  setTimeout(() => setText(button, before), CONFIRMED);
}
