/**
 * A question to the server about something that is being edited. Rule: only the answer to the newest state counts, and
 * it is asked about once it rests.
 */

import { Problem } from "./api.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./api.js").FieldError} FieldError */

const REST = 120; // ms without a change

export class Inquiry {
  #api;
  #path;
  #onAnswer;
  #onErrors;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {AbortController | null} */
  #running = null;

  /**
   * @param {Api} api
   * @param {string} path
   * @param {(answer: any) => void} onAnswer
   * @param {(errors: FieldError[]) => void} onErrors
   */
  constructor(api, path, onAnswer, onErrors) {
    this.#api = api;
    this.#path = path;
    this.#onAnswer = onAnswer;
    this.#onErrors = onErrors;
  }

  /** @param {Record<string, any>} body what is asked about now */
  ask(body) {
    this.forget();
    this.#timer = setTimeout(() => this.#send(body), REST);
  }

  /** Nothing is asked about now. */
  forget() {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = null;
  }

  /** @param {Record<string, any>} body */
  async #send(body) {
    const running = new AbortController();
    this.#running = running;
    try {
      const answer = await this.#api.post(this.#path, body, { signal: running.signal });
      if (this.#running === running) this.#onAnswer(answer);
    } catch (error) {
      if (this.#running !== running || !(error instanceof Problem)) return;
      this.#onErrors(error.errors);
    }
  }
}
