/** How long one's own study would take and what it would fetch first. Rule: what is said is of the form as it stands. */

import { byId, setText } from "../dom.js";
import { Inquiry } from "../inquiry.js";
import { missingWords } from "../recipe/facts.js";
import { takesWords } from "./words.js";

/** @typedef {{estimate: import("./words.js").Span | null, missing: import("../recipe/facts.js").Facts[]}} Told */

export class Estimate {
  #inquiry;
  #asked = ""; // what the words on the page are of

  /** @param {import("../api.js").Api} api */
  constructor(api) {
    this.#inquiry = new Inquiry(api, "/api/studies/estimate", (told) => this.#show(told), () => this.#show(null));
  }

  /** @param {Record<string, any> | null} definition null where it could not be started */
  of(definition) {
    const asked = JSON.stringify(definition);
    if (asked !== this.#asked) this.#show(null);
    this.#asked = asked;
    if (definition) this.#inquiry.ask(definition);
    else this.#inquiry.forget();
  }

  /** @param {Told | null} told */
  #show(told) {
    setText(byId("own-time"), told ? takesWords(told.estimate) : "");
    const missing = (told?.missing ?? []).map(missingWords).join(" ");
    byId("own-missing").hidden = !missing;
    setText(byId("own-missing"), missing);
  }
}
