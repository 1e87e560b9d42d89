/**
 * The fork dialog: a job's checkpoints, to go on from with something changed, or to take away.
 * Rule: the fields show the config as it was at the chosen checkpoint, and only what differs from it is sent.
 */

import { Problem } from "../api.js";
import { byId, make, setText } from "../dom.js";
import { bytes, count } from "../format.js";
import { hasDiverged } from "../jobs/words.js";
import { canAdjust } from "./adjustable.js";
import { ChangeFields } from "./changes.js";
import { offerAt } from "./offer.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("./steering.js").Saved} Saved */
/** @typedef {import("./steering.js").Steering} Steering */

const NAME = "name";

export class ForkDialog {
  #dialog = /** @type {HTMLDialogElement} */ (byId("fork-dialog"));
  #steering;
  #fields;
  #onForked;
  /** @type {Job | null} */
  #job = null;
  #configAt = (/** @type {number} */ _step) => /** @type {Record<string, any>} */ ({});

  /**
   * @param {Steering} steering
   * @param {Field[]} fields of the schema
   * @param {(parent: Job, job: Job) => void} onForked
   */
  constructor(steering, fields, onForked) {
    this.#steering = steering;
    this.#onForked = onForked;
    const changeable = fields.filter((field) => field.changeable !== null);
    const homeOf = (/** @type {Field} */ { changeable: when, name }) =>
      byId(when === "running" || name === NAME ? "fork-fields" : "fork-more");
    this.#fields = new ChangeFields(changeable, "fork", homeOf, () => this.#refuse(""));
    byId("fork-cancel").addEventListener("click", () => this.#dialog.close());
    byId("fork-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#start();
    });
  }

  /** @param {string[]} locked @param {string[]} hidden */
  restrict(locked, hidden) {
    this.#fields.restrict(locked, hidden);
  }

  /**
   * @param {Job} job
   * @param {(step: number) => Record<string, any>} configAt its config as it was after a step
   * @param {number} [at] step of the checkpoint that is proposed; the newest without it
   */
  async open(job, configAt, at) {
    this.#job = job;
    this.#configAt = (step) => ({ ...configAt(step), [NAME]: null });
    setText(byId("fork-of"), job.name);
    this.#fields.offer(({ name, changeable }) => changeable === "fork" || canAdjust(job, name));
    this.#refuse("");
    const saved = await this.#steering.checkpoints(job.id);
    const proposed = saved.find(({ step }) => step === at) ?? saved.at(-1);
    this.#list(saved, proposed);
    this.#fields.reset(this.#configAt(proposed?.step ?? 0), proposed && this.#offer(proposed));
    if (!this.#dialog.open) this.#dialog.showModal();
    byId("checkpoints").querySelector(":checked")?.scrollIntoView({ block: "nearest" });
    if (hasDiverged(job)) this.#fields.choose("learning_rate");
  }

  /** @param {Saved} saved @returns {Record<string, any>} */
  #offer(saved) {
    return this.#job ? offerAt(this.#job, saved, this.#configAt(saved.step)) : {};
  }

  /** @param {Saved[]} saved oldest first @param {Saved | undefined} proposed */
  #list(saved, proposed) {
    const newest = [...saved].reverse();
    const total = newest.reduce((sum, one) => sum + one.bytes, 0);
    setText(byId("fork-total"), newest.length ? `${count(newest.length)} on the disk, ${bytes(total)}` : "none on the disk");
    const best = newest.find((one) => one.is_best); // older ones were the best of their time
    byId("checkpoints").replaceChildren(...newest.map((one) => this.#row(one, one === proposed, one === best)));
    /** @type {HTMLButtonElement} */ (byId("fork-start")).disabled = !newest.length;
  }

  /** @param {Saved} saved @param {boolean} checked @param {boolean} isBest */
  #row(saved, checked, isBest) {
    const { step, epoch, bytes: size, url } = saved;
    const label = `checkpoint of epoch ${count(epoch)}, step ${count(step)}`;
    const choice = make("input", { type: "radio", name: "at_step", value: String(step), "aria-label": label });
    /** @type {HTMLInputElement} */ (choice).checked = checked;
    choice.addEventListener("change", () => this.#fields.show(this.#configAt(step), this.#offer(saved)));
    const link = make("a", { href: url, download: "", "aria-label": `Weights of the ${label}` }, "weights");
    const row = make(
      "tr",
      { "data-step": String(step) },
      make("td", {}, choice),
      make("td", { class: "number" }, count(epoch)),
      make("td", { class: "number" }, count(step)),
      make("td", {}, ...(isBest ? [make("span", { class: "tag" }, "best")] : [])),
      make("td", { class: "number" }, bytes(size)),
      make("td", {}, link),
    );
    row.addEventListener("click", (event) => event.target !== link && choice.click());
    return row;
  }

  async #start() {
    const job = this.#job;
    const chosen = /** @type {HTMLInputElement | null} */ (byId("checkpoints").querySelector(":checked"));
    if (!job || !chosen) return;
    const button = byId("fork-start");
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    try {
      const child = await this.#steering.fork(job.id, Number(chosen.value), this.#fields.changes);
      this.#dialog.close();
      this.#onForked(job, child);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const others = this.#fields.showErrors(error.errors);
      if (!error.errors.length) this.#refuse(error.message);
      else this.#refuse(others.map(({ field, message }) => `${field}: ${message}`).join(" "));
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }

  /** @param {string} words */
  #refuse(words) {
    byId("fork-error").hidden = !words;
    setText(byId("fork-error"), words);
  }
}
