/**
 * The regularization toggles: a switch each, with one line of what it does, and what it is set to when on.
 * Rule: off is the schema's default, on is the value last used or a good first one.
 */

import { make, setAttribute, setText } from "../dom.js";
import { makeControl } from "./control.js";

/** @typedef {import("./schema.js").Field} Field */
/** @typedef {import("./control.js").Control} Control */

/** What a switch sets when it is first turned on, for fields that are more than on and off. */
const FIRST_ON = /** @type {Record<string, any>} */ ({ lr_schedule: "exponential", dropout: 0.5 });
const DROPOUT_STEP = 0.05;

/** @param {Field} field @param {() => void} flipped @returns {{row: HTMLElement, button: HTMLElement}} */
function makeSwitch(field, flipped) {
  const button = make("button", {
    type: "button",
    role: "switch",
    class: "switch",
    "aria-checked": "false",
    "aria-labelledby": `label-${field.name}`,
    "aria-describedby": `help-${field.name}`,
  });
  button.dataset.help = `help-${field.name}`;
  button.addEventListener("click", flipped);
  const label = make("span", { class: "toggle-label", id: `label-${field.name}` }, field.title);
  label.addEventListener("click", () => button.click());
  const row = make(
    "div",
    { class: "toggle", "data-row": field.name },
    label,
    button,
    make("small", { id: `help-${field.name}` }, field.description),
  );
  return { row, button };
}

/** @param {Field} field @param {() => void} changed @returns {Control} */
function booleanToggle(field, changed) {
  const { row, button } = makeSwitch(field, () => {
    setAttribute(button, "aria-checked", String(button.getAttribute("aria-checked") !== "true"));
    changed();
  });
  button.dataset.field = field.name;
  return {
    field,
    element: row,
    input: button,
    read: () => button.getAttribute("aria-checked") === "true",
    show: (value) => setAttribute(button, "aria-checked", String(value === true)),
  };
}

/**
 * A switch over a value: off is the default; on shows `inner` to set it.
 * @param {Field} field
 * @param {() => void} changed
 * @param {HTMLInputElement | HTMLSelectElement} inner
 * @param {(text: string) => any} parse
 * @returns {Control}
 */
function valueToggle(field, changed, inner, parse) {
  let value = field.initial;
  let whenOn = FIRST_ON[field.name];
  const amount = make("b", { class: "toggle-amount" });
  const { row, button } = makeSwitch(field, () => {
    show(value === field.initial ? whenOn : field.initial);
    changed();
  });
  button.dataset.switch = field.name;
  row.querySelector(".toggle-label")?.append(" ", amount);
  const inside = make("div", { class: "toggle-inside" }, inner);
  row.append(inside);
  /** @param {any} next */
  function show(next) {
    value = next;
    const on = next !== field.initial;
    if (on) whenOn = next;
    setAttribute(button, "aria-checked", String(on));
    inside.hidden = !on;
    if (on) inner.value = String(next);
    setText(amount, on && typeof next === "number" ? next.toFixed(2) : "");
  }
  inner.addEventListener("input", () => {
    show(parse(inner.value));
    changed();
  });
  show(value);
  return { field, element: row, input: button, read: () => value, show };
}

/**
 * @param {Field} field
 * @param {() => void} changed
 * @returns {Control}
 */
export function makeToggle(field, changed) {
  if (field.kind === "boolean") return booleanToggle(field, changed);
  const label = { "data-field": field.name, "aria-label": field.title };
  if (field.kind === "number") {
    const limits = { min: String(DROPOUT_STEP), max: String(1 - DROPOUT_STEP), step: String(DROPOUT_STEP) };
    const slider = /** @type {HTMLInputElement} */ (make("input", { type: "range", ...limits, ...label }));
    return valueToggle(field, changed, slider, Number);
  }
  const on = { ...field, choices: field.choices.filter((choice) => choice !== field.initial) };
  const select = /** @type {HTMLSelectElement} */ (makeControl(on).input);
  select.removeAttribute("aria-describedby");
  select.setAttribute("aria-label", field.title);
  return valueToggle(field, changed, select, String);
}
