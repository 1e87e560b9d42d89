/**
 * One small chart for each value of a field. Rule: pure; every unit is in exactly one of them, also what does not use the
 * field, and a field of more values than can be looked over at once is not offered.
 */

import { tag } from "../jobs/differ.js";
import { valuesOf } from "./fields.js";
import { keysOf } from "./paint.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("./units.js").Unit} Unit */
/** @typedef {{label: string, keys: Set<string>}} Facet `keys`: of the units in it */

export const MOST_FACETS = 12;

/** @param {Field} field @param {Unit[]} units @returns {Facet[]} in the order of the values, what does not use the field last */
export function facetsOf(field, units) {
  const values = valuesOf(field, units.flatMap(({ jobs }) => jobs));
  const facets = values.map((value) => ({ label: tag(field, value), keys: new Set(keysOf(field, units, value)) }));
  const others = keysOf(field, units, undefined);
  return others.length ? [...facets, { label: `${field.title.toLowerCase()} not used`, keys: new Set(others) }] : facets;
}

/** @param {Field} field @param {Unit[]} units @returns {boolean} whether it parts them, into few enough */
export function canFacet(field, units) {
  const { length } = facetsOf(field, units);
  return length > 1 && length <= MOST_FACETS;
}
