/**
 * The selected job's diagnoses, a card each, with a remedy to press: the grave ones whole, above the others, which
 * are a line that tells why when asked. Rule: a card is written once and stays as it is; what is dismissed stays
 * away while this page is open; a screen reader hears each one once.
 */

import { Problem } from "../api.js";
import { confirmed } from "../confirmed.js";
import { byId, make, setAttribute, setText } from "../dom.js";
import { canAdjust, isAdjustable } from "../steer/adjustable.js";
import { figure, graveFirst, isGrave, nameOf, remedyWords, sinceWords, titleOf } from "./words.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("../log/snapshots.js").Diagnosis} Diagnosis */
/** @typedef {Record<string, any>} Changes */
/**
 * `adjust` the running job; `take` a config as the recipe, which says what it did not take.
 * @typedef {{adjust: (id: string, changes: Changes) => Promise<void>, take: (config: Changes) => string}} Hooks
 */

const DONE = 4000; // ms that a button says what it did

export class DiagnosisPanel {
  #hooks;
  #fields;
  /** @type {Set<string>} */
  #dismissed = new Set();
  /** @type {Set<string>} */
  #announced = new Set();
  /** @type {Map<string, HTMLElement>} by key */
  #cards = new Map();
  /** @type {Job | null} */
  #job = null;

  /** @param {import("../recipe/schema.js").Field[]} fields @param {Hooks} hooks */
  constructor(fields, hooks) {
    this.#hooks = hooks;
    this.#fields = fields;
  }

  /** @param {Job | null} job @param {JobFold | null} fold */
  show(job, fold) {
    if (job?.id !== this.#job?.id) {
      this.#cards.clear();
      setText(byId("diagnoses-said"), ""); // it was said of another job
    }
    this.#job = job;
    const list = byId("diagnoses");
    const all = fold?.snapshots.diagnoses ?? [];
    const newest = new Map(all.map((one) => [one.kind, one])); // of a kind the last; earlier ones are words in it
    const shown = graveFirst([...newest.values()].filter((one) => job && !this.#dismissed.has(keyOf(job, one))));
    const cards = shown.map((one) => {
      const earlier = all.filter((other) => other.kind === one.kind && other !== one);
      return this.#card(/** @type {Job} */ (job), one, earlier, fold?.stepsPerEpoch ?? 0);
    });
    offerOnce(cards);
    const same = cards.length === list.children.length && cards.every((card, i) => card === list.children[i]);
    if (!same) list.replaceChildren(...cards);
    list.hidden = !cards.length;
    if (job) for (const card of cards) this.#offer(card, job);
    this.#announce(shown);
  }

  /** @param {Diagnosis[]} shown */
  #announce(shown) {
    const job = this.#job;
    const fresh = shown.filter((one) => job && !this.#announced.has(keyOf(job, one)));
    if (!job || !fresh.length) return;
    for (const one of fresh) this.#announced.add(keyOf(job, one));
    setText(byId("diagnoses-said"), fresh.map((one) => `${titleOf(one.kind)}. ${one.message}`).join(" "));
  }

  /** @param {Job} job @param {Diagnosis} one @param {Diagnosis[]} earlier of its kind @param {number} stepsPerEpoch */
  #card(job, one, earlier, stepsPerEpoch) {
    const key = keyOf(job, one);
    const card = this.#cards.get(key) ?? this.#make(job, one);
    this.#cards.set(key, card);
    setText(card.querySelector(".since"), sinceWords(one.sinceStep, stepsPerEpoch));
    const times = earlier.map((other) => sinceWords(other.sinceStep, stepsPerEpoch)).join("; ");
    setText(card.querySelector("[data-earlier]"), times && `Noticed before: ${times}.`);
    return card;
  }

  /** @param {Job} job @param {Diagnosis} one */
  #make(job, one) {
    const dismiss = make("button", { type: "button", class: "quiet", "data-action": "dismiss", "aria-label": `Dismiss: ${titleOf(one.kind)}` }, "Dismiss");
    dismiss.addEventListener("click", () => this.#dismiss(job, one));
    const figures = Object.entries(one.evidence).map(([name, value]) =>
      make("div", {}, make("dt", {}, nameOf(name, this.#fields)), make("dd", {}, figure(name, value))),
    );
    const reasons = make("div", { class: "reasons" }, make("p", {}, one.message), make("dl", {}, ...figures), make("p", { class: "note", "data-earlier": "" }));
    const same = make("p", { class: "note", "data-same": "" }, "The remedy above is the one for this too.");
    const remedies = one.remedy ? [this.#remedies(job, one.remedy.changes), same] : [];
    const heading = make("header", {}, make("h2", {}, titleOf(one.kind)), make("span", { class: "note since" }));
    const attributes = { class: "diagnosis", "data-kind": one.kind };
    if (isGrave(one.kind)) return make("article", attributes, heading, dismiss, reasons, ...remedies);
    return make("article", { ...attributes, "data-brief": "" }, heading, ...remedies, why(one.kind, reasons), dismiss, reasons);
  }

  /** @param {Job} job @param {Changes} changes */
  #remedies(job, changes) {
    const words = remedyWords(changes, job.config, this.#fields);
    const now = make("button", { type: "button", class: "plain", "data-action": "adjust" }, `${words} now`);
    const recipe = make("button", { type: "button", class: "plain", "data-action": "recipe" }, "Put into the recipe");
    setAttribute(recipe, "title", words);
    const note = make("span", { class: "note", role: "status" });
    const isRunning = Object.keys(changes).every((name) => canAdjust(job, name));
    if (!isRunning) now.remove();
    now.addEventListener("click", () => this.#adjust(job.id, changes, now, note));
    recipe.addEventListener("click", () => {
      const config = this.#job?.id === job.id ? this.#job.config : job.config;
      const kept = this.#hooks.take({ ...config, ...changes, name: null });
      setText(note, kept);
      if (!kept) confirmed(recipe, "It is in the recipe: press Start", DONE);
    });
    const hint = make("span", { class: "note", "data-hint": "" }, isRunning ? "" : `${words}:`);
    return make("div", { class: "remedies", "data-remedy": words }, hint, ...(isRunning ? [now] : []), recipe, note);
  }

  /** @param {string} id @param {Changes} changes @param {HTMLElement} button @param {HTMLElement} note */
  async #adjust(id, changes, button, note) {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    setText(note, "");
    try {
      await this.#hooks.adjust(id, changes);
      setText(note, "Asked for; the curves will show where it begins.");
    } catch (error) {
      button.removeAttribute("aria-disabled");
      if (!(error instanceof Problem)) throw error;
      setText(note, error.message);
    }
  }

  /** What can be done depends on whether it still runs. @param {HTMLElement} card @param {Job} job */
  #offer(card, job) {
    const now = /** @type {HTMLElement | null} */ (card.querySelector('[data-action="adjust"]'));
    if (!now) return;
    now.hidden = !isAdjustable(job);
    setText(card.querySelector("[data-hint]"), now.hidden ? `${(now.textContent ?? "").replace(/ now$/, "")}:` : "");
  }

  /** @param {Job} job @param {Diagnosis} one */
  #dismiss(job, one) {
    this.#dismissed.add(keyOf(job, one));
    const card = this.#cards.get(keyOf(job, one));
    card?.remove();
    byId("diagnoses").hidden = !byId("diagnoses").children.length;
    byId("live").focus(); // the button went with its card
  }
}

/** @param {string} kind @param {HTMLElement} reasons that it shows and hides @returns {HTMLElement} */
function why(kind, reasons) {
  const button = make("button", { type: "button", class: "quiet", "data-action": "why", "aria-label": `Why: ${titleOf(kind)}`, "aria-expanded": "false" }, "Why?");
  reasons.hidden = true;
  button.addEventListener("click", () => {
    reasons.hidden = !reasons.hidden;
    setAttribute(button, "aria-expanded", String(!reasons.hidden));
  });
  return button;
}

/** Several ailments may have one remedy: its buttons stand where it was found first. @param {HTMLElement[]} cards */
function offerOnce(cards) {
  const offered = new Set();
  for (const card of cards) {
    const remedies = /** @type {HTMLElement | null} */ (card.querySelector(".remedies"));
    if (!remedies) continue;
    remedies.hidden = offered.has(remedies.dataset.remedy);
    const same = /** @type {HTMLElement} */ (card.querySelector("[data-same]"));
    same.hidden = !remedies.hidden;
    offered.add(remedies.dataset.remedy);
  }
}

/** @param {Job} job @param {Diagnosis} one */
function keyOf(job, { kind, sinceStep }) {
  return `${job.id} ${kind} ${sinceStep}`;
}
