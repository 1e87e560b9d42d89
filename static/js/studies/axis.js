/** One axis of a study in the form: which field varies, over which values. */

import { make, setText } from "../dom.js";
import { example, parseValues } from "./words.js";

/** @typedef {import("../recipe/schema.js").Field} Field */

const UNSWEPT = new Set(["name", "seed", "device"]);
const PREFERRED = ["learning_rate", "batch_size", "hidden_sizes", "dropout"];
let made = 0; // so that labels find their controls

/** @param {Field[]} fields @returns {Field[]} those that can vary, the practical's own first */
export function sweepable(fields) {
  const order = (/** @type {Field} */ { name }) => (PREFERRED.indexOf(name) + PREFERRED.length + 1) % (PREFERRED.length + 1);
  const several = fields.filter((field) => !UNSWEPT.has(field.name) && !(field.kind === "choice" && field.choices.length < 2));
  return several.sort((a, b) => order(a) - order(b));
}

export class AxisControl {
  #fields;
  #field;
  #select;
  #values = make("div");
  #error = make("p", { class: "field-error", role: "alert", hidden: "" });
  element = make("div", { class: "own-axis" });
  #onChange;

  /** @param {Field[]} fields that can vary @param {{name?: string, onChange: () => void, onRemove?: () => void}} options */
  constructor(fields, { name, onChange, onRemove }) {
    const number = ++made;
    this.#fields = fields;
    this.#onChange = onChange;
    this.#select = /** @type {HTMLSelectElement} */ (make("select", { id: `axis-field-${number}`, "data-axis": "field" }));
    for (const field of fields) this.#select.append(make("option", { value: field.name }, field.title));
    this.#field = fields.find((field) => field.name === name) ?? fields[0];
    this.#select.value = this.#field.name;
    this.#select.addEventListener("change", () => this.#choose());
    const label = make("label", { for: this.#select.id }, "Field that varies");
    this.element.append(make("div", { class: "field" }, label, this.#select), this.#values, this.#error);
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

  /** @returns {any[]} */
  get values() {
    const boxes = /** @type {HTMLInputElement[]} */ ([...this.#values.querySelectorAll("input[type=checkbox]")]);
    if (boxes.length) return boxes.filter((box) => box.checked).map((box) => JSON.parse(box.value));
    const input = /** @type {HTMLInputElement} */ (this.#values.querySelector("input"));
    return parseValues(this.#field, input.value);
  }

  /** @param {string} words empty when all is well */
  showError(words) {
    this.#error.hidden = !words;
    setText(this.#error, words);
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
        const words = typeof value === "boolean" ? (value ? "on" : "off") : String(value).replaceAll("_", " ");
        return make("label", {}, box, words);
      });
      this.#values.replaceChildren(make("div", { class: "checks", role: "group", "aria-label": `Values of ${title}` }, ...boxes));
    } else {
      const id = `axis-values-${made}-${this.#field.name}`;
      const input = make("input", { id, autocomplete: "off", value: example(this.#field), "data-axis": "values" });
      const hint = kind === "integers" ? "Values; 64+32 is two layers" : "Values, separated by commas";
      this.#values.replaceChildren(make("div", { class: "field" }, make("label", { for: id }, hint), input));
    }
    this.#values.oninput = () => this.#onChange();
    this.showError("");
    this.#onChange();
  }
}
