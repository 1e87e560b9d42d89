/** A study's row in the list: its jobs in one line, and a button that shows them all. Rule: made once, updated in place. */

import { fromTemplate, setAttribute, setText, within } from "../dom.js";
import { count, duration, percent } from "../format.js";
import { scoreOf } from "./groups.js";
import { statusWords } from "../studies/words.js";
import { underBest, writeBar } from "./job_row.js";

/** @param {string} id @param {string} address of the study's page @param {() => void} onFold @returns {HTMLElement} */
export function makeStudyRow(id, address, onFold) {
  const row = fromTemplate("study-row");
  row.dataset.studyId = id;
  within(row, ".study-link").setAttribute("href", address);
  row.addEventListener("click", (event) => {
    if (!(/** @type {HTMLElement} */ (event.target).closest("a, input"))) onFold();
  });
  return row;
}

/**
 * @param {HTMLElement} row
 * @param {string} name
 * @param {import("./groups.js").Figures} figures
 * @param {{isOpen: boolean, charted: number}} shown `charted`: how many of its jobs are on the charts
 */
export function writeStudyRow(row, name, figures, { isOpen, charted }) {
  const { status, failed, done, total, share, best, trainSeconds, isWhole } = figures;
  setAttribute(row, "data-status", status);
  const fold = within(row, ".fold");
  setAttribute(fold, "aria-expanded", String(isOpen));
  setAttribute(fold, "aria-label", `All jobs of ${name}`);
  setText(within(row, ".study-link"), name);
  setText(within(row, ".charted"), charted ? `study · ${count(charted)} on the charts` : "study");
  setText(within(row, ".status"), failed ? `${statusWords(status)}, ${count(failed)} failed` : statusWords(status));
  writeBar(row, share);
  setText(within(row, ".progress small"), `${count(done)} of ${count(total)} done`);
  setText(within(row, ".best"), percent(best && scoreOf(best)));
  const among = isWhole ? "" : "of those listed";
  const words = best ? ["one run", underBest(best), among] : [];
  setText(within(row, ".best + small"), words.filter(Boolean).join(", "));
  setText(within(row, ".train-time"), duration(trainSeconds || null));
}
