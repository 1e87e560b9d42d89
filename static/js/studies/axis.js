/** One axis of a study in the form: which field varies, over which values. */

import { make } from "../dom.js";
import { applies } from "../recipe/schema.js";
import { AxisValues } from "./axis_values.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/**
 * `titles`: words for the choices of a field; `isTicked`: whether the box of a choice is at first.
 * @typedef {{titles: Record<string, Record<string, string>>, isTicked: (field: Field, value: any) => boolean}} Choices
 */

const UNSWEPT = new Set(["name", "seed", "device"]);
const PREFERRED = ["learning_rate", "batch_size", "hidden_sizes", "dropout"];
let made = 0; // so that labels find their controls

/** @param {Field[]} fields @param {import("../recipe/schema.js").Config} base
 * @returns {Field[]} those that can vary and have an effect beside `base`, the practical's own first */
export function sweepable(fields, base) {
  const order = (/** @type {Field} */ { name }) => (PREFERRED.indexOf(name) + PREFERRED.length + 1) % (PREFERRED.length + 1);
  const isOne = (/** @type {Field} */ { kind, choices }) => kind === "choice" && choices.length < 2;
  const several = fields.filter((field) => !UNSWEPT.has(field.name) && !isOne(field) && applies(field, base));
  return several.sort((a, b) => order(a) - order(b));
}

export class AxisControl {
  #fields;
  #field;
  #select;
  #choices;
  #place = make("div");
  /** @type {AxisValues} */
  #values;
  element = make("div", { class: "own-axis" });
  #onChange;

  /** @param {Field[]} fields that can vary
   * @param {{name?: string, choices: Choices, onChange: () => void, onRemove?: () => void}} options */
  constructor(fields, { name, choices, onChange, onRemove }) {
    this.#fields = fields;
    this.#choices = choices;
    this.#onChange = onChange;
    this.#select = /** @type {HTMLSelectElement} */ (make("select", { id: `axis-field-${++made}`, "data-axis": "field" }));
    this.#field = this.#list(name);
    this.#values = this.#makeValues();
    this.#select.addEventListener("change", () => this.#choose());
    const label = make("label", { for: this.#select.id }, "Field that varies");
    this.element.append(make("div", { class: "field" }, label, this.#select), this.#place);
    if (onRemove) {
      const remove = make("button", { type: "button", class: "quiet" }, "Do not vary it");
      remove.addEventListener("click", onRemove);
      this.element.append(remove);
    }
  }

  get name() {
    return this.#field.name;
  }

  /** Other fields have an effect now: the chosen one stays if it is among them. @param {Field[]} fields */
  offer(fields) {
    this.#fields = fields;
    const before = this.#field;
    this.#field = this.#list(before.name);
    if (this.#field !== before) this.#choose();
  }

  /** @param {string} [name] to be chosen @returns {Field} the chosen one */
  #list(name) {
    this.#select.replaceChildren(...this.#fields.map((field) => make("option", { value: field.name }, field.title)));
    const chosen = this.#fields.find((field) => field.name === name) ?? this.#fields[0];
    this.#select.value = chosen.name;
    return chosen;
  }

  /** @returns {any[]} */
  get values() {
    return this.#values.values;
  }

  /** What cannot be read of what is given; empty when all is well. */
  get problem() {
    return this.#values.problem;
  }

  /** @returns {boolean} whether the values can be read; what is wrong is said */
  check() {
    return this.#values.check();
  }

  /** @param {string} words empty when all is well */
  showError(words) {
    this.#values.showError(words);
  }

  focus() {
    this.#select.focus();
  }

  #choose() {
    this.#field = this.#fields.find((field) => field.name === this.#select.value) ?? this.#fields[0];
    this.#values = this.#makeValues();
    this.#onChange();
  }

  #makeValues() {
    const field = this.#field;
    const values = new AxisValues(field, {
      handle: (part) => ({ "data-axis": part }),
      titles: this.#choices.titles[field.name],
      isTicked: (value) => this.#choices.isTicked(field, value),
      onInput: this.#onChange,
    });
    this.#place.replaceChildren(values.element);
    return values;
  }
}
