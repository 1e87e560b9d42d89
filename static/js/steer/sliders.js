/**
 * A slider beside each number that can be changed while it trains. Rule: the box holds the number, the slider only
 * moves it; a slider that rests is applied, a number that is typed waits for Apply.
 */

import { make, setAttribute } from "../dom.js";
import { setting } from "../format.js";
import { scaleOf } from "./scale.js";

/** @typedef {import("../recipe/control.js").Control} Control */
/** @typedef {import("./scale.js").Scale} Scale */

const REST = 400; // ms without a further move, by pointer or keyboard

export class Sliders {
  /** @type {Map<string, {control: Control, slider: HTMLInputElement, scale: Scale}>} */
  #all = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Set<string>} moved since something was applied */
  #moved = new Set();
  #onRest;

  /** @param {Iterable<Control>} controls @param {(names: string[]) => void} onRest the fields that were moved */
  constructor(controls, onRest) {
    this.#onRest = onRest;
    for (const control of controls) this.#add(control);
  }

  /** @param {Control} control */
  #add(control) {
    const { field, input } = control;
    const words = { type: "range", min: "0", step: "1", "data-slider": field.name, "aria-label": `${field.title}, slider` };
    const slider = /** @type {HTMLInputElement} */ (make("input", words));
    input.after(slider);
    const one = { control, slider, scale: scaleOf(field, { epoch: 1, epochs: 1 }) };
    this.#all.set(field.name, one);
    slider.addEventListener("input", () => {
      const value = one.scale.toValue(Number(slider.value));
      /** @type {HTMLInputElement} */ (input).value = setting(value);
      input.dispatchEvent(new Event("input", { bubbles: true }));
      setAttribute(slider, "aria-valuetext", setting(value));
      this.#moved.add(field.name);
      clearTimeout(this.#timer);
    });
    slider.addEventListener("change", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#rest(), REST);
    });
    input.addEventListener("input", () => this.#stand(one));
  }

  #rest() {
    const moved = [...this.#moved];
    this.#moved.clear();
    this.#onRest(moved);
  }

  /** Another job is shown: what was moved was meant for the one before. */
  reset() {
    clearTimeout(this.#timer);
    this.#moved.clear();
  }

  /** Stand where the boxes say. @param {{epoch: number, epochs: number}} job */
  follow(job) {
    for (const [name, one] of this.#all) {
      if (this.#moved.has(name)) continue; // it is being moved
      one.scale = scaleOf(one.control.field, job);
      this.#stand(one);
    }
  }

  /** @param {{control: Control, slider: HTMLInputElement, scale: Scale}} one */
  #stand({ control, slider, scale }) {
    const value = control.read();
    if (typeof value !== "number") return;
    slider.max = String(scale.last);
    slider.value = String(scale.toPosition(value));
    setAttribute(slider, "aria-valuetext", setting(value));
  }
}
