/** A field of CSV (RFC 4180). Rule: pure; what a table program would take for a formula stays text, numbers stay numbers. */

const FORMULA = /^(?:[\t\r\n]|\s*[=+\-@＝＋－＠])/; // whole-width signs too
const CELL = /([;\t]\s*)(?=[=+\-@＝＋－＠])/g; // where a table program may split a row: at semicolons where commas are decimal

/** @param {any} value null is an empty field, an array its items @returns {string} */
export function csvField(value) {
  const text = value == null ? "" : Array.isArray(value) ? value.join(" ") : String(value);
  if (typeof value === "number") return text;
  const safe = (FORMULA.test(text) ? `'${text}` : text).replace(CELL, "$1'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
