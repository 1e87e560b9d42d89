/**
 * What happened to a job beside its curves, placed on the axis: adjustments, resumptions, diagnoses, checkpoints.
 * Rule: pure; checkpoints that would stand closer than can be told apart are thinned, adjustments never.
 */

import { sinceWords, titleOf } from "../diagnosis/words.js";
import { count } from "../format.js";
import { stepsX } from "./curves.js";
import { remeasuredCount } from "./remeasured.js";

/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {{kind: "change" | "resume" | "diagnosis" | "checkpoint", x: number, text: string}} Mark */
/** @typedef {{axis: import("./curves.js").Axis, stepsPerEpoch: number, from: number, to: number, columns: number}} View */

const APART = 12; // pixels between checkpoints
const CHANGES_DRAWN = 100; // the newest; somebody who changes more often sees a band
const DIAGNOSES_DRAWN = 20; // the newest; each adjustment lets all that still ails be said again

/**
 * Kept apart, as a rewind that voids one mark is one more rewind.
 * @param {JobFold} fold
 * @returns {string} another one when there is another evaluation or mark to draw
 */
export function countsOf(fold) {
  const { splits, marks, snapshots, generation } = fold;
  const { changes, checkpoints, resumes } = marks;
  const counts = [splits.validation, splits.test, changes, checkpoints, resumes, snapshots.diagnoses].map((many) => many.length);
  return [...counts, remeasuredCount(fold), generation].join(",");
}

/** @param {import("../log/marks.js").Change[]} changes of one step @returns {string} */
export function changeWords(changes) {
  const each = changes.map(({ field, before, after }) => `${field.replaceAll("_", " ")} ${value(before)} → ${value(after)}`);
  return `${each.join(", ")}, from step ${count(changes[0].step)}`;
}

/** @param {import("../log/marks.js").Change[]} changes @returns {import("../log/marks.js").Change[][]} those of a step together */
export function byStep(changes) {
  /** @type {Map<number, import("../log/marks.js").Change[]>} */
  const steps = new Map();
  for (const change of changes) steps.set(change.step, [...(steps.get(change.step) ?? []), change]);
  return [...steps.values()];
}

/** @param {number} number as people write it: 0.1, not 0.100 */
function value(number) {
  return Number.isInteger(number) ? count(number) : String(Number(number.toPrecision(6)));
}

/** @param {JobFold} fold @param {View} view @returns {Mark[]} */
export function marksOf(fold, { axis, stepsPerEpoch, from, to, columns }) {
  const { changes, resumes, checkpoints } = fold.marks;
  const at = (/** @type {number[]} */ steps) => stepsX(fold, steps, axis, stepsPerEpoch);
  const newest = byStep(changes).slice(-CHANGES_DRAWN);
  const changed = at(newest.map(([{ step }]) => step));
  const resumed = at(resumes.map(({ step }) => step));
  const saved = at(checkpoints.map(({ step }) => step));
  const found = fold.snapshots.diagnoses.slice(-DIAGNOSES_DRAWN);
  const began = at(found.map(({ sinceStep }) => sinceStep));
  /** @type {Mark[]} */
  const marks = [
    ...newest.map((one, i) => ({
      kind: /** @type {const} */ ("change"),
      x: changed[i],
      text: changeWords(one),
    })),
    ...resumes.map((one, i) => ({
      kind: /** @type {const} */ ("resume"),
      x: resumed[i],
      text: `attempt ${one.attempt} went on after step ${count(one.step)}`,
    })),
    ...found.map((one, i) => ({
      kind: /** @type {const} */ ("diagnosis"),
      x: began[i],
      text: `${titleOf(one.kind)}, ${sinceWords(one.sinceStep, stepsPerEpoch)}`,
    })),
    ...thinned(checkpoints, saved, ((to - from) / columns) * APART),
  ];
  return marks.filter(({ x }) => x >= from && x <= to);
}

/**
 * @param {import("../log/marks.js").Checkpoint[]} checkpoints @param {number[]} xs @param {number} apart in x
 * @returns {Mark[]} of those that share a place the best, or else the newest
 */
function thinned(checkpoints, xs, apart) {
  /** @type {Map<number, number>} place to index */
  const places = new Map();
  checkpoints.forEach((one, i) => {
    const place = Math.floor(xs[i] / apart);
    const there = checkpoints[places.get(place) ?? -1];
    if (!there?.isBest || one.isBest) places.set(place, i);
  });
  return [...places.values()].map((i) => {
    const { epoch, step, isBest } = checkpoints[i];
    const best = isBest ? ", the best so far" : "";
    return { kind: "checkpoint", x: xs[i], text: `checkpoint: epoch ${count(epoch)}, step ${count(step)}${best}` };
  });
}
