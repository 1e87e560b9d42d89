/**
 * Which colour and dash each curve has, and what the legend says of them. Rule: pure; curves of one colour differ in dash, by
 * a field where one tells them apart, else by turns; with colours by a field the legend is that field's values, and the curves
 * themselves where a value has several and no field tells those apart.
 */

import { tag } from "../jobs/differ.js";
import { fieldWords, isOrdinal, valueOf, valuesOf } from "./fields.js";
import { ramp } from "./ramp.js";
import { unitWords } from "./units.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("./units.js").Unit} Unit */
/** @typedef {{color: string, dash: string}} Paint */
/** @typedef {Paint & {label: string, title: string, keys: string[]}} Entry `title`: also away from its field's; `keys`: of the units it is said of */
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
 * A field for dashes where nobody chose one: the first that is different in all units of one colour.
 * @param {Field} by what colours tell @param {Field[]} fields @param {Unit[]} units @returns {Field | undefined} undefined also where each colour is one unit's
 */
export function dashFor(by, fields, units) {
  const groups = [...among(by, units), undefined].map((value) => keysOf(by, units, value)).filter(({ length }) => length > 1);
  const isApart = (/** @type {Field} */ field) =>
    groups.every((keys) => {
      const jobs = units.filter(({ key }) => keys.includes(key)).map((unit) => unit.jobs[0]);
      return new Set(jobs.map((job) => JSON.stringify(valueOf(field, job)))).size === jobs.length;
    });
  return groups.length ? fields.find(isApart) : undefined;
}

/**
 * @param {Unit[]} units
 * @param {{by: Field | undefined, dash: Field | undefined}} fields
 * @param {Inks} inks
 * @param {(key: string) => number | null} slotOf of a unit without a field: the colour its job has on every page, from 1
 * @returns {Painted}
 */
export function painted(units, { by, dash }, inks, slotOf) {
  const values = by ? byValue(by, units, inks) : bySlot(units, inks, slotOf);
  const paints = paintsOf(values);
  const dashes = dash && canDash(dash, units) ? dashesOf(dash, units, inks) : [];
  for (const { keys, dash: pattern } of dashes) {
    for (const key of keys) paints.set(key, { color: paints.get(key)?.color ?? inks.quiet, dash: pattern });
  }
  const colors = dashes.length ? values.map((entry) => ({ ...entry, dash: "solid" })) : values.flatMap((entry) => curvesOf(entry, units, paints));
  return { paints, colors, dashes };
}

/** @param {Entry[]} entries @returns {Map<string, Paint>} of each unit; the dash by turns among those of one colour */
function paintsOf(entries) {
  /** @type {Map<string, number>} */
  const used = new Map();
  return new Map(
    entries.flatMap(({ keys, color }) =>
      keys.map((key) => {
        const before = used.get(color) ?? 0;
        used.set(color, before + 1);
        return [key, { color, dash: DASHES[before % DASHES.length] }];
      }),
    ),
  );
}

/** @param {Entry} entry @param {Unit[]} units @param {Map<string, Paint>} paints @returns {Entry[]} itself, or a curve each where it has several */
function curvesOf(entry, units, paints) {
  return entry.keys.map((key) => {
    const { dash } = /** @type {Paint} */ (paints.get(key));
    if (entry.keys.length === 1) return { ...entry, dash };
    const label = unitWords(/** @type {Unit} */ (units.find((unit) => unit.key === key)));
    return { ...entry, label, title: label, keys: [key], dash };
  });
}

/** @param {Unit[]} units @param {Inks} inks @param {(key: string) => number | null} slotOf @returns {Entry[]} */
function bySlot(units, { jobs }, slotOf) {
  return units.map((unit) => {
    const label = unitWords(unit);
    return { label, title: label, keys: [unit.key], color: jobs[(slotOf(unit.key) ?? 1) - 1], dash: "solid" };
  });
}

/** @param {Field} field @param {Unit[]} units @param {Inks} inks @returns {Entry[]} a value each; what does not use the field is grey */
function byValue(field, units, { jobs, ramp: stops, quiet }) {
  const values = among(field, units);
  const colors = isOrdinal(field, values) ? ramp(stops, values.length) : values.map((_, i) => jobs[i % jobs.length]);
  const found = values.map((value, i) => ({
    label: fieldWords(field, value),
    title: tag(field, value),
    keys: keysOf(field, units, value),
    color: colors[i],
    dash: "solid",
  }));
  const others = keysOf(field, units, undefined);
  return others.length ? [...found, { label: "not used", title: `${field.title.toLowerCase()} not used`, keys: others, color: quiet, dash: "solid" }] : found;
}

/** @param {Field} field @param {Unit[]} units @param {Inks} inks @returns {Entry[]} */
function dashesOf(field, units, { quiet }) {
  return among(field, units).map((value, i) => ({
    label: fieldWords(field, value),
    title: tag(field, value),
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
