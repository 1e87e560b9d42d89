/**
 * Mean and deviation of each channel, as stored and as the network sees it.
 * Rule: both of the same training samples, and how many is said; what cannot be measured is not shown.
 */

import { make } from "../dom.js";
import { count } from "../format.js";

/** @typedef {{mean: number[], deviation: number[]}} Moments */
/** @typedef {{samples: number, channels: string[], before: Moments, after: Moments}} Statistics */

const DIGITS = 3; // decimals

/** @param {number} value @returns {string} never a minus zero */
function figure(value) {
  const text = value.toFixed(DIGITS);
  return Number(text) === 0 ? (0).toFixed(DIGITS) : text.replace("-", "−");
}

/** @param {Statistics} statistics @returns {[string, string, string][]} a channel, before and after in words */
export function statisticsRows({ channels, before, after }) {
  const words = (/** @type {Moments} */ { mean, deviation }, /** @type {number} */ i) => `${figure(mean[i])} ± ${figure(deviation[i])}`;
  return channels.map((name, i) => [name, words(before, i), words(after, i)]);
}

/** @param {HTMLElement} element @param {Statistics | undefined} statistics */
export function showStatistics(element, statistics) {
  if (!statistics) {
    element.replaceChildren();
    return;
  }
  const rows = statisticsRows(statistics).map(([name, before, after]) =>
    make("tr", { "data-channel": name }, make("th", { scope: "row" }, name), make("td", {}, before), make("td", {}, after)),
  );
  const heads = ["mean ± deviation", "as stored", "as seen"].map((words) => make("th", { scope: "col" }, words));
  element.replaceChildren(
    make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows)),
    make("small", {}, `over ${count(statistics.samples)} training samples`),
  );
}
