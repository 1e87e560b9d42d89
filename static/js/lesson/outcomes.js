/** Predictions beside what came out. Rule: one row a job of this lesson; both come from the job itself. */

import { byId, make } from "../dom.js";
import { labelsOf } from "../jobs/differ.js";
import { isDone } from "../jobs/words.js";
import { readPrediction } from "./note.js";
import { outcomeOf } from "./words.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../recipe/schema.js").Field} Field */

const MOST = 8; // rows

export class Outcomes {
  #fields;
  #onSelect;
  #written = "";

  /** @param {Field[]} fields @param {(id: string) => void} onSelect */
  constructor(fields, onSelect) {
    this.#fields = fields;
    this.#onSelect = onSelect;
  }

  /** @param {Job[]} jobs of the lesson, newest first @param {boolean} asks whether it does @returns {boolean} whether one has ended */
  show(jobs, asks) {
    const own = jobs.slice(0, MOST);
    const labels = labelsOf(own, this.#fields);
    const rows = own.map((job) => [job.id, labels.get(job.id) || job.name, readPrediction(job.notes)?.predicted ?? "", outcomeOf(job), String(isDone(job))]);
    byId("lesson-outcomes").hidden = !rows.length;
    byId("lesson-predicted").hidden = !asks;
    const written = JSON.stringify(rows);
    if (written !== this.#written) this.#write(rows, asks);
    this.#written = written;
    return own.some(isDone);
  }

  /** @param {string[][]} rows @param {boolean} asks */
  #write(rows, asks) {
    const body = byId("lesson-rows");
    const focused = /** @type {HTMLElement | null} */ (document.activeElement?.closest("[data-outcome]"))?.dataset.outcome;
    body.replaceChildren(
      ...rows.map(([id, label, predicted, outcome, done]) => {
        const button = make("button", { type: "button", class: "quiet" }, label);
        button.addEventListener("click", () => this.#onSelect(id));
        const row = make("tr", { "data-outcome": id, "data-done": done }, make("th", { scope: "row" }, button));
        if (asks) row.append(make("td", { class: "predicted" }, predicted || "–"));
        row.append(make("td", {}, outcome));
        if (id === focused) setTimeout(() => button.focus());
        return row;
      }),
    );
  }
}
