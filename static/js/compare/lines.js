/**
 * What the charts draw: from the jobs' columns to lines over an axis. Rule: pure; smoothing looks back only, and counts
 * every step once however many of them a row stands for.
 */

import { epochsOf } from "../jobs/words.js";
import { bandOf } from "./band.js";
import { merged, widthOf } from "./curves.js";
import { oneASeed, unitWords } from "./units.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("./units.js").Unit} Unit */
/** @typedef {import("./state.js").Axis} Axis */
/** @typedef {import("./state.js").Split} Split */
/** @typedef {import("./curves.js").Columns} Columns */
/** @typedef {import("./band.js").Band} Band */
/** @typedef {"loss" | "accuracy"} Metric */
/** @typedef {(id: string, split: Split) => Columns} ColumnsOf */
/** @typedef {import("./band.js").Curve} Curve */
/** @typedef {{unit: Unit, jobs: string[], label: string, split: Split, role: "curve" | "mean" | "single", curve: Curve, band: Band | null}} Line `jobs`: the ids of those it is made of */

/**
 * The exponential average of rows that stand for several steps each, corrected for its start.
 * @param {(number | null)[]} values @param {(number | null)[]} rows @param {number} beta a step's, 0..1 @returns {number[]}
 */
export function smoothed(values, rows, beta) {
  let mean = 0;
  let weight = 0;
  return values.map((given, i) => {
    const value = Number(given);
    if (!Number.isFinite(value)) return NaN;
    const keep = beta ** (rows[i] ?? 1);
    mean = keep * mean + (1 - keep) * value;
    weight = keep * weight + (1 - keep);
    return mean / weight;
  });
}

/** @param {Axis} axis @returns {boolean} whether it counts seconds, of training or of the clock */
export function isOfTime(axis) {
  return axis === "time" || axis === "wall";
}

/** @param {Job} job @returns {number} 0 while it is not known */
export function stepsPerEpoch(job) {
  return job.total_steps ? job.total_steps / epochsOf(job) : 0;
}

/**
 * Seconds at each step, between the rows of training in proportion.
 * @param {(number | null)[]} steps ascending @param {Columns} train @param {Job} job
 * @param {"train_seconds" | "wall_seconds"} [column] of training alone, or since it began @returns {number[]}
 */
export function secondsAt(steps, train, job, column = "train_seconds") {
  const known = train.step.map(Number);
  const seconds = train[column]?.map(Number) ?? [];
  if (!seconds.length) return steps.map(() => NaN);
  const beginning = job.forked_from && column === "train_seconds" ? seconds[0] : 0; // a fork goes on from its parent's seconds
  const first = job.forked_from?.step ?? 0;
  let row = 0;
  return steps.map((given) => {
    const step = Number(given);
    while (row < known.length && known[row] < step) row += 1;
    if (row >= known.length) return seconds[seconds.length - 1];
    const [fromStep, fromSeconds] = row ? [known[row - 1], seconds[row - 1]] : [first, beginning];
    const share = known[row] > fromStep ? (step - fromStep) / (known[row] - fromStep) : 1;
    return fromSeconds + Math.max(0, share) * (seconds[row] - fromSeconds);
  });
}

/**
 * @param {Job} job @param {Split} split @param {Metric} metric
 * @param {{axis: Axis, beta: number, width?: number}} view `width`: steps that a row of training is made of, at least
 * @param {ColumnsOf} columnsOf @returns {Curve}
 */
export function curveOf(job, split, metric, { axis, beta, width = 1 }, columnsOf) {
  const columns = split === "train" ? merged(columnsOf(job.id, split), width) : columnsOf(job.id, split);
  const steps = columns.step.map(Number);
  const y = split === "train" ? smoothed(columns[metric], columns.rows, beta) : columns[metric].map((value) => Number(value));
  const rows = split === "train" ? columns.rows.map(Number) : undefined;
  if (isOfTime(axis)) return { steps, y, rows, x: secondsAt(steps, columnsOf(job.id, "train"), job, axis === "wall" ? "wall_seconds" : "train_seconds") };
  const scale = axis === "epoch" ? stepsPerEpoch(job) || 1 : 1;
  return { steps, y, rows, x: steps.map((step) => step / scale) };
}

/**
 * @param {Unit[]} units @param {Metric} metric
 * @param {{axis: Axis, beta: number, splits: Split[], isSingle: boolean}} view `isSingle`: repetitions also one by one
 * @param {ColumnsOf} columnsOf
 * @returns {Line[]} those without a row are left out
 */
export function linesOf(units, metric, view, columnsOf) {
  return view.splits.flatMap((split) => units.flatMap((unit) => ofUnit(unit, split, metric, view, columnsOf)));
}

/** @param {Unit} unit @param {Split} split @param {Metric} metric @param {{axis: Axis, beta: number, isSingle: boolean}} view @param {ColumnsOf} columnsOf @returns {Line[]} */
function ofUnit(unit, split, metric, view, columnsOf) {
  const seeds = oneASeed(unit.jobs);
  const width = seeds.length > 1 ? Math.max(...seeds.map(widthOf)) : 1; // repetitions that came further have wider ranges
  const curves = seeds.map((job) => ({ job, curve: curveOf(job, split, metric, { ...view, width }, columnsOf) }));
  const drawn = curves.filter(({ curve }) => curve.steps.length);
  if (!drawn.length) return [];
  const jobs = drawn.map(({ job }) => job.id);
  if (drawn.length === 1) return [{ unit, jobs, label: unit.label, split, role: "curve", curve: drawn[0].curve, band: null }];
  const band = bandOf(drawn.map(({ curve }) => curve));
  const label = drawn.length === seeds.length ? unitWords(unit) : `${unit.label} · ${drawn.length} of ${seeds.length} seeds`;
  /** @type {Line[]} */
  const singles = drawn.map(({ job, curve }) => ({ unit, jobs: [job.id], label: `${unit.label} · seed ${job.config.seed}`, split, role: "single", curve, band: null }));
  return [...(view.isSingle ? singles : []), { unit, jobs, label, split, role: "mean", curve: band, band }];
}

/** @param {Line[]} lines @param {Axis} axis @returns {string} where means end before single curves do; empty when nowhere */
export function alignmentWords(lines, axis) {
  const short = new Map(lines.filter(({ band }) => band?.left).map((line) => [line.unit.label, /** @type {Band} */ (line.band)]));
  if (!short.size) return "";
  const said = [...short].slice(0, 3).map(([label, { steps }]) => `${label}: ${steps.length ? `up to step ${steps[steps.length - 1].toLocaleString("en-US")}` : "no step in common yet"}`);
  const more = short.size > 3 ? `, and ${short.size - 3} more` : "";
  return `Means are only over steps that every repetition has (${said.join("; ")}${more}).${isOfTime(axis) ? " Times are averaged too." : ""}`;
}
