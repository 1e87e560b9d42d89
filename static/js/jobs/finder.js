/** Looking for jobs in the list: words, a status, and the heads that sort. Rule: it holds the wish; the list does the rest. */

import { byId, make, setAttribute, setText, within } from "../dom.js";
import { STATUSES, foundWords, nextOrder, statusChoice } from "./find.js";

/** @typedef {import("./find.js").Column} Column */
/** @typedef {import("./find.js").Wish} Wish */

const FEW = 8; // jobs that are seen at one glance

export class Finder extends EventTarget {
  /** @type {Wish} */
  wish = { words: "", status: "", order: null };
  #words = /** @type {HTMLInputElement} */ (byId("jobs-search"));
  #status = /** @type {HTMLSelectElement} */ (byId("jobs-status"));

  constructor() {
    super();
    this.#status.append(...STATUSES.map((status) => make("option", { value: status }, statusChoice(status))));
    this.#words.addEventListener("input", () => this.#look());
    this.#words.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#words.value) this.#clear();
    });
    this.#status.addEventListener("change", () => this.#look());
    byId("jobs-find").addEventListener("submit", (event) => event.preventDefault()); // it was found while typing
    byId("jobs-all").addEventListener("click", () => {
      this.#clear();
      this.#words.focus(); // the button is gone
    });
    byId("jobs-head").addEventListener("click", (event) => {
      const head = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest(".sort")?.parentElement);
      if (head) this.#sort(/** @type {Column} */ (head.dataset.sort));
    });
  }

  #clear() {
    this.#words.value = "";
    this.#status.value = "";
    this.#look();
  }

  #look() {
    this.wish = { ...this.wish, words: this.#words.value, status: this.#status.value };
    this.dispatchEvent(new Event("change"));
  }

  /** @param {Column} column */
  #sort(column) {
    const order = nextOrder(this.wish.order, column);
    this.wish = { ...this.wish, order };
    for (const head of byId("jobs-head").querySelectorAll("[data-sort]")) setAttribute(head, "aria-sort", null);
    if (order) setAttribute(within(byId("jobs-head"), `[data-sort="${column}"]`), "aria-sort", order.descending ? "descending" : "ascending");
    this.dispatchEvent(new Event("change"));
  }

  /** @param {number} all jobs in the list @param {Set<string> | null} found those that match, null while nothing is looked for */
  show(all, found) {
    byId("jobs-find").hidden = all < FEW && !found;
    setAttribute(byId("jobs-scroll"), "data-many", all < FEW ? null : "");
    byId("jobs-all").hidden = !found;
    setText(byId("jobs-found"), found ? foundWords(found.size, all) : "");
  }
}
