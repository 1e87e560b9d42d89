/** The job's config on its page: what is its own first, the defaults folded, and every change that was made while it trained. */

import { byId, make, setText } from "../dom.js";
import { count } from "../format.js";
import { configRows, historyRows } from "./config_rows.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("./config_rows.js").Row} Row */

export class ConfigPanel {
  #fields;
  #onStep;
  #written = "";

  /** @param {Field[]} fields @param {(step: number) => void} onStep the reader wants to see that moment */
  constructor(fields, onStep) {
    this.#fields = fields;
    this.#onStep = onStep;
  }

  /** @param {Job} job @param {JobFold | null} fold @param {Record<string, any>} asked for and not in the log yet */
  show(job, fold, asked) {
    const { own, usual } = configRows(job, this.#fields);
    const made = historyRows(fold?.marks.changes ?? [], asked, job.config, this.#fields);
    const state = JSON.stringify([own, usual, made]);
    if (state === this.#written) return;
    this.#written = state;
    const adjusted = own.some(({ start }) => start !== null);
    byId("config-start").hidden = !adjusted;
    byId("config-own").replaceChildren(...own.map((row) => rowElement(row, adjusted)));
    byId("config-none").hidden = own.length > 0;
    byId("config-table").hidden = own.length === 0;
    setText(byId("config-usual-count"), `${count(usual.length)} as by default`);
    byId("config-usual").replaceChildren(...usual.map(({ name, title, description, now }) => make("div", { "data-config": name }, make("dt", { title: description }, title), make("dd", {}, now))));
    byId("history-none").hidden = made.length > 0;
    byId("history-table").hidden = made.length === 0;
    byId("history").replaceChildren(...made.map((one) => this.#change(one)));
  }

  /** @param {import("./config_rows.js").Made} made */
  #change({ step, field, title, before, after }) {
    const when = step === null ? make("span", { class: "note" }, "asked for") : this.#stepLink(step);
    return make(
      "tr",
      { "data-change": field, "data-step": step === null ? "" : String(step), "data-after": after },
      make("td", { class: "number" }, when),
      make("th", { scope: "row" }, title),
      make("td", { class: "number" }, before),
      make("td", { class: "number" }, after),
    );
  }

  /** @param {number} step */
  #stepLink(step) {
    const button = make("button", { type: "button", class: "step-link", title: "Look at this moment" }, count(step));
    button.addEventListener("click", () => this.#onStep(step));
    return button;
  }
}

/** @param {Row} row @param {boolean} adjusted whether any row was: then each says what it was at the start */
function rowElement({ name, title, description, now, usual, start }, adjusted) {
  const cells = [make("td", { "data-now": "" }, now)];
  if (adjusted) cells.push(make("td", { "data-start": "" }, start ?? now));
  cells.push(make("td", { class: "note" }, usual));
  const row = make("tr", { "data-config": name }, make("th", { scope: "row", title: description }, title), ...cells);
  if (start !== null) row.dataset.adjusted = "";
  return row;
}
