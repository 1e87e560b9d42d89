/** The selected job's buttons. Rule: each is there only where it makes sense, and says what was asked for until it is done. */

import { byId, setAttribute, setText } from "../dom.js";
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
  #menu = /** @type {HTMLDetailsElement} */ (byId("stop-more"));

  /** @param {{onAsk: (action: Action, options?: object) => void, onFork: () => void, onRecipe: () => void}} hooks */
  constructor({ onAsk, onFork, onRecipe }) {
    for (const action of ACTIONS) byId(action).addEventListener("click", () => this.#isFree(action) && onAsk(action));
    byId("stop-unsaved").addEventListener("click", () => {
      this.#menu.open = false;
      onAsk("stop", { save: false });
    });
    byId("fork").addEventListener("click", onFork);
    byId("as-recipe").addEventListener("click", onRecipe);
    document.addEventListener("click", (event) => {
      if (!this.#menu.contains(/** @type {Node} */ (event.target))) this.#menu.open = false;
    });
    this.#menu.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget instanceof Node && !this.#menu.contains(relatedTarget)) this.#menu.open = false;
    });
    this.#menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      this.#menu.open = false;
      this.#menu.querySelector("summary")?.focus();
    });
  }

  /** @param {Job} job @param {Action | null} wish @param {boolean} canFork whether it has a checkpoint */
  show(job, wish, canFork) {
    const focused = document.activeElement;
    for (const action of ACTIONS) {
      const button = byId(action);
      button.hidden = !makesSense(job, action);
      const [plain, asked] = action === "stop" && job.will_restart ? NO_RESTART : WORDS[action];
      setText(button, wish === action ? asked : plain);
      setAttribute(button, "aria-disabled", wish === action ? "true" : null);
    }
    this.#menu.hidden = !hasUnsaved(job) || wish === "stop";
    if (this.#menu.hidden) this.#menu.open = false;
    byId("fork").hidden = !canFork;
    if (focused instanceof HTMLElement && focused.hidden && focused.closest(".job-actions")) {
      /** @type {HTMLElement | null} */ (document.querySelector(".job-actions button:not([hidden])"))?.focus();
    }
  }

  /** @param {Action} action */
  #isFree(action) {
    return byId(action).getAttribute("aria-disabled") !== "true";
  }
}
