/**
 * "While it runs": the fields that a training takes up at its next step. Rule: the fields show the job's own
 * config with what was asked for, which is said beside them until the log has the change; what is typed stays.
 */

import { Problem } from "../api.js";
import { byStep, changeWords } from "../charts/marks.js";
import { byId, setAttribute, setText } from "../dom.js";
import { canAdjust, isAdjustable } from "./adjustable.js";
import { ChangeFields } from "./changes.js";
import { Sliders } from "./sliders.js";
import { Waiting } from "./waiting.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {Record<string, any>} Changes */

const ROOMY = "(min-width: 761px)";

export class AdjustPanel {
  #fields;
  #sliders;
  #send;
  /** @type {Job | null} */
  #job = null;
  /** @type {JobFold | null} */
  #fold = null;
  #waiting = new Waiting();
  #sending = Promise.resolve(); // one after the other, so that the last one asked for is the one that counts

  /** @param {Field[]} fields of the schema @param {(id: string, changes: Changes) => Promise<void>} send */
  constructor(fields, send) {
    this.#send = send;
    const running = fields.filter((field) => field.changeable === "running");
    this.#fields = new ChangeFields(running, "adjust", () => byId("adjust-fields"), () => this.#enable());
    this.#sliders = new Sliders(this.#fields.controls, (names) => this.#apply(names));
    const details = /** @type {HTMLDetailsElement} */ (byId("adjust"));
    details.open = matchMedia(ROOMY).matches; // on a phone the curves come first
    byId("adjust-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#apply();
    });
  }

  /** @param {Job} job @param {JobFold | null} fold */
  show(job, fold) {
    byId("adjust").hidden = !isAdjustable(job);
    const isOther = job.id !== this.#job?.id;
    this.#job = job;
    this.#fold = fold;
    if (isOther) {
      this.#sliders.reset();
      this.#fields.offer(({ name }) => canAdjust(job, name));
      this.#waiting = new Waiting();
      this.#fields.reset(job.config);
      this.#refuse("");
    }
    this.#waiting.settle(fold?.marks.changes ?? [], job.config);
    this.#write();
  }

  /** @param {string[]} locked @param {string[]} hidden */
  restrict(locked, hidden) {
    this.#fields.restrict(locked, hidden);
  }

  /** @returns {Changes} asked for, and not in the log yet */
  get asked() {
    return this.#waiting.changes;
  }

  #write() {
    const job = this.#job;
    if (!job) return;
    const asked = this.#waiting.changes;
    this.#fields.show({ ...job.config, ...asked });
    const rate = this.#fold?.splits.train.last("learning_rate") ?? NaN;
    const isScheduled = Number.isFinite(rate) && !("learning_rate" in asked) && rate !== job.config.learning_rate;
    this.#fields.use(isScheduled ? { learning_rate: rate } : {});
    this.#sliders.follow({ epoch: job.epoch ?? 1, epochs: job.original_config.epochs });
    this.#enable();
    const waiting = Object.entries(asked).map(([name, value]) => `${name.replaceAll("_", " ")} ${value}`);
    const last = byStep(this.#fold?.marks.changes ?? []).at(-1);
    setText(byId("adjust-note"), waiting.length ? `asked for ${waiting.join(", ")}` : last ? changeWords(last) : "");
  }

  #enable() {
    setAttribute(byId("adjust-apply"), "aria-disabled", Object.keys(this.#fields.changes).length ? null : "true");
  }

  /** @param {string[]} [names] of the fields that are applied; all without it */
  #apply(names) {
    const job = this.#job;
    const all = Object.entries(this.#fields.changes);
    const changes = Object.fromEntries(names ? all.filter(([name]) => names.includes(name)) : all);
    if (!job || !Object.keys(changes).length) return;
    this.#refuse("");
    const waiting = this.#waiting;
    waiting.ask(changes, this.#fold?.marks.changes ?? []);
    this.#fields.sent(changes);
    this.#write();
    const answered = this.#sending.then(() => this.#send(job.id, changes));
    this.#sending = answered.catch(() => {}); // said below
    answered.catch((error) => {
      waiting.forget(changes);
      if (job.id === this.#job?.id) this.#takeBack(changes, error);
      if (!(error instanceof Problem)) throw error;
    });
  }

  /** @param {Changes} changes that were refused @param {Error} error */
  #takeBack(changes, error) {
    this.#fields.takeBack(changes);
    this.#write();
    if (!(error instanceof Problem)) return;
    const others = this.#fields.showErrors(error.errors);
    if (!error.errors.length) this.#refuse(error.message);
    else this.#refuse(others.map(({ field, message }) => `${field}: ${message}`).join(" "));
  }

  /** @param {string} words */
  #refuse(words) {
    byId("adjust-error").hidden = !words;
    setText(byId("adjust-error"), words);
  }
}
