/**
 * One field of the recipe as a control. Rule: made from the field's schema alone; it shows and reads a value
 * and knows nothing of the other fields.
 */

import { make, setAttribute, setText } from "../dom.js";
import { parseValue, writeValue } from "./values.js";

/** @typedef {import("./schema.js").Field} Field */
/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Input */
/** @typedef {{field: Field, element: HTMLElement, input: HTMLElement, read: () => any,
 *   show: (value: any) => void}} Control */

/** @param {string} choice @returns {string} */
export function choiceWords(choice) {
  return String(choice).replaceAll("_", " ");
}

/** @param {Field} field @returns {string} what an empty box means */
function emptyWords(field) {
  if (field.words.length) return field.words.join(", ");
  return field.optional ? field.empty || "not set" : "";
}

/** @param {Field} field @param {Record<string, string>} titles of choices @param {string} scope @returns {Input} */
function makeInput(field, titles, scope) {
  const common = { id: `${scope}-${field.name}`, [`data-${scope}`]: field.name, name: field.name };
  if (field.kind === "choice") {
    const options = field.choices.map((choice) =>
      make("option", { value: String(choice) }, titles[choice] ?? choiceWords(choice)),
    );
    return /** @type {Input} */ (make("select", common, ...options));
  }
  if (field.lines) return /** @type {Input} */ (make("textarea", { ...common, rows: "5", spellcheck: "false" }));
  const mode = field.kind === "integer" && !field.words.length ? "numeric" : field.kind === "number" ? "decimal" : "text";
  return /** @type {Input} */ (
    make("input", { ...common, type: "text", inputmode: mode, spellcheck: "false", placeholder: emptyWords(field) })
  );
}

/** @param {string} id of the message @param {HTMLElement} element where the message goes
 * @param {HTMLElement} input @param {string | null} message */
export function showError(id, element, input, message) {
  let text = element.querySelector(`#${CSS.escape(id)}`);
  if (message && !text) {
    text = make("p", { class: "field-error", id });
    element.append(text);
  }
  if (!message) text?.remove();
  else setText(text, message);
  setAttribute(input, "aria-invalid", message ? "true" : null);
  const help = input.dataset.help ?? "";
  setAttribute(input, "aria-describedby", [help, message ? id : ""].filter(Boolean).join(" ") || null);
}

/**
 * @param {Field} field
 * @param {Record<string, string>} [titles] of choices, where the server knows better words
 * @param {string} [scope] sets apart the controls of one field in several places of the page
 * @returns {Control}
 */
export function makeControl(field, titles = {}, scope = "field") {
  const input = makeInput(field, titles, scope);
  const help = scope === "field" ? `help-${field.name}` : `${scope}-help-${field.name}`;
  input.dataset.help = help;
  input.setAttribute("aria-describedby", help);
  const element = make(
    "div",
    { class: "field", "data-row": field.name, title: field.description },
    make("label", { for: input.id }, field.title),
    input,
    make("span", { class: "visually-hidden", id: help }, field.description),
  );
  return {
    field,
    element,
    input,
    read: () => parseValue(field, input.value),
    show: (value) => {
      const text = writeValue(field, value);
      if (input instanceof HTMLSelectElement && ![...input.options].some((option) => option.value === text)) {
        // A link may name a choice that is not built; it is shown as it is and the server says what to do.
        input.append(make("option", { value: text }, text));
      }
      if (JSON.stringify(parseValue(field, input.value)) !== JSON.stringify(value) || !input.value) input.value = text;
    },
  };
}
