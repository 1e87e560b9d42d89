/** Steering the selected job: its buttons, what may change while it runs, and its forks. Rule: shows one job at a time. */

import { canFork } from "../jobs/words.js";
import { AdjustPanel } from "./adjust.js";
import { JobButtons } from "./buttons.js";
import { TakeHome } from "./take_home.js";
import { ForkDialog } from "./fork.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("./steering.js").Steering} Steering */
/** @typedef {{onForked: (parent: Job, job: Job) => void, onRecipe: (job: Job) => void, lackOf: (job: Job) => string,
 *   api: import("../api.js").Api, code: import("../recipe/code_dialog.js").CodeDialog}} Hooks */

export class SteerPanel {
  #steering;
  #buttons;
  #lackOf;
  #takeHome;
  #adjust;
  #fork;
  /** @type {Job | null} */
  #job = null;
  /** @type {JobFold | null} */
  #fold = null;

  /** @param {Steering} steering @param {Field[]} fields of the schema @param {Hooks} hooks */
  constructor(steering, fields, { onForked, onRecipe, lackOf, api, code }) {
    this.#steering = steering;
    this.#lackOf = lackOf;
    this.#takeHome = new TakeHome(api, fields, code);
    this.#adjust = new AdjustPanel(fields, (id, changes) => steering.adjust(id, changes));
    this.#fork = new ForkDialog(steering, fields, onForked);
    this.#buttons = new JobButtons({
      onAsk: (action, options) => this.#job && steering.ask(this.#job.id, action, options),
      onFork: () => this.fork(),
      onRecipe: () => this.#job && onRecipe(this.#job),
    });
  }

  /** @param {Job} job @param {JobFold | null} fold */
  show(job, fold) {
    this.#job = job;
    this.#fold = fold;
    this.#buttons.show(job, this.#steering.wishOf(job), canFork(job, fold), this.#lackOf(job));
    this.#takeHome.show(job, this.#lackOf(job));
    this.#adjust.show(job, fold);
  }

  /** What a lesson fixes cannot be changed here either. @param {string[]} locked fields @param {string[]} hidden fields that are left out */
  restrict(locked, hidden) {
    this.#adjust.restrict(locked, hidden);
    this.#fork.restrict(locked, hidden);
  }

  /** @returns {Record<string, any>} what the job was asked to change, and is not in its log yet */
  get asked() {
    return this.#adjust.asked;
  }

  /** Opens the dialog. @param {number} [at] step of the checkpoint that is proposed; the newest without it */
  fork(at) {
    const [job, marks] = [this.#job, this.#fold?.marks];
    if (job) this.#fork.open(job, (step) => marks?.configAt(job.config, job.original_config, step) ?? job.config, at);
  }
}
