/** The values typed for an axis of a study. Rule: pure; what cannot be read is said with field, value and form. */

import { parseValue, pointHint } from "../recipe/values.js";

/** @typedef {import("../recipe/schema.js").Field} Field */

const EXAMPLES = /** @type {Record<string, string>} */ ({
  learning_rate: "0.001, 0.01, 0.1, 1",
  batch_size: "1, 10, 100, full",
  hidden_sizes: "1, 10, 100, 64+32",
  dropout: "0, 0.25, 0.5, 0.75",
  momentum: "0, 0.5, 0.9",
  weight_decay: "0, 0.0001, 0.01",
  train_size: "25, 50, 100, 200",
  epochs: "10, 50, 200",
  validation_fraction: "0.1, 0.2, 0.4",
  lr_gamma: "0.9, 0.95, 0.99",
  layers: "conv 16 3x3, pool 2; conv 32 5x5, pool 2",
});

/** @param {Field} field @returns {string} an example of values */
export function example(field) {
  return EXAMPLES[field.name] ?? (field.kind === "number" ? "0.1, 0.2" : "1, 2, 3");
}

/** @param {Field} field @returns {string} what is to be typed */
export function formWords(field) {
  if (field.kind === "integers") return "Whole numbers with commas between them; 64+32 is two layers";
  if (field.lines) return "Networks with semicolons between them";
  const or = field.words.length ? `, or ${field.words.join(", ")},` : "";
  if (field.kind === "integer") return `Whole numbers${or} with commas between them`;
  return field.kind === "number" ? `Numbers${or} with commas between them` : "Values with commas between them";
}

/** @param {Field} field @param {any} value as it was read @returns {boolean} whether it is of the field's kind */
function isRead(field, value) {
  if (field.words.includes(value)) return true;
  if (field.kind === "integer") return Number.isInteger(value);
  if (field.kind === "integers") return value.length > 0 && value.every(Number.isInteger);
  return field.kind !== "number" || typeof value === "number";
}

/**
 * A comma that may be meant as a point: 0,1 would silently be two values, and 1,000 a one and a zero.
 * @param {Field} field @param {string} text @returns {string} what is to be written instead; empty when all is clear
 */
function doubtWords({ kind }, text) {
  if (kind !== "number" && kind !== "integer") return "";
  const pieces = text.split(/[\s;]+/).map((piece) => piece.replace(/^,+|,+$/g, ""));
  for (const piece of pieces) {
    const parts = piece.split(",");
    const hint = kind === "number" ? pointHint(piece) : "";
    if (hint) return `“${piece}” may be one number or two: ${hint}, or ${parts.join(", ")} with a space after the comma.`;
    if (parts.length > 1 && parts.some((part) => /^0\d/.test(part))) {
      const rule = kind === "number" ? "with a point in them" : "without a comma in them";
      return `“${piece}” cannot be told apart: write numbers ${rule}, and a space after each comma between them.`;
    }
  }
  return "";
}

/**
 * Whether a value is within the field's bounds is the server's to say. A list of widths is written with plus signs.
 * @param {Field} field
 * @param {string} text
 * @returns {{values: any[], problem: string}} `problem`: which field, which value, which form; empty when all is well
 */
export function readValues(field, text) {
  const doubt = field.lines ? "" : doubtWords(field, text);
  if (doubt) return { values: [], problem: `${field.title}: ${doubt}` };
  const typed = text.split(field.lines ? /\s*;\s*/ : /[\s,;]+/).filter((part) => part.trim() !== "");
  const values = typed.map((part) => parseValue(field, field.kind === "integers" ? part.replaceAll("+", " ") : part));
  const wrong = typed.filter((_, i) => !isRead(field, values[i])).map((part) => `“${part}”`);
  if (typed.length && !wrong.length) return { values, problem: "" };
  const what = wrong.length ? `${wrong.join(", ")} cannot be read` : "no value is given";
  return { values, problem: `${field.title}: ${what}. Write ${formWords(field).replace(/^./, (first) => first.toLowerCase())}, such as ${example(field)}.` };
}

/** @param {string} text typed as how many repetitions @returns {{seeds: number, problem: string}} */
export function readSeeds(text) {
  const seeds = Number(text.trim() || NaN);
  return Number.isInteger(seeds) ? { seeds, problem: "" } : { seeds: 0, problem: "write a whole number, such as 3." };
}
