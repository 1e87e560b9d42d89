/**
 * Which colour and dash each curve has, and what the legend says of them. Rule: pure; with colours by a field the legend
 * is that field's values, and where more are drawn than there are colours a dash tells those of one colour apart.
 */

import { fieldWords, isOrdinal, valueOf, valuesOf } from "./fields.js";
import { ramp } from "./ramp.js";
import { unitWords } from "./units.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("./units.js").Unit} Unit */
/** @typedef {{color: string, dash: string}} Paint */
/** @typedef {Paint & {label: string, keys: string[]}} Entry `keys`: of the units it is said of */
/** @typedef {{paints: Map<string, Paint>, colors: Entry[], dashes: Entry[]}} Painted `dashes`: empty without a field for them */
/** @typedef {{jobs: string[], ramp: string[], quiet: string}} Inks the colours there are */

export const DASHES = ["solid", "dash", "dot", "dashdot", "longdash", "longdashdot"]; // Plotly's names

/** @param {Field} field @param {Unit[]} units @returns {any[]} */
function among(field, units) {
  return valuesOf(field, units.flatMap(({ jobs }) => jobs));
}

/** @param {Field | undefined} field @param {Unit[]} units @returns {boolean} whether there is a dash for each of its values */
export function canDash(field, units) {
  return Boolean(field) && among(/** @type {Field} */ (field), units).length <= DASHES.length;
}

/**
 * @param {Unit[]} units
 * @param {{by: Field | undefined, dash: Field | undefined}} fields
 * @param {Inks} inks
 * @param {(key: string) => number | null} slotOf of a unit without a field: the colour its job has on every page, from 1
 * @returns {Painted}
 */
export function painted(units, { by, dash }, inks, slotOf) {
  const colors = by ? byValue(by, units, inks) : bySlot(units, inks, slotOf);
  const paints = new Map(colors.flatMap(({ keys, color, dash: own }) => keys.map((key) => [key, { color, dash: own }])));
  const dashes = dash && canDash(dash, units) ? dashesOf(dash, units, inks) : [];
  for (const { keys, dash: pattern } of dashes) {
    for (const key of keys) paints.set(key, { color: paints.get(key)?.color ?? inks.quiet, dash: pattern });
  }
  return { paints, colors: dashes.length ? colors.map((entry) => ({ ...entry, dash: "solid" })) : colors, dashes };
}

/** @param {Unit[]} units @param {Inks} inks @param {(key: string) => number | null} slotOf @returns {Entry[]} */
function bySlot(units, { jobs }, slotOf) {
  /** @type {Map<number, number>} */
  const used = new Map();
  return units.map((unit) => {
    const slot = slotOf(unit.key) ?? 1;
    const before = used.get(slot) ?? 0;
    used.set(slot, before + 1);
    return { label: unitWords(unit), keys: [unit.key], color: jobs[slot - 1], dash: DASHES[before % DASHES.length] };
  });
}

/** @param {Field} field @param {Unit[]} units @param {Inks} inks @returns {Entry[]} a value each; what does not use the field is grey */
function byValue(field, units, { jobs, ramp: stops, quiet }) {
  const values = among(field, units);
  const colors = isOrdinal(field, values) ? ramp(stops, values.length) : values.map((_, i) => jobs[i % jobs.length]);
  const isShort = !isOrdinal(field, values) && values.length > jobs.length;
  const found = values.map((value, i) => ({
    label: fieldWords(field, value),
    keys: keysOf(field, units, value),
    color: colors[i],
    dash: isShort ? DASHES[Math.floor(i / jobs.length) % DASHES.length] : "solid",
  }));
  const others = keysOf(field, units, undefined);
  return others.length ? [...found, { label: "not used", keys: others, color: quiet, dash: "solid" }] : found;
}

/** @param {Field} field @param {Unit[]} units @param {Inks} inks @returns {Entry[]} */
function dashesOf(field, units, { quiet }) {
  return among(field, units).map((value, i) => ({
    label: fieldWords(field, value),
    keys: keysOf(field, units, value),
    color: quiet,
    dash: DASHES[i],
  }));
}

/** @param {Field} field @param {Unit[]} units @param {any} value @returns {string[]} */
export function keysOf(field, units, value) {
  const wanted = JSON.stringify(value);
  return units.filter(({ jobs }) => JSON.stringify(valueOf(field, jobs[0])) === wanted).map(({ key }) => key);
}
