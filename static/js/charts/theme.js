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

/** @param {() => void} changed called when light became dark or the other way round */
export function onThemeChange(changed) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}
