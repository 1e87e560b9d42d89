/** The report on an upload. Rule: everything that was found is shown, what deserves attention first. */

import { make } from "../dom.js";
import { count } from "../format.js";
import { reportFacts, warnings } from "./words.js";

/** @typedef {import("./words.js").Dataset} Dataset */
/** @typedef {import("./words.js").Report} Report */

/** @param {Report["classes"]} classes */
function classTable(classes) {
  const most = Math.max(...classes.map((one) => one.train + one.test));
  const head = ["class", "training", "testing", ""].map((words, at) =>
    make("th", { scope: "col", class: at === 1 || at === 2 ? "number" : "" }, words),
  );
  const rows = classes.map((one) => {
    const bar = make("div", { class: "bar", "aria-hidden": "true" }, make("i"));
    bar.style.setProperty("--share", String((one.train + one.test) / most));
    return make(
      "tr",
      { "data-class": one.name },
      make("th", { scope: "row" }, one.name),
      make("td", { class: "number" }, count(one.train)),
      make("td", { class: "number" }, count(one.test)),
      make("td", { class: "share" }, bar),
    );
  });
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Classes" }, table);
}

/** @param {string} title @param {string[]} lines @param {number} all how many there are */
function files(title, lines, all) {
  if (!lines.length) return [];
  const more = all > lines.length ? [make("li", { class: "note" }, `and ${count(all - lines.length)} more`)] : [];
  const list = make("ul", { class: "files", tabindex: "0", "aria-label": title }, ...lines.map((line) => make("li", {}, line)), ...more);
  return [make("h2", {}, title), list];
}

/** @param {Dataset} dataset with a report @returns {HTMLElement[]} */
export function reportOf(dataset) {
  const report = /** @type {Report} */ (dataset.report);
  const facts = reportFacts(report, dataset.split).flatMap(([name, words]) => [make("dt", {}, name), make("dd", {}, words)]);
  return [
    ...warnings(report).map((words) => make("p", { class: "notice" }, words)),
    make("dl", { class: "report-facts" }, ...facts),
    classTable(report.classes),
    ...files("Left out", report.skipped.files.map(({ file, reason }) => `${file}: ${reason}`), report.skipped.count),
    ...files("Equal pictures", report.duplicates.files.map(([one, other]) => `${one} = ${other}`), report.duplicates.count),
  ];
}
