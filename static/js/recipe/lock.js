/** A field that cannot be changed. Rule: it says so in words, keeps its value, and the keyboard passes it by. */

import { make } from "../dom.js";

/** @typedef {import("./control.js").Control} Control */

/** @param {Control} control @param {boolean} locked */
export function showLock({ element }, locked) {
  element.toggleAttribute("data-locked", locked);
  for (const input of element.querySelectorAll("input, select, textarea, .switch")) {
    if (input.closest("[data-row]") === element) input.toggleAttribute("disabled", locked);
  }
  const mark = [...element.querySelectorAll(".lock")].find((one) => one.closest("[data-row]") === element);
  if (!locked) mark?.remove();
  else if (!mark) element.querySelector("label, .toggle-label")?.append(" ", make("span", { class: "lock" }, "locked"));
}
