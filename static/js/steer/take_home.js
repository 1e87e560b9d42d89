/**
 * What the selected job can be taken home as. Rule: a link is there only where the server has something behind it;
 * where it has not, the menu says why.
 */

import { byId, setAttribute, setText } from "../dom.js";
import { closing } from "../menu.js";

/** @typedef {import("../jobs/words.js").Job} Job */

const WITHOUT_STEPS = "No PyTorch script: linear SVMs are fitted in one go, without gradients.";

export class TakeHome {
  #menu = closing(/** @type {HTMLDetailsElement} */ (byId("take-home")));
  #addressOf;

  /** @param {(path: string) => string} addressOf a path of the server, below its prefix */
  constructor(addressOf) {
    this.#addressOf = addressOf;
    this.#menu.addEventListener("click", (event) => {
      if (/** @type {HTMLElement} */ (event.target).closest("a")) this.#menu.open = false;
    });
  }

  /** @param {Job} job @param {string} lack why its data are not here any more; empty when they are */
  show(job, lack) {
    const script = byId("home-script");
    const why = job.config.architecture === "bow_svm" ? WITHOUT_STEPS : lack && `No PyTorch script: ${lack}`;
    script.hidden = Boolean(why);
    byId("home-lack").hidden = !why;
    setText(byId("home-lack"), why);
    setAttribute(script, "href", this.#addressOf(`/api/jobs/${job.id}/script.py`));
    setAttribute(byId("home-report"), "href", this.#addressOf(`/api/jobs/${job.id}/report.html`));
    setAttribute(byId("home-csv"), "href", this.#addressOf(`/api/jobs/${job.id}/metrics.csv`));
  }
}
