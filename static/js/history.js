/**
 * The page's state in the address bar. Rule: a choice makes a step of history, typing only corrects the present
 * one, and stepping back brings everything back.
 */

import { writeAddress } from "./recipe/address.js";

/** @typedef {import("./recipe/address.js").State} State */
/** @typedef {import("./recipe/schema.js").Field} Field */

const TYPING_PAUSE = 300; // ms; browsers refuse more than about a hundred changes in ten seconds

export class AddressBar {
  #fields;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  #more;

  /** @param {Field[]} fields @param {(query: string) => void} onReturn @param {() => string} [more] of the address */
  constructor(fields, onReturn, more = () => "") {
    this.#fields = fields;
    this.#more = more;
    window.addEventListener("popstate", () => onReturn(window.location.search));
  }

  /** @param {State} state @param {{step?: boolean}} [options] `step`: a new step of history */
  write(state, { step = false } = {}) {
    clearTimeout(this.#timer);
    const put = () => {
      const query = `?${[writeAddress(state, this.#fields), this.#more()].filter(Boolean).join("&")}`;
      if (query === window.location.search) return;
      if (step) window.history.pushState(null, "", query);
      else window.history.replaceState(null, "", query);
    };
    if (step) put();
    else this.#timer = setTimeout(put, TYPING_PAUSE);
  }
}
