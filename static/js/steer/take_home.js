/**
 * What the selected job can be taken home as. Rule: a link is there only where the server has something behind it;
 * where it has not, or where a script is not all of the job, the menu says so.
 */

import { Problem } from "../api.js";
import { byId, setAttribute, setText } from "../dom.js";
import { closing } from "../menu.js";
import { configHome, scriptWords } from "./home_words.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../recipe/code_dialog.js").CodeDialog} CodeDialog */

const WITHOUT_STEPS = "No PyTorch script: linear SVMs are fitted in one go, without gradients.";

export class TakeHome {
  #menu = closing(/** @type {HTMLDetailsElement} */ (byId("take-home")));
  #api;
  /** @type {Job | null} */
  #job = null;

  /** @param {import("../api.js").Api} api @param {import("../recipe/schema.js").Field[]} fields @param {CodeDialog} code */
  constructor(api, fields, code) {
    this.#api = api;
    this.#menu.addEventListener("click", ({ target }) => {
      const pressed = /** @type {HTMLElement} */ (target);
      const kind = /** @type {HTMLElement | null} */ (pressed.closest("[data-code]"))?.dataset.code;
      if (!kind && !pressed.closest("a")) return;
      this.#menu.open = false;
      if (!kind || !this.#job) return;
      this.#menu.querySelector("summary")?.focus(); // where the dialog gives the focus back to
      code.copy(configHome(this.#job, fields), /** @type {import("../recipe/code_dialog.js").Kind} */ (kind));
    });
    this.#menu.addEventListener("toggle", () => this.#ask());
  }

  /** @param {Job} job @param {string} lack why its data are not here any more; empty when they are */
  show(job, lack) {
    const script = byId("home-script");
    const why = job.config.architecture === "bow_svm" ? WITHOUT_STEPS : lack && `No PyTorch script: ${lack}`;
    script.hidden = Boolean(why);
    byId("home-lack").hidden = !why;
    setText(byId("home-lack"), why);
    setAttribute(script, "href", this.#api.address(`/api/jobs/${job.id}/script.py`));
    setAttribute(byId("home-report"), "href", this.#api.address(`/api/jobs/${job.id}/report.html`));
    setAttribute(byId("home-csv"), "href", this.#api.address(`/api/jobs/${job.id}/metrics.csv`));
    const isOther = this.#job?.id !== job.id;
    this.#job = job;
    if (why || isOther) this.#say("");
    if (isOther) this.#ask();
  }

  /** What the script repeats and what it cannot, once somebody looks at the menu. */
  async #ask() {
    const job = this.#job;
    if (!job || !this.#menu.open || byId("home-script").hidden) return;
    let words = "";
    try {
      words = scriptWords(await this.#api.get(`/api/jobs/${job.id}/script`));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      words = error.message;
    }
    if (this.#job?.id === job.id && !byId("home-script").hidden) this.#say(words);
  }

  /** @param {string} words */
  #say(words) {
    byId("home-said").hidden = !words;
    setText(byId("home-said"), words);
  }
}
