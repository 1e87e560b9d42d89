/**
 * The page's state as a query string: a configuration is a link.
 * Rule: only what differs from the defaults is written, and what is written reads back equal.
 */

import { applies, defaultsOf, equal } from "./schema.js";
import { parseValue, writeValue } from "./values.js";

/** @typedef {import("./schema.js").Field} Field */
/** @typedef {import("./schema.js").Config} Config */
/**
 * @typedef {{config: Config, job: string | null, shown: string[], colors?: (number | null)[], inside?: string | null}} State
 *   `colors`: slots of the jobs `shown`, one for each; `inside`: the kind of picture chosen under “Inside”
 */

const JOB = "job";
const SHOWN = "shown";
const COLORS = "colors";
const INSIDE = "inside";
const IDENTIFIER = /^[\w-]{1,64}$/;
const SLOT = /^[1-9]$/;
const KIND = /^[a-z_]{1,32}$/;

/**
 * @param {State} state
 * @param {Field[]} fields
 * @returns {string} without the question mark
 */
export function writeAddress({ config, job, shown, colors = [], inside = null }, fields) {
  const query = new URLSearchParams();
  for (const field of fields) {
    const value = config[field.name];
    if (equal(value, field.initial) || !applies(field, config)) continue;
    const text = writeValue(field, value);
    query.set(field.name, field.kind === "integers" ? text.replaceAll(", ", ",") : text);
  }
  // Without any field an address means a first visit, so a config of defaults alone says one of them.
  if (![...query].length && fields.length) query.set(fields[0].name, writeValue(fields[0], config[fields[0].name]));
  if (job) query.set(JOB, job);
  if (shown.length) query.set(SHOWN, shown.join(","));
  if (shown.length && colors.length === shown.length && !colors.includes(null)) query.set(COLORS, colors.join(","));
  if (inside) query.set(INSIDE, inside);
  return query.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
}

/**
 * @param {string} query
 * @param {Field[]} fields
 * @returns {State}
 */
export function readAddress(query, fields) {
  const given = new URLSearchParams(query);
  const config = defaultsOf(fields);
  for (const field of fields) {
    const text = given.get(field.name);
    if (text !== null) config[field.name] = parseValue(field, text);
  }
  const job = given.get(JOB);
  const slots = (given.get(COLORS) ?? "").split(",");
  const named = (given.get(SHOWN) ?? "").split(",").map((id, i) => ({ id, slot: SLOT.test(slots[i]) ? Number(slots[i]) : null }));
  const shown = new Map(named.filter(({ id }) => IDENTIFIER.test(id)).map(({ id, slot }) => [id, slot]));
  const colors = given.has(COLORS) ? { colors: [...shown.values()] } : {};
  const inside = given.get(INSIDE) ?? "";
  const kind = KIND.test(inside) ? { inside } : {};
  return { config, job: job && IDENTIFIER.test(job) ? job : null, shown: [...shown.keys()], ...colors, ...kind };
}

/** @param {string} query @param {Field[]} fields @returns {boolean} whether it holds any of the fields */
export function holdsConfig(query, fields) {
  const given = new URLSearchParams(query);
  return fields.some((field) => given.has(field.name));
}
