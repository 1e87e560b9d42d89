/**
 * The recipe inspected while it is edited. Rule: only the answer to the newest recipe counts, and a recipe is
 * asked about once it rests.
 */

import { Problem } from "../api.js";

/** @typedef {import("../api.js").Api} Api */
/** @typedef {import("../api.js").FieldError} FieldError */
/** @typedef {import("./sheet.js").Inspection} Inspection */

const REST = 120; // ms without a change

export class Inspector {
  #api;
  #onSheet;
  #onErrors;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {AbortController | null} */
  #running = null;

  /**
   * @param {Api} api
   * @param {(inspection: Inspection) => void} onSheet
   * @param {(errors: FieldError[]) => void} onErrors
   */
  constructor(api, onSheet, onErrors) {
    this.#api = api;
    this.#onSheet = onSheet;
    this.#onErrors = onErrors;
  }

  /** @param {Record<string, any>} changes what differs from the defaults */
  ask(changes) {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#timer = setTimeout(() => this.#send(changes), REST);
  }

  /** @param {Record<string, any>} changes */
  async #send(changes) {
    const running = new AbortController();
    this.#running = running;
    try {
      const inspection = await this.#api.post("/api/inspect", changes, { signal: running.signal });
      if (this.#running === running) this.#onSheet(inspection);
    } catch (error) {
      if (this.#running !== running || !(error instanceof Problem)) return;
      this.#onErrors(error.errors);
    }
  }
}
