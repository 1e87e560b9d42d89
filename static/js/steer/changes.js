/**
 * Some fields of a job's config to be changed. Rule: what is being edited stays as typed; everything else follows
 * the config or what is proposed, and only what differs from the config is a change.
 */

import { makeControl, showError } from "../recipe/control.js";
import { applies, equal } from "../recipe/schema.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../recipe/schema.js").Config} Config */
/** @typedef {import("../recipe/control.js").Control} Control */
/** @typedef {import("../api.js").FieldError} FieldError */

export class ChangeFields {
  #scope;
  /** @type {Map<string, Control>} */
  #controls = new Map();
  /** @type {Set<string>} */
  #edited = new Set();
  /** @type {Config} */
  #config = {};
  /** @type {Config} */
  #proposed = {};

  /**
   * @param {Field[]} fields
   * @param {string} scope sets these controls apart from the recipe's
   * @param {(field: Field) => HTMLElement} homeOf
   * @param {() => void} onEdit
   */
  constructor(fields, scope, homeOf, onEdit) {
    this.#scope = scope;
    for (const field of fields) {
      const control = makeControl(field, {}, scope);
      control.input.addEventListener("input", () => {
        this.#edited.add(field.name);
        this.#message(control, null);
        this.#arrange();
        onEdit();
      });
      homeOf(field).append(control.element);
      this.#controls.set(field.name, control);
    }
  }

  /** @param {Config} config @param {Config} [proposed] changes that are offered, until they are edited */
  show(config, proposed = {}) {
    this.#config = config;
    this.#proposed = proposed;
    const shown = { ...config, ...proposed };
    for (const [name, control] of this.#controls) if (!this.#edited.has(name)) control.show(shown[name]);
    this.#arrange();
  }

  /** Forget what was typed. @param {Config} config @param {Config} [proposed] */
  reset(config, proposed) {
    this.#edited.clear();
    this.showErrors([]);
    this.show(config, proposed);
  }

  /** @returns {Config} what differs and has an effect */
  get changes() {
    const now = this.#now;
    const effective = [...this.#controls].filter(([, { field }]) => applies(field, now));
    return Object.fromEntries(
      effective.map(([name]) => [name, now[name]]).filter(([name, value]) => !equal(value, this.#config[name])),
    );
  }

  /** Ready to be typed over. @param {string} name */
  choose(name) {
    const input = /** @type {HTMLInputElement | undefined} */ (this.#controls.get(name)?.input);
    input?.focus();
    input?.select();
  }

  /** @param {FieldError[]} errors @returns {FieldError[]} those that belong to no field here; the first is focused */
  showErrors(errors) {
    const messages = new Map(errors.map((error) => [nameOf(error), error.message]));
    for (const [name, control] of this.#controls) this.#message(control, messages.get(name) ?? null);
    const first = [...this.#controls.values()].find(({ field }) => messages.has(field.name));
    const details = first?.element.closest("details");
    if (details) details.open = true;
    first?.input.focus();
    return errors.filter((error) => !this.#controls.has(nameOf(error)));
  }

  get #now() {
    const edited = [...this.#edited].map((name) => [name, this.#controls.get(name)?.read()]);
    return { ...this.#config, ...this.#proposed, ...Object.fromEntries(edited) };
  }

  #arrange() {
    const now = this.#now;
    for (const { field, element } of this.#controls.values()) element.hidden = !applies(field, now);
  }

  /** @param {Control} control @param {string | null} message */
  #message({ field, element, input }, message) {
    showError(`${this.#scope}-error-${field.name}`, element, input, message);
  }
}

/** @param {FieldError} error @returns {string} the field's own name; a fork's stand under `changes` */
function nameOf({ field }) {
  return field.replace(/^changes\./, "").split(".")[0];
}
