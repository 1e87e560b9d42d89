/**
 * The values of a field that varies: boxes to tick where all are known, else a text with several, which is read back.
 * Rule: what cannot be read is said here; what cannot be, the server says.
 */

import { make, setAttribute, setText } from "../dom.js";
import { count } from "../format.js";
import { valueWords } from "../recipe/naming.js";
import { equal } from "../recipe/schema.js";
import { example, formWords, readValues } from "./values.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/**
 * `handle`: attributes of a part; `titles`: words for the values; `isTicked`: whether a box is at first; `taken`:
 * values that are there already, to which others are added: none needs be given then.
 * @typedef {{handle: (part: "values" | "read" | "error") => Record<string, string>, titles?: Record<string, string>,
 *   isTicked?: (value: any) => boolean, taken?: any[] | null, onInput?: () => void}} Options
 */

const READ_BACK = 8; // values said back
let made = 0; // so that labels find their controls

export class AxisValues {
  #field;
  #titles;
  #mayBeEmpty;
  #onInput;
  #read;
  #error;
  #controls;
  element = make("div", { class: "axis-values" });

  /** @param {Field} field @param {Options} options */
  constructor(field, { handle, titles = {}, isTicked = () => true, taken = null, onInput = () => {} }) {
    this.#field = field;
    this.#titles = titles;
    this.#mayBeEmpty = taken !== null;
    this.#onInput = onInput;
    const id = `axis-values-${++made}`;
    this.#read = make("p", { class: "note", ...handle("read") });
    this.#error = make("p", { class: "field-error", role: "alert", id: `${id}-error`, hidden: "", ...handle("error") });
    const known = field.kind === "boolean" ? [false, true] : field.kind === "choice" ? field.choices : null;
    const left = known?.filter((value) => !taken?.some((one) => equal(one, value)));
    this.#controls = left ? this.#boxes(left, isTicked, handle("values")) : this.#text(id, handle("values"), taken);
    this.#controls.addEventListener("input", () => this.#changed());
    this.#controls.addEventListener("focusout", ({ relatedTarget }) => {
      const isPressed = relatedTarget instanceof Element && relatedTarget.matches(":active");
      if (isPressed) return; // words that come now would move it from under the pointer
      this.showError(this.problem);
    });
    this.element.append(this.#controls, this.#read, this.#error);
    this.#readBack();
  }

  /** @param {any[]} values @param {(value: any) => boolean} isTicked @param {Record<string, string>} handle */
  #boxes(values, isTicked, handle) {
    const boxes = values.map((value) => {
      const box = make("input", { type: "checkbox", value: JSON.stringify(value), ...(!this.#mayBeEmpty && isTicked(value) ? { checked: "" } : {}) });
      return make("label", {}, box, this.#words(value));
    });
    const label = { role: "group", "aria-label": `Values of ${this.#field.title}`, ...handle };
    return make("div", { class: "checks", ...label }, ...(boxes.length ? boxes : [make("span", { class: "note" }, "All of its values are there.")]));
  }

  /** @param {string} id @param {Record<string, string>} handle @param {any[] | null} taken */
  #text(id, handle, taken) {
    const input = make("input", { id, autocomplete: "off", "aria-describedby": `${id}-error`, ...(taken ? {} : { value: example(this.#field) }), ...handle });
    return make("div", { class: "field" }, make("label", { for: id }, formWords(this.#field)), input);
  }

  /** @param {any} value */
  #words(value) {
    if (Array.isArray(value)) return value.join("+");
    return this.#titles[String(value)] ?? valueWords(this.#field, value);
  }

  /** @returns {{values: any[], problem: string}} `problem`: what cannot be, in words; empty when all is well */
  #given() {
    const boxes = /** @type {HTMLInputElement[]} */ ([...this.#controls.querySelectorAll("input[type=checkbox]")]);
    const input = this.input;
    if (input && !boxes.length) {
      const isEmpty = this.#mayBeEmpty && !input.value.trim();
      return isEmpty ? { values: [], problem: "" } : readValues(this.#field, input.value);
    }
    const values = boxes.filter((box) => box.checked).map((box) => JSON.parse(box.value));
    const isWell = this.#mayBeEmpty || values.length;
    return { values, problem: isWell ? "" : `${this.#field.title}: no value is chosen. Tick at least one.` };
  }

  /** @returns {any[]} */
  get values() {
    return this.#given().values;
  }

  /** What cannot be read of what is given; empty when all is well. */
  get problem() {
    return this.#given().problem;
  }

  /** The text, or the first box. */
  get input() {
    return /** @type {HTMLInputElement | null} */ (this.#controls.querySelector("input"));
  }

  /** @returns {boolean} whether the values can be read; what is wrong is said, and the input waits for a better one */
  check() {
    const { problem } = this;
    this.showError(problem);
    if (problem) this.input?.focus();
    return !problem;
  }

  /** @param {string} words empty when all is well */
  showError(words) {
    this.#error.hidden = !words;
    setText(this.#error, words);
    if (this.input) setAttribute(this.input, "aria-invalid", words ? "true" : null);
  }

  #changed() {
    this.#readBack();
    this.#onInput();
  }

  /** What was given, read back: a comma parts values. */
  #readBack() {
    const { values, problem } = this.#given();
    const shown = values.slice(0, READ_BACK).map((value) => this.#words(value));
    const more = values.length > READ_BACK ? ` and ${count(values.length - READ_BACK)} more` : "";
    const amount = `${count(values.length)} value${values.length === 1 ? "" : "s"}`;
    setText(this.#read, problem || !values.length ? "" : `${amount}: ${shown.join(" · ")}${more}`);
    if (!problem) this.showError("");
  }
}
