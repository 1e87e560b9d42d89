/**
 * The recipe's form, rendered from the schema. Rule: it holds one complete config; which fields are in front is
 * all that is decided here, a field the page has never heard of appears under "More settings".
 */

import { byId, setText } from "../dom.js";
import { makeControl, showError } from "./control.js";
import { showLock } from "./lock.js";
import { showMistake } from "./mistake.js";
import { applies, defaultsOf, equal } from "./schema.js";
import { makeToggle } from "./toggle.js";

/** @typedef {import("./schema.js").Field} Field */
/** @typedef {import("./schema.js").Config} Config */
/** @typedef {import("./control.js").Control} Control */
/** @typedef {import("../api.js").FieldError} FieldError */

const PLACES = /** @type {Record<string, string>} */ ({
  dataset: "data",
  validation_fraction: "data",
  points: "data",
  noise: "data",
  architecture: "model",
  hidden_sizes: "model",
  activation: "model",
  layers: "model",
  words: "model",
  standardize: "regularization",
  augment: "regularization",
  lr_schedule: "regularization",
  lr_gamma: "regularization",
  dropout: "regularization",
  batch_norm: "regularization",
  optimizer: "training",
  learning_rate: "training",
  momentum: "training",
  batch_size: "training",
  epochs: "training",
});
const SWITCHES = new Set(["standardize", "augment", "lr_schedule", "dropout", "batch_norm"]);

export class RecipeForm extends EventTarget {
  #form;
  #fields;
  /** @type {Map<string, Control>} */
  #controls = new Map();
  /** @type {Config} */
  #config;
  /** @type {Set<string>} */
  #locked = new Set();
  /** @type {Set<string>} */
  #left = new Set(); // out of the form

  /**
   * @param {HTMLFormElement} form
   * @param {Field[]} fields
   * @param {Record<string, Record<string, string>>} titles words for the choices of a field
   */
  constructor(form, fields, titles) {
    super();
    this.#form = form;
    this.#fields = fields;
    this.#config = defaultsOf(fields);
    for (const field of fields) if (field.choices.length !== 1) this.#add(field, titles[field.name]);
    this.config = this.#config;
  }

  /** @returns {Config} complete, also with fields that have no effect now */
  get config() {
    return { ...this.#config };
  }

  set config(config) {
    this.#config = { ...config };
    for (const control of this.#controls.values()) control.show(config[control.field.name]);
    this.#arrange();
  }

  /** Fields that show their value and cannot be changed, and fields that are left out.
   * @param {string[]} locked @param {string[]} hidden */
  restrict(locked, hidden) {
    this.#locked = new Set(locked);
    this.#left = new Set(hidden);
    for (const [name, control] of this.#controls) showLock(control, this.#locked.has(name));
    this.#arrange();
  }

  /**
   * Messages beside their fields; those of other fields are taken away.
   * @param {FieldError[]} errors
   * @param {{focus?: boolean}} [options] move to the first
   * @returns {FieldError[]} those that belong to no field here
   */
  showErrors(errors, { focus = false } = {}) {
    const messages = new Map(errors.map((error) => [error.field.split(".")[0], error]));
    /** @type {HTMLElement | null} */
    let first = null;
    for (const [name, { element, input }] of this.#controls) {
      const error = this.#left.has(name) ? null : (messages.get(name) ?? null);
      showError(`error-${name}`, element, input, error?.message ?? null);
      showMistake(element, input, error);
      if (error) messages.delete(name);
      if (error && !first) first = input;
    }
    const details = /** @type {HTMLDetailsElement} */ (byId("more"));
    if (details.querySelector("[aria-invalid]")) details.open = true;
    if (focus) first?.focus();
    return errors.filter((error) => messages.has(error.field.split(".")[0]));
  }

  /** @param {Field} field @param {Record<string, string>} [titles] */
  #add(field, titles) {
    const changed = () => this.#read(field.name);
    const control = SWITCHES.has(field.name) ? makeToggle(field, changed) : makeControl(field, titles);
    if (!SWITCHES.has(field.name)) control.input.addEventListener("input", changed);
    const place = PLACES[field.name] ?? "more";
    const parent = this.#controls.get("lr_schedule")?.element.querySelector(".toggle-inside");
    const home = field.name === "lr_gamma" && parent ? parent : this.#form.querySelector(`[data-fields=${place}]`);
    home?.append(control.element);
    this.#controls.set(field.name, control);
  }

  /** @param {string} name */
  #read(name) {
    const control = this.#controls.get(name);
    if (!control) return;
    if (this.#locked.has(name)) return control.show(this.#config[name]);
    this.#config[name] = control.read();
    this.#arrange();
    this.dispatchEvent(new CustomEvent("edit", { detail: { name, typed: control.input.matches("input, textarea") } }));
  }

  #arrange() {
    let changed = 0;
    for (const { field, element } of this.#controls.values()) {
      element.hidden = !applies(field, this.#config) || this.#left.has(field.name);
      const behind = !PLACES[field.name];
      if (behind && !element.hidden && !equal(this.#config[field.name], field.initial)) changed += 1;
    }
    const badge = byId("more-changed");
    badge.hidden = changed === 0;
    setText(badge, `${changed} changed`);
  }
}
