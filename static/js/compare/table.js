/** The table on the screen. Rule: rows stay while figures change in them, so that focus and selection stay too. */

import { byId, make, setAttribute, setText, within } from "../dom.js";
import { givenName } from "../jobs/words.js";
import { swatch } from "../swatch.js";
import { beginsDescending, sorted } from "./rows.js";

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {import("./rows.js").Column} Column */
/** @typedef {import("./paint.js").Paint} Paint */
/** @typedef {import("./state.js").Sort} Sort */

export class CompareTable {
  #root;
  #onSort;
  #onRemove;
  #head = "";
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();

  /** @param {string} root of every address @param {(sort: Sort) => void} onSort @param {(ids: string[]) => void} onRemove */
  constructor(root, onSort, onRemove) {
    this.#root = root;
    this.#onSort = onSort;
    this.#onRemove = onRemove;
  }

  /** @param {Row[]} rows @param {Column[]} columns @param {Sort} sort @param {Map<string, Paint>} paints @returns {Row[]} in the order shown */
  show(rows, columns, sort, paints) {
    const ordered = sorted(rows, columns, sort);
    this.#writeHead(columns, sort);
    const best = this.#bestOf(rows, columns, sort);
    const body = byId("compare-rows");
    const kept = new Set(ordered.map(({ unit }) => unit.key));
    for (const [key, element] of this.#rows) {
      if (kept.has(key)) continue;
      element.remove();
      this.#rows.delete(key);
    }
    ordered.forEach((row, i) => {
      const element = this.#rows.get(row.unit.key) ?? make("tr", { "data-key": row.unit.key });
      this.#rows.set(row.unit.key, element);
      this.#writeRow(element, row, columns, paints.get(row.unit.key), row === best);
      setAttribute(element, "data-best", row === best ? "" : null);
      if (body.children[i] !== element) body.insertBefore(element, body.children[i] ?? null);
    });
    return ordered;
  }

  /** @param {Row[]} rows @param {Column[]} columns @param {Sort} sort @returns {Row | null} the best by the column sorted by; none of equals */
  #bestOf(rows, columns, { column: name }) {
    const column = columns.find((one) => one.name === name);
    if (!column?.figure || column.figure.isGood === null || rows.length < 2) return null;
    const [first, second] = sorted(rows, columns, { column: name, descending: column.figure.isGood });
    const [one, other] = [first, second].map((row) => row.cells.get(name)?.value);
    return one == null || Number.isNaN(one) || one === other ? null : first;
  }

  /** @param {Column[]} columns @param {Sort} sort */
  #writeHead(columns, sort) {
    const state = JSON.stringify(columns.map(({ name, title }) => [name, title]));
    const row = byId("compare-head");
    if (state !== this.#head) {
      const heads = columns.map((column) => {
        const button = make("button", { type: "button", class: "sort", title: column.about }, column.title);
        button.addEventListener("click", () => {
          const head = within(row, `[data-column="${column.name}"]`).getAttribute("aria-sort");
          const descending = head ? head !== "descending" : beginsDescending(column);
          this.#onSort({ column: column.name, descending });
        });
        return make("th", { scope: "col", "data-column": column.name, class: column.figure ? "number" : "" }, button);
      });
      const last = make("th", { scope: "col" }, make("span", { class: "visually-hidden" }, "remove"));
      row.replaceChildren(make("th", { scope: "col" }, "job"), ...heads, last);
      this.#head = state;
      for (const element of this.#rows.values()) element.replaceChildren();
    }
    for (const head of row.querySelectorAll("[data-column]")) {
      const isSorted = head.getAttribute("data-column") === sort.column;
      setAttribute(head, "aria-sort", isSorted ? (sort.descending ? "descending" : "ascending") : null);
    }
  }

  /** @param {HTMLElement} element @param {Row} row @param {Column[]} columns @param {Paint | undefined} paint @param {boolean} isBest */
  #writeRow(element, { unit, cells }, columns, paint, isBest) {
    const state = JSON.stringify([unit.label, unit.jobs.map((job) => [job.id, givenName(job), isAdjusted(job)]), paint, isBest]);
    if (!element.children.length || element.dataset.state !== state) {
      const remove = make("button", { type: "button", class: "quiet", "aria-label": `Remove ${unit.label}` }, "Remove");
      remove.addEventListener("click", () => this.#onRemove(unit.jobs.map(({ id }) => id)));
      const hadFocus = element.contains(document.activeElement) && document.activeElement?.matches(".quiet");
      element.replaceChildren(this.#nameCell(unit, paint, isBest), ...columns.map((column) => make("td", { "data-cell": column.name, class: column.figure ? "number" : "" })), make("td", {}, remove));
      if (hadFocus) remove.focus();
      element.dataset.state = state;
    }
    setAttribute(element, "data-status", unit.jobs.length === 1 ? unit.jobs[0].status : null);
    columns.forEach(({ name }, i) => setText(element.children[i + 1], cells.get(name)?.text ?? ""));
  }

  /** @param {import("./units.js").Unit} unit @param {Paint | undefined} paint @param {boolean} isBest */
  #nameCell({ label, jobs }, paint, isBest) {
    const link = (/** @type {import("../jobs/words.js").Job} */ job, /** @type {string} */ words) => make("a", { href: `${this.#root}/jobs/${job.id}` }, words);
    const given = jobs.length === 1 && !jobs[0].study_id ? givenName(jobs[0]) : "";
    const line = make("span", { class: "row-name" }, ...(paint ? [swatch(paint)] : []), jobs.length === 1 ? link(jobs[0], label) : make("span", {}, label));
    const cell = make("th", { scope: "row" }, line);
    if (isBest) cell.append(make("span", { class: "mark", title: "By the column that the table is sorted by" }, "best"));
    if (jobs.length > 1) cell.append(make("small", { class: "row-seeds" }, ...jobs.map((job) => link(job, `seed ${job.config.seed}`))));
    if (given && given !== label) cell.append(make("small", {}, given));
    if (jobs.some(isAdjusted)) cell.append(make("small", { class: "adjusted" }, "changed while it ran"));
    return cell;
  }
}

/** @param {import("../jobs/words.js").Job} job @returns {boolean} whether its config is not the one it began with */
function isAdjusted({ config, original_config: original }) {
  return Object.keys(original ?? {}).some((name) => name !== "name" && JSON.stringify(config[name]) !== JSON.stringify(original[name]));
}
