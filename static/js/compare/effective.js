/**
 * What is in effect where the state leaves the choice to what there is to see. Rule: pure; a choice of the reader's is
 * kept as long as it makes sense for the jobs.
 */

import { differing, isSeed } from "./fields.js";
import { canFacet } from "./facets.js";
import { judgedBy } from "./figures.js";
import { canDash, dashFor } from "./paint.js";
import { hasSeeds, unitsOf } from "./units.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("./units.js").Unit} Unit */
/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Split} Split */
/** @typedef {import("./state.js").Sort} Sort */
/**
 * @typedef {{units: Unit[], splits: Split[], isBand: boolean, canBand: boolean, differ: Field[],
 *   by: Field | undefined, dash: Field | undefined, dashable: Field[], facet: Field | undefined, facetable: Field[], sort: Sort, x: string, y: string}} Effective
 *   `differ`: fields that tell the units apart
 */

const FEW = 6; // units whose training is drawn beside what is evaluated
const COLORS = 8; // beyond that colours come again, so a field tells more

/**
 * @param {State} state @param {Job[]} jobs @param {Field[]} fields
 * @param {(jobs: Job[]) => {name: string}[]} xChoices @returns {Effective}
 */
export function effectiveOf(state, jobs, fields, xChoices) {
  const canBand = hasSeeds(jobs, fields);
  const isBand = canBand && (state.isBand ?? true);
  const units = unitsOf(jobs, fields, isBand);
  const differ = differing(jobs, fields).filter((field) => !(isBand && isSeed(field)));
  const held = jobs.some((job) => job.config.validation_fraction > 0) ? /** @type {const} */ ("validation") : /** @type {const} */ ("test");
  const named = differ.find(({ name }) => name === state.by);
  const first = differ.find((field) => !isSeed(field));
  const by = named ?? (state.by === null && units.length > COLORS ? first : undefined);
  const dashable = differ.filter((field) => field !== by && canDash(field, units));
  const facetable = differ.filter((field) => canFacet(field, units));
  const choices = xChoices(jobs).map(({ name }) => name);
  const judged = judgedBy(jobs);
  return {
    units,
    splits: state.splits ?? (units.length > FEW ? [held] : ["train", held]),
    isBand,
    canBand,
    differ,
    by,
    dash: dashable.find(({ name }) => name === state.dash) ?? (by && state.dash === null ? dashFor(by, dashable, units) : undefined),
    dashable,
    facet: facetable.find(({ name }) => name === state.facet),
    facetable,
    sort: state.sort ?? { column: judged, descending: true },
    x: state.x && choices.includes(state.x) ? state.x : (choices[0] ?? "train_seconds"),
    y: state.y ?? judged,
  };
}
