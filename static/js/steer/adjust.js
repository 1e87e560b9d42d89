/**
 * "While it runs": the fields that a training takes up at its next step. Rule: the fields show the job's own
 * config; what was asked for is said beside them until the log has the change.
 */

import { Problem } from "../api.js";
import { byStep, changeWords } from "../charts/marks.js";
import { byId, setAttribute, setText } from "../dom.js";
import { isDone } from "../jobs/words.js";
import { ChangeFields } from "./changes.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {Record<string, any>} Changes */

const ROOMY = "(min-width: 761px)";

export class AdjustPanel {
  #fields;
  #send;
  /** @type {Job | null} */
  #job = null;
  /** @type {Changes} asked for and not in the job's config yet */
  #waiting = {};

  /** @param {Field[]} fields of the schema @param {(id: string, changes: Changes) => Promise<void>} send */
  constructor(fields, send) {
    this.#send = send;
    const running = fields.filter((field) => field.changeable === "running");
    this.#fields = new ChangeFields(running, "adjust", () => byId("adjust-fields"), () => this.#write());
    const details = /** @type {HTMLDetailsElement} */ (byId("adjust"));
    details.open = matchMedia(ROOMY).matches; // on a phone the curves come first
    byId("adjust-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#apply();
    });
  }

  /** @param {Job} job @param {JobFold | null} fold */
  show(job, fold) {
    byId("adjust").hidden = isDone(job) || job.status === "stopping";
    const isOther = job.id !== this.#job?.id;
    this.#job = job;
    if (isOther) {
      this.#waiting = {};
      this.#fields.reset(job.config);
      this.#refuse("");
    }
    for (const [name, value] of Object.entries(this.#waiting)) {
      if (job.config[name] === value) delete this.#waiting[name];
    }
    this.#fields.show({ ...job.config, ...this.#waiting });
    this.#write(fold);
  }

  /** @param {JobFold | null} [fold] */
  #write(fold) {
    setAttribute(byId("adjust-apply"), "aria-disabled", Object.keys(this.#fields.changes).length ? null : "true");
    const waiting = Object.entries(this.#waiting).map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`);
    const last = byStep(fold?.marks.changes ?? []).at(-1);
    if (waiting.length) setText(byId("adjust-note"), `asked for ${waiting.join(", ")}`);
    else if (fold) setText(byId("adjust-note"), last ? changeWords(last) : "");
  }

  async #apply() {
    const job = this.#job;
    const { changes } = this.#fields;
    if (!job || !Object.keys(changes).length) return;
    this.#refuse("");
    try {
      await this.#send(job.id, changes);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const others = this.#fields.showErrors(error.errors);
      if (!error.errors.length) this.#refuse(error.message);
      else this.#refuse(others.map(({ field, message }) => `${field}: ${message}`).join(" "));
      return;
    }
    if (job.id !== this.#job?.id) return;
    this.#waiting = { ...this.#waiting, ...changes };
    this.#fields.reset({ ...this.#job.config, ...this.#waiting });
    this.#write();
  }

  /** @param {string} words */
  #refuse(words) {
    byId("adjust-error").hidden = !words;
    setText(byId("adjust-error"), words);
  }
}
