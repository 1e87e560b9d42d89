/** Whether a field can have the value that a lesson gives it. Rule: pure; what is wrong is said with what would do. */

import { valueWords } from "../recipe/naming.js";
import { parseValue, pointHint } from "../recipe/values.js";
import { nearest } from "./spelling.js";

/** @typedef {import("../recipe/schema.js").Field} Field */

/** @param {string} text @param {string[]} choices */
function oneOf(text, choices) {
  const near = nearest(text, choices);
  return `“${text}” is none of ${choices.join(", ")}${near ? `. Did you mean “${near}”?` : "."}`;
}

/** @param {Field} field @param {number} value @param {boolean} whole */
function numberWrong(field, value, whole) {
  if (whole && !Number.isInteger(value)) return `${value} is no whole number.`;
  if (field.least !== null && value < field.least) return `${value} is below ${valueWords(field, field.least)}.`;
  if (field.greatest !== null && value > field.greatest) return `${value} is above ${valueWords(field, field.greatest)}.`;
  return "";
}

/** @param {Field} field @param {string} text as it stands in the link @returns {string} empty when it can be */
export function whatIsWrong(field, text) {
  const value = parseValue(field, text);
  if (value === null || field.words.includes(value)) return "";
  if (field.kind === "choice") return field.choices.map(String).includes(String(value)) ? "" : oneOf(text, field.choices.map(String));
  if (field.kind === "boolean") return typeof value === "boolean" ? "" : oneOf(text, ["true", "false"]);
  if (field.kind === "integers") {
    const bad = value.find((/** @type {unknown} */ one) => !Number.isInteger(one) || Number(one) < 1);
    return bad === undefined ? "" : `“${bad}” is no whole number above 0.`;
  }
  if (field.kind !== "integer" && field.kind !== "number") return "";
  const point = field.kind === "number" && pointHint(text);
  if (typeof value !== "number") return `“${text}” is no number${field.words.length ? `, nor ${field.words.join(", ")}` : ""}${point ? `; ${point}` : ""}.`;
  return numberWrong(field, value, field.kind === "integer");
}
