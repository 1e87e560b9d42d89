/** One axis of a study in the form: which field varies, over which values. */

import { make, setAttribute, setText } from "../dom.js";
import { count } from "../format.js";
import { valueWords } from "../recipe/naming.js";
import { applies } from "../recipe/schema.js";
import { example, formWords, readValues } from "./values.js";

/** @typedef {import("../recipe/schema.js").Field} Field */

const UNSWEPT = new Set(["name", "seed", "device"]);
const PREFERRED = ["learning_rate", "batch_size", "hidden_sizes", "dropout"];
const READ_BACK = 8; // values said back
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
  #values = make("div");
  #read = make("p", { class: "note", "data-axis": "read" });
  #error = make("p", { class: "field-error", role: "alert", "data-axis": "error", hidden: "" });
  element = make("div", { class: "own-axis" });
  #onChange;

  /** @param {Field[]} fields that can vary @param {{name?: string, onChange: () => void, onRemove?: () => void}} options */
  constructor(fields, { name, onChange, onRemove }) {
    const number = ++made;
    this.#fields = fields;
    this.#onChange = onChange;
    this.#select = /** @type {HTMLSelectElement} */ (make("select", { id: `axis-field-${number}`, "data-axis": "field" }));
    this.#field = this.#list(name);
    this.#error.id = `axis-error-${number}`;
    this.#select.addEventListener("change", () => this.#choose());
    this.#values.addEventListener("focusout", ({ relatedTarget }) => {
      const isPressed = relatedTarget instanceof Element && relatedTarget.matches(":active");
      if (isPressed) return; // words that come now would move it from under the pointer
      this.showError(this.#given().problem);
    });
    const label = make("label", { for: this.#select.id }, "Field that varies");
    this.element.append(make("div", { class: "field" }, label, this.#select), this.#values, this.#read, this.#error);
    if (onRemove) {
      const remove = make("button", { type: "button", class: "quiet" }, "Do not vary it");
      remove.addEventListener("click", onRemove);
      this.element.append(remove);
    }
    this.#choose();
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

  /** @returns {{values: any[], problem: string}} `problem`: what cannot be, in words; empty when all is well */
  #given() {
    const boxes = /** @type {HTMLInputElement[]} */ ([...this.#values.querySelectorAll("input[type=checkbox]")]);
    if (!boxes.length) return readValues(this.#field, this.#input.value);
    const values = boxes.filter((box) => box.checked).map((box) => JSON.parse(box.value));
    return { values, problem: values.length ? "" : `${this.#field.title}: no value is chosen. Tick at least one.` };
  }

  /** @returns {any[]} */
  get values() {
    return this.#given().values;
  }

  /** What cannot be read of what is given; empty when all is well. */
  get problem() {
    return this.#given().problem;
  }

  get #input() {
    return /** @type {HTMLInputElement} */ (this.#values.querySelector("input"));
  }

  /** @returns {boolean} whether the values can be read; what is wrong is said, and the input waits for a better one */
  check() {
    const { problem } = this.#given();
    this.showError(problem);
    if (problem) this.#input.focus();
    return !problem;
  }

  /** @param {string} words empty when all is well */
  showError(words) {
    this.#error.hidden = !words;
    setText(this.#error, words);
    setAttribute(this.#input, "aria-invalid", words ? "true" : null);
  }

  /** What was typed, read back: a comma parts values, so that 0,1 is two of them. */
  #readBack() {
    const { values, problem } = this.#given();
    const shown = values.slice(0, READ_BACK).map((value) => (Array.isArray(value) ? value.join("+") : valueWords(this.#field, value)));
    const more = values.length > READ_BACK ? ` and ${count(values.length - READ_BACK)} more` : "";
    const amount = `${count(values.length)} value${values.length === 1 ? "" : "s"}`;
    setText(this.#read, problem ? "" : `${amount}: ${shown.join(" · ")}${more}`);
    if (!problem) this.showError("");
  }

  focus() {
    this.#select.focus();
  }

  #choose() {
    this.#field = this.#fields.find((field) => field.name === this.#select.value) ?? this.#fields[0];
    const { kind, choices, title } = this.#field;
    const known = kind === "boolean" ? [false, true] : kind === "choice" ? choices : null;
    if (known) {
      const boxes = known.map((value) => {
        const box = make("input", { type: "checkbox", value: JSON.stringify(value), checked: "" });
        return make("label", {}, box, valueWords(this.#field, value));
      });
      this.#values.replaceChildren(make("div", { class: "checks", role: "group", "aria-label": `Values of ${title}` }, ...boxes));
    } else {
      const id = `axis-values-${made}-${this.#field.name}`;
      const input = make("input", { id, autocomplete: "off", value: example(this.#field), "data-axis": "values" });
      input.setAttribute("aria-describedby", this.#error.id);
      this.#values.replaceChildren(make("div", { class: "field" }, make("label", { for: id }, formWords(this.#field)), input));
    }
    this.#values.oninput = () => {
      this.#readBack();
      this.#onChange();
    };
    this.showError("");
    this.#readBack();
    this.#onChange();
  }
}
