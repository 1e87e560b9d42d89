/** The colours of the page's tokens, for what is not drawn by CSS. Rule: no colour is written in JavaScript. */

/**
 * @typedef {{card: string, line: string, ink: string, quiet: string, warn: string, bad: string, font: string,
 *   jobs: string[], coarse: boolean}} Theme
 */

import { SLOTS } from "../jobs/palette.js";

/** @returns {Theme} */
export function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const read = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    card: read("--surface"),
    line: read("--line"),
    ink: read("--text"),
    quiet: read("--text-quiet"),
    warn: read("--warn"),
    bad: read("--bad"),
    font: read("--font"),
    jobs: Array.from({ length: SLOTS }, (_, i) => read(`--job-${i + 1}`)),
    coarse: matchMedia("(pointer: coarse)").matches,
  };
}

const print = matchMedia("print");

/** Whether the page is being put on paper: what is drawn later is too late for it. */
export function isPrinting() {
  return print.matches;
}

/** @param {() => void} changed called when light became dark or the other way round; paper is light */
export function onThemeChange(changed) {
  for (const query of [matchMedia("(prefers-color-scheme: dark)"), print]) query.addEventListener("change", changed);
}
