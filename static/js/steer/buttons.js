/** The selected job's buttons. Rule: each is there only where it makes sense, and says what was asked for until it is done. */

import { byId, setAttribute, setText } from "../dom.js";
import { isDone } from "../jobs/words.js";
import { closing } from "../menu.js";
import { hasUnsaved, makesSense } from "./asked.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("./asked.js").Action} Action */

const WORDS = /** @type {Record<Action, [string, string]>} */ ({
  pause: ["Pause", "Pausing…"],
  resume: ["Resume", "Resuming…"],
  step: ["Step", "Stepping…"],
  stop: ["Stop", "Stopping…"],
});
const NO_RESTART = ["Do not restart", "Cancelling…"]; // of a job whose worker was lost
const ACTIONS = /** @type {Action[]} */ (Object.keys(WORDS));

export class JobButtons {
  #menu = closing(/** @type {HTMLDetailsElement} */ (byId("stop-more")));

  /** @param {{onAsk: (action: Action, options?: object) => void, onFork: () => void, onRecipe: () => void}} hooks */
  constructor({ onAsk, onFork, onRecipe }) {
    for (const action of ACTIONS) byId(action).addEventListener("click", () => isFree(action) && onAsk(action));
    byId("stop-unsaved").addEventListener("click", () => {
      this.#menu.open = false;
      onAsk("stop", { save: false });
    });
    byId("fork").addEventListener("click", () => isFree("fork") && onFork());
    byId("as-recipe").addEventListener("click", onRecipe);
  }

  /**
   * @param {Job} job
   * @param {Action | null} wish
   * @param {boolean} canFork whether it has a checkpoint
   * @param {string} lack why its data keep it from going on; empty when they do not
   */
  show(job, wish, canFork, lack) {
    const focused = document.activeElement;
    for (const action of ACTIONS) {
      const button = byId(action);
      button.hidden = !makesSense(job, action);
      const [plain, asked] = action === "stop" && job.will_restart ? NO_RESTART : WORDS[action];
      setText(button, wish === action ? asked : plain);
      const lacks = action === "resume" && isDone(job) ? lack : ""; // a worker that rests has its data
      explain(button, lacks);
      setAttribute(button, "aria-disabled", wish === action || lacks ? "true" : null);
    }
    this.#menu.hidden = !hasUnsaved(job) || wish === "stop";
    if (this.#menu.hidden) this.#menu.open = false;
    byId("fork").hidden = !canFork;
    explain(byId("fork"), lack);
    setAttribute(byId("fork"), "aria-disabled", lack ? "true" : null);
    const isSaid = lack !== "" && (canFork || (isDone(job) && makesSense(job, "resume")));
    byId("job-lack").hidden = !isSaid;
    setText(byId("job-lack"), isSaid ? lack : "");
    if (focused instanceof HTMLElement && focused.hidden && focused.closest(".job-actions")) {
      /** @type {HTMLElement | null} */ (document.querySelector(".job-actions button:not([hidden])"))?.focus();
    }
  }
}

/** @param {string} id of a button @returns {boolean} */
function isFree(id) {
  return byId(id).getAttribute("aria-disabled") !== "true";
}

/** @param {HTMLElement} button @param {string} lack why it cannot be pressed, also said below it; empty when it can */
function explain(button, lack) {
  setAttribute(button, "aria-describedby", lack ? "job-lack" : null);
  setAttribute(button, "title", lack || null);
}
