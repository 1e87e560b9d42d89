/** The keyboard on every page: the keys of `shortcuts/table.js`. Rule: never while typing, and not once switched off. */

import { showShortcuts } from "./shortcuts/dialog.js";
import { HELP, SHORTCUTS, keyOf, neighbour, pageShortcuts } from "./shortcuts/table.js";

/** @typedef {import("./shortcuts/table.js").Shortcut} Shortcut */

const KEPT = "livetrain.shortcuts"; // in this browser: "off" once they were switched off
const TYPES = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=range], [type=file])";

/** @param {Element} element @returns {boolean} */
function isSeen(element) {
  return element.checkVisibility({ visibilityProperty: true }) && element.getAttribute("aria-disabled") !== "true";
}

/** @param {string} selector @returns {HTMLElement[]} */
function seen(selector) {
  return /** @type {HTMLElement[]} */ ([...document.querySelectorAll(selector)].filter(isSeen));
}

/** @returns {Shortcut[]} what works here and now */
function offered() {
  const pages = [...document.querySelectorAll(".pages a")].map((link) => link.textContent ?? "");
  return [...SHORTCUTS, ...pageShortcuts(pages)].filter(({ press, focus, list }) => seen(press ?? focus ?? list ?? "").length);
}

/** @param {Shortcut} shortcut */
function act({ press, focus, list, by = 1 }) {
  if (press) seen(press)[0].click();
  if (focus) seen(focus)[0].focus();
  if (!list) return;
  const entries = seen(list);
  const at = entries.findIndex((entry) => entry.closest("[aria-current]"));
  const next = entries[neighbour(at, by, entries.length)];
  next?.focus();
  next?.click();
}

function areOn() {
  return localStorage.getItem(KEPT) !== "off";
}

function open() {
  showShortcuts(offered(), areOn(), (on) => (on ? localStorage.removeItem(KEPT) : localStorage.setItem(KEPT, "off")));
}

document.addEventListener("keydown", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  const explains = document.querySelector('[data-explain][aria-expanded="true"]') !== null; // that is what Escape closes
  if (event.key === "Escape" && !explains && !event.defaultPrevented && target?.matches(TYPES) && target.closest("#recipe")) {
    /** @type {HTMLElement} */ (target).blur(); // keys are shortcuts again
  }
  const key = keyOf(event, Boolean(target?.matches(TYPES)) || document.querySelector("dialog[open]") !== null);
  if (key === null || !areOn()) return;
  const shortcut = offered().find((one) => one.key === key);
  if (key !== HELP && !shortcut) return;
  event.preventDefault();
  if (shortcut) act(shortcut);
  else open();
});
document.getElementById("shortcuts-open")?.addEventListener("click", open);
