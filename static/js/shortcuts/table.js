/**
 * Every shortcut there is. Rule: pure; the dialog lists and the keyboard obeys this one table, and a shortcut does
 * nothing but what a control of the page does, so where that control is not there it is neither listed nor obeyed.
 */

/** @typedef {{key: string, words: string, press?: string, focus?: string, list?: string, by?: 1 | -1}} Shortcut
 *   `press`, `focus`: the first of these that can be seen is pressed, or gets the focus; `list`: its next (`by` 1) or
 *   previous entry is chosen */

const ENTRIES = ".job-link, .study-list [data-study-id]";

/** @type {Shortcut[]} */
export const SHORTCUTS = [
  { key: "s", words: "start", press: "#start:enabled" },
  { key: "p", words: "pause or resume", press: "#pause, #resume, #study-resume" },
  { key: "n", words: "one single step", press: "#step" },
  { key: "x", words: "stop", press: "#stop, #study-stop" },
  { key: "f", words: "fork", press: "#fork" },
  { key: "j", words: "next in the list", list: ENTRIES, by: 1 },
  { key: "k", words: "previous in the list", list: ENTRIES, by: -1 },
  { key: "l", words: "follow the newest point", press: "#go-live" },
  { key: "y", words: "logarithmic loss", press: "#log-scale" },
  { key: "c", words: "to the charts: there + and − zoom, arrows move", focus: ".chart" },
  { key: "r", words: "to the recipe", focus: "#recipe" },
  { key: "/", words: "find a job", focus: "#jobs-search, #pick-search" },
];
export const HELP = "?";

/** @param {string[]} pages as the page's head names them, in order @returns {Shortcut[]} a number key each */
export function pageShortcuts(pages) {
  return pages.slice(0, 9).map((name, index) => ({
    key: String(index + 1),
    words: `go to ${name}`,
    press: `.pages a:nth-of-type(${index + 1})`,
  }));
}

/**
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "repeat" | "defaultPrevented">} event
 * @param {boolean} isTyping whether the key belongs to what has the focus
 * @returns {string | null} the key as the table writes it
 */
export function keyOf({ key, ctrlKey, metaKey, altKey, repeat, defaultPrevented }, isTyping) {
  if (isTyping || ctrlKey || metaKey || altKey || repeat || defaultPrevented) return null;
  return key.length === 1 ? key.toLowerCase() : null;
}

/** @param {number} at the chosen entry, -1 without one @param {1 | -1} by @param {number} count @returns {number} -1 where there is none */
export function neighbour(at, by, count) {
  if (at < 0) return count ? 0 : -1;
  const next = at + by;
  return next >= 0 && next < count ? next : -1;
}
