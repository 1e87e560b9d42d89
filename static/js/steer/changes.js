/**
 * Some fields of a job's config to be changed. Rule: what is being edited stays as typed; everything else follows
 * the config or what is proposed, and only what differs from the config is a change.
 */

import { make, setText } from "../dom.js";
import { makeControl, showError } from "../recipe/control.js";
import { showLock } from "../recipe/lock.js";
import { applies, equal } from "../recipe/schema.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../recipe/schema.js").Config} Config */
/** @typedef {import("../recipe/control.js").Control} Control */
/** @typedef {import("../api.js").FieldError} FieldError */

const NOW = "now-in-use";

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
  /** @type {Config} what is in use now where it is not what the config says */
  #inUse = {};
  #isOffered = (/** @type {Field} */ _field) => true;
  /** @type {Set<string>} fields that a lesson keeps as they are */
  #locked = new Set();
  /** @type {Set<string>} fields that a lesson leaves out */
  #hidden = new Set();

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

  /** @returns {Iterable<Control>} */
  get controls() {
    return this.#controls.values();
  }

  /** @param {Config} config @param {Config} [proposed] changes that are offered, until they are edited */
  show(config, proposed = {}) {
    this.#config = config;
    this.#proposed = Object.fromEntries(Object.entries(proposed).filter(([name]) => !this.#locked.has(name)));
    const shown = { ...config, ...this.#proposed };
    for (const [name, control] of this.#controls) if (!this.#edited.has(name)) control.show(shown[name]);
    this.#arrange();
  }

  /** Only these are shown and count, as far as they apply. @param {(field: Field) => boolean} isOffered */
  offer(isOffered) {
    this.#isOffered = isOffered;
    this.#arrange();
  }

  /** @param {string[]} locked they are shown, and cannot be changed @param {string[]} hidden */
  restrict(locked, hidden) {
    this.#locked = new Set(locked);
    this.#hidden = new Set(hidden);
    for (const [name, control] of this.#controls) showLock(control, this.#locked.has(name));
    this.#arrange();
  }

  /** Forget what was typed. @param {Config} config @param {Config} [proposed] */
  reset(config, proposed) {
    this.#edited.clear();
    this.showErrors([]);
    this.show(config, proposed);
  }

  /** Said beside their fields. @param {Config} inUse numbers that are in use and are not what the fields show */
  use(inUse) {
    this.#inUse = inUse;
    for (const [name, control] of this.#controls) {
      const place = control.element.querySelector(`.${NOW}`);
      if (name in inUse) setText(place ?? this.#placeFor(control), `now ${Number(inUse[name].toPrecision(3))}`);
      else place?.remove();
    }
  }

  /** @param {Control} control @returns {HTMLElement} */
  #placeFor({ field, input }) {
    const place = make("small", { class: NOW, id: `${this.#scope}-now-${field.name}` });
    input.after(place);
    return place;
  }

  /** What was typed was sent; it is the config's from here on, unless it is taken back. @param {Config} changes */
  sent(changes) {
    for (const name of Object.keys(changes)) this.#edited.delete(name);
    this.showErrors([]);
  }

  /** It was refused: it stands there as typed, unless something else was typed meanwhile. @param {Config} changes */
  takeBack(changes) {
    for (const [name, value] of Object.entries(changes)) {
      if (this.#edited.has(name)) continue;
      this.#controls.get(name)?.show(value);
      this.#edited.add(name);
    }
  }

  /** @returns {Config} what differs from the config, or was typed to differ from what is in use, and has an effect */
  get changes() {
    const now = this.#now;
    const differs = (/** @type {string} */ name) => {
      const base = this.#edited.has(name) && name in this.#inUse ? this.#inUse : this.#config;
      return !equal(now[name], base[name]);
    };
    const effective = [...this.#controls].filter(([name, { field }]) => this.#counts(field, now) && differs(name));
    return Object.fromEntries(effective.map(([name]) => [name, now[name]]));
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
    for (const { field, element } of this.#controls.values()) element.hidden = !this.#counts(field, now);
  }

  /** @param {Field} field @param {Config} now */
  #counts(field, now) {
    return !this.#hidden.has(field.name) && this.#isOffered(field) && applies(field, now);
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
