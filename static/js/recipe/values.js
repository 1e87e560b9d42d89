/**
 * Between a field's value and the text in a control or in the address.
 * Rule: what cannot be read stays the text that was typed, so that the server names the fix beside the field.
 */

/** @typedef {import("./schema.js").Field} Field */

const WHOLE = /^[+-]?\d+$/;
const GROUPED = /^[+-]?[1-9]\d{0,2}([\s,_]\d{3})+$/; // 50,000 as the page writes it
const DECIMAL_COMMA = /^[+-]?\d+,\d+$/;

/** A comma is never read as a point: it parts the values of a list. @param {string} text
 * @returns {string} what to write instead; empty where that is not what is wrong */
export function pointHint(text) {
  return DECIMAL_COMMA.test(text.trim()) ? `write ${text.trim().replace(",", ".")} with a point` : "";
}

/** @param {string} text @returns {number | string} */
function number(text) {
  const value = Number(text);
  return text !== "" && Number.isFinite(value) ? value : text;
}

/** @param {string} text @returns {number | string} */
function integer(text) {
  const plain = GROUPED.test(text) ? text.replace(/[\s,_]/g, "") : text;
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
