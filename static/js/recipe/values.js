/**
 * Between a field's value and the text in a control or in the address.
 * Rule: what cannot be read stays the text that was typed, so that the server names the fix beside the field.
 */

/** @typedef {import("./schema.js").Field} Field */

const WHOLE = /^[+-]?\d+$/;

/** @param {string} text @returns {number | string} */
function number(text) {
  const value = Number(text.replace(",", "."));
  return text !== "" && Number.isFinite(value) ? value : text;
}

/** @param {string} text @returns {number | string} */
function integer(text) {
  const plain = text.replace(/[\s,_]/g, "");
  return WHOLE.test(plain) ? Number(plain) : number(text);
}

/** @param {string} text @returns {(number | string)[]} */
function integers(text) {
  return text
    .split(/[\s,;]+/)
    .filter((part) => part !== "")
    .map(integer);
}

/** @param {Field} field @param {string} text @returns {any} */
export function parseValue(field, text) {
  const trimmed = text.trim();
  if (trimmed === "" && field.optional) return null;
  if (field.words.includes(trimmed)) return trimmed;
  if (field.kind === "boolean") return trimmed === "true" ? true : trimmed === "false" ? false : trimmed;
  if (field.kind === "integer") return integer(trimmed);
  if (field.kind === "number") return number(trimmed);
  if (field.kind === "integers") return integers(trimmed);
  return trimmed;
}

/** @param {Field} field @param {any} value @returns {string} */
export function writeValue(field, value) {
  if (value == null) return "";
  if (field.kind === "integers" && Array.isArray(value)) return value.join(", ");
  return String(value);
}
