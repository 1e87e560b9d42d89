/**
 * What a job was asked to change and has not taken up. Rule: pure; the log's own change ends the waiting, as the
 * config alone does not tell a rate asked for anew from the one that was there before.
 */

/** @typedef {import("../log/marks.js").Change} Change */
/** @typedef {Record<string, any>} Changes */

const PATIENCE = 10_000; // ms; a change that changes nothing is never logged

export class Waiting {
  /** @type {Map<string, {value: any, made: number, until: number}>} by field; `made`: changes of it in the log when
   * it was asked */
  #asked = new Map();
  #now;

  /** @param {() => number} [now] ms */
  constructor(now = Date.now) {
    this.#now = now;
  }

  /** @param {Changes} changes @param {Change[]} log */
  ask(changes, log) {
    for (const [field, value] of Object.entries(changes)) {
      const made = log.filter((change) => change.field === field).length;
      this.#asked.set(field, { value, made, until: this.#now() + PATIENCE });
    }
  }

  /** They were refused; what was asked for after them stays. @param {Changes} changes */
  forget(changes) {
    for (const [field, value] of Object.entries(changes)) {
      if (this.#asked.get(field)?.value === value) this.#asked.delete(field);
    }
  }

  /** Epochs below the current one end after it. @param {Change[]} log @param {Changes} config the job's own */
  settle(log, config) {
    for (const [field, { value, made, until }] of this.#asked) {
      const since = log.filter((change) => change.field === field).slice(made);
      const isIn = (/** @type {Change} */ { after }) => after === value || (field === "epochs" && after > value);
      const changedNothing = config[field] === value && this.#now() > until;
      if (since.some(isIn) || changedNothing) this.#asked.delete(field);
    }
  }

  /** @returns {Changes} */
  get changes() {
    return Object.fromEntries([...this.#asked].map(([field, { value }]) => [field, value]));
  }
}
