/** A study's table: a row a rung or a value. Rule: best and diverged are said in words, not by colour alone. */

import { byId, make } from "../dom.js";
import { count, points } from "../format.js";
import { jobAddress } from "../jobs/link.js";
import { failuresOf, lossWords, mean, median, secondsWords, shareWords } from "./words.js";

/** @typedef {import("./words.js").Row} Row */
/** @typedef {import("./words.js").Study} Study */
/** @typedef {[string, (row: Row) => string]} Column */

/** @param {Row} row @param {number} seeds */
function completeWords({ counted, statuses, jobs }, seeds) {
  const rest = { failed: statuses.failed ?? 0, stopped: statuses.stopped ?? 0, deleted: seeds - jobs.length };
  const said = Object.entries(rest).filter(([, amount]) => amount > 0).map(([word, amount]) => `, ${count(amount)} ${word}`);
  return `${count(counted)} of ${count(seeds)}${said.join("")}`;
}

/** @param {Study} study @returns {Column[]} */
function columnsOf(study) {
  const split = study.table.judged_by;
  /** @type {Column[]} */
  const done = [["complete", (row) => completeWords(row, study.definition.seeds.length)]];
  /** @type {Column[]} */
  const times = [
    ["s / epoch", (row) => secondsWords(median(row.seconds_per_epoch))],
    ["queue", (row) => secondsWords(mean(row.times.queue))],
    ["data", (row) => secondsWords(mean(row.times.data))],
    ["compute", (row) => secondsWords(mean(row.times.compute))],
    ["evaluation", (row) => secondsWords(mean(row.times.evaluation))],
  ];
  const gap = (/** @type {typeof mean} */ middle) => /** @type {Column} */ (["train − test", (row) => points(middle(row.train_test_gap))]);
  if (study.kind === "ladder") {
    return [
      ...done,
      ["test accuracy", (row) => shareWords(row.scores.test?.last.accuracy ?? null)],
      ["at its best", (row) => shareWords(row.scores.test?.best.accuracy ?? null)],
      ["gain", (row) => (row.gain ? points(row.gain.accuracy) : "–")],
      gap(mean),
      ...times,
    ];
  }
  const share = (/** @type {import("./words.js").Measure} */ measure) => shareWords(measure && { ...measure, mean: measure.median, deviation: null });
  /** @type {Column[]} */
  const chosen = split === "validation" ? [["test accuracy", (row) => share(row.scores.test?.last.accuracy ?? null)]] : [];
  return [
    ...done,
    [`${split} accuracy`, (row) => share(row.scores[split]?.last.accuracy ?? null)],
    ["at its best", (row) => share(row.scores[split]?.best.accuracy ?? null)],
    [`${split} loss`, (row) => lossWords(median(row.scores[split]?.last.loss))],
    ["least loss", (row) => lossWords(median(row.scores[split]?.best.loss))],
    ...chosen,
    gap(median),
    ...times,
  ];
}

let written = ""; // what the table shows: as long as it stays so, links in it can be pressed

/** @param {Study} study @param {string} title of what varies */
export function showTable(study, title) {
  const failures = study.table.rows.map((row) => failuresOf(row, study.jobs));
  const state = JSON.stringify([study.id, title, study.definition.seeds, study.table, failures]);
  if (state === written) return;
  written = state;
  const focused = document.activeElement?.closest(".row-jobs a")?.getAttribute("data-job-id");
  const columns = columnsOf(study);
  const [head, body] = [byId("study-table").querySelector("thead"), byId("study-table").querySelector("tbody")];
  const names = [study.kind === "ladder" ? "rung" : title, ...columns.map(([name]) => name)];
  head?.replaceChildren(make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name))));
  body?.replaceChildren(...study.table.rows.map((row, i) => rowElement(row, columns, failures[i])));
  if (focused) /** @type {HTMLElement | null | undefined} */ (body?.querySelector(`a[data-job-id="${focused}"]`))?.focus();
}

/** @param {Row} row @returns {HTMLElement} a link to each of its jobs, by repetition */
function jobLinks({ label, jobs }) {
  const links = jobs.map((id, i) => {
    const words = jobs.length === 1 ? "job" : String(i + 1);
    return make("a", { href: jobAddress(id), "data-job-id": id, "aria-label": jobs.length === 1 ? `The job of ${label}` : `Job ${i + 1} of ${label}` }, words);
  });
  return make("small", { class: "row-jobs" }, ...(jobs.length > 1 ? ["jobs "] : []), ...links);
}

/** @param {Row} row @param {ReturnType<typeof failuresOf>[number]} failure @returns {HTMLElement} why, with a link to each job */
function failureElement(row, { words, full, jobs }) {
  const links = jobs.map(({ id, number }) => {
    const name = row.jobs.length === 1 ? "job" : `job ${number}`;
    return make("a", { href: jobAddress(id), "aria-label": `${name} of ${row.label}, ${words}` }, name);
  });
  return make("small", { class: "row-failure", ...(full ? { title: full } : {}) }, `${words} `, ...links.flatMap((link, i) => (i ? [" ", link] : [link])));
}

/** @param {Row} row @param {Column[]} columns @param {ReturnType<typeof failuresOf>} failures */
function rowElement(row, columns, failures) {
  const called = make("th", { scope: "row" }, row.label);
  if (row.is_best) called.append(make("span", { class: "mark", "data-mark": "best" }, "best"));
  if (row.has_diverged) called.append(make("span", { class: "mark", "data-mark": "diverged" }, "diverged"));
  if (row.adjusted) called.append(make("span", { class: "mark", "data-mark": "adjusted" }, "changed while it ran"));
  called.append(jobLinks(row), ...failures.map((failure) => failureElement(row, failure)));
  const cells = columns.map(([, read]) => make("td", {}, read(row)));
  const element = make("tr", { "data-label": row.label }, called, ...cells);
  if (row.is_best) element.dataset.best = "";
  if (row.has_diverged) element.dataset.diverged = "";
  return element;
}
