/** A field of CSV (RFC 4180). Rule: pure; what a table program would take for a formula stays text, numbers stay numbers. */

const FORMULA = /^[=+\-@\t\r\n]/;

/** @param {any} value null is an empty field, an array its items @returns {string} */
export function csvField(value) {
  const text = value == null ? "" : Array.isArray(value) ? value.join(" ") : String(value);
  const safe = typeof value !== "number" && FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
