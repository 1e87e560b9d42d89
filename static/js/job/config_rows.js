/** A job's config as rows: what is its own, what is as usual, what was changed. Rule: pure; fields without effect are left out. */

import { titleOf, valueWords } from "../recipe/naming.js";
import { applies, equal } from "../recipe/schema.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("../log/marks.js").Change} Change */
/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {{name: string, title: string, description: string, now: string, usual: string, start: string | null}} Row
 *   `usual`: the default; `start`: what it was at the start, null where it was never adjusted */
/** @typedef {{step: number | null, field: string, title: string, before: string, after: string}} Made
 *   `step`: the first that uses it; null while it is only asked for */

const UNLISTED = new Set(["name"]); // the page's title

/** @param {Job} job @param {Field[]} fields @returns {{own: Row[], usual: Row[]}} */
export function configRows({ config, original_config: original }, fields) {
  /** @type {{own: Row[], usual: Row[]}} */
  const rows = { own: [], usual: [] };
  for (const field of fields) {
    const { name, title, description, initial } = field;
    if (UNLISTED.has(name) || !applies(field, config)) continue;
    const isAdjusted = name in original && !equal(original[name], config[name]);
    const row = {
      name,
      title,
      description,
      now: valueWords(field, config[name]),
      usual: valueWords(field, initial),
      start: isAdjusted ? valueWords(field, original[name]) : null,
    };
    (isAdjusted || !equal(config[name], initial) ? rows.own : rows.usual).push(row);
  }
  return rows;
}

/**
 * @param {Change[]} changes in the order they were made
 * @param {Record<string, any>} asked for, and not in the log yet
 * @param {Record<string, any>} config as it is
 * @param {Field[]} fields
 * @returns {Made[]} the newest first
 */
export function historyRows(changes, asked, config, fields) {
  const words = (/** @type {string} */ name, /** @type {any} */ value) => {
    const field = fields.find((one) => one.name === name);
    const rounded = typeof value === "number" ? Number(value.toPrecision(6)) : value;
    return field ? valueWords(field, rounded) : String(rounded);
  };
  const made = changes.map(({ step, field, before, after }) => ({
    step,
    field,
    title: titleOf(fields, field),
    before: words(field, before),
    after: words(field, after),
  }));
  const waiting = Object.entries(asked).map(([field, value]) => ({
    step: null,
    field,
    title: titleOf(fields, field),
    before: words(field, config[field]),
    after: words(field, value),
  }));
  return [...waiting, ...made.reverse()];
}
