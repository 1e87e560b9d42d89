/**
 * The table: its columns, its cells in words, its order, and the same as CSV. Rule: pure; only fields that differ are
 * columns, and what is not known comes last whichever way it is sorted.
 */

import { csvField } from "../csv_field.js";
import { count, decimal, duration, percent, points, took } from "../format.js";
import { called } from "../recipe/naming.js";
import { progressShare, statusWords } from "../jobs/words.js";
import { compared, differing, fieldWords, isSeed, valueOf } from "./fields.js";
import { deviation } from "./band.js";
import { FIGURES, meanKnown } from "./figures.js";
import { oneASeed } from "./units.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("./units.js").Unit} Unit */
/** @typedef {import("./figures.js").Figure} Figure */
/** @typedef {import("./state.js").Sort} Sort */
/** @typedef {{name: string, title: string, about: string, field?: Field, figure?: Figure}} Column */
/** @typedef {(figure: Figure, job: Job) => number | null} Read */
/** @typedef {{unit: Unit, cells: Map<string, Cell>}} Row */
/** @typedef {{text: string, value: any}} Cell `value`: what it is sorted by, null where nothing is known */

const STATUS = { name: "status", title: "status", about: "How far the training is" };
const SEEDS = { name: "seeds", title: "seeds", about: "Repetitions with another random start" };
const OPTIONAL = new Set(["best_validation", "best_test", "final_validation", "parameters"]); // left out where no job has any
const CSV_FACTS = /** @type {(keyof Job)[]} */ (["id", "name", "status", "reason", "created_at", "started_at", "finished_at", "epoch", "total_steps", "device"]);

const MANY = 5; // fields that differ; with more of them what came out would stand off the screen

/** @param {Unit[]} units @param {Field[]} fields @param {Read} read @returns {Column[]} */
export function columnsOf(units, fields, read) {
  const jobs = units.flatMap((unit) => unit.jobs);
  const together = units.some((unit) => unit.jobs.length > 1);
  const differ = differing(jobs, fields).filter((field) => !(together && isSeed(field)));
  const known = FIGURES.filter((figure) => !OPTIONAL.has(figure.name) || jobs.some((job) => read(figure, job) !== null));
  const figures = known.map((figure) => ({ name: figure.name, title: figure.title, about: figure.about, figure }));
  const given = [...differ.map((field) => ({ name: field.name, title: called(field), about: field.title, field })), ...(together ? [SEEDS] : [])];
  return given.length > MANY ? [STATUS, ...figures, ...given] : [...given, STATUS, ...figures];
}

/** @param {Figure} figure @param {number | null} value @returns {string} */
export function figureWords({ measure }, value) {
  if (measure === "share") return percent(value);
  if (measure === "points") return points(value);
  if (measure === "loss") return decimal(value);
  if (measure === "seconds") return value === null ? duration(value) : took(value);
  return count(value);
}

/** @param {Figure} figure @param {number[]} values @returns {string} ` ± 0.4`, in the unit of the mean before it */
function deviationWords({ measure }, values) {
  if (values.length < 2 || measure === "count" || measure === "speed") return "";
  const by = deviation(values);
  if (measure === "share" || measure === "points") return ` ± ${(100 * by).toFixed(1)}`;
  return ` ± ${measure === "loss" ? decimal(by) : took(by)}`;
}

/** @param {Job[]} jobs @returns {Cell} */
function statusCell(jobs) {
  const [first] = jobs;
  const far = first.status === "running" ? `, ${Math.floor(100 * progressShare(first))} %` : "";
  if (jobs.length === 1) return { text: statusWords(first) + far, value: first.status };
  const tally = new Map(jobs.map((job) => [job.status, jobs.filter(({ status }) => status === job.status).length]));
  return { text: [...tally].map(([status, amount]) => `${amount} ${status === "queued" ? "waiting" : status}`).join(", "), value: first.status };
}

/** @param {Unit[]} units @param {Column[]} columns @param {Read} read @returns {Row[]} in the units' order */
export function rowsOf(units, columns, read) {
  return units.map((unit) => {
    const seeds = oneASeed(unit.jobs); // what is drawn as one is averaged as one
    const cell = (/** @type {Column} */ { name, field, figure }) => {
      if (field) {
        const value = valueOf(field, unit.jobs[0]);
        return { text: fieldWords(field, value), value: value === undefined ? null : value };
      }
      if (figure) {
        const values = seeds.map((job) => read(figure, job));
        const known = /** @type {number[]} */ (values.filter((value) => value !== null && Number.isFinite(value)));
        const value = meanKnown(values);
        return { text: figureWords(figure, value) + deviationWords(figure, known), value };
      }
      return name === "seeds" ? { text: count(seeds.length), value: seeds.length } : statusCell(unit.jobs);
    };
    return { unit, cells: new Map(columns.map((column) => [column.name, cell(column)])) };
  });
}

/** @param {Row[]} rows @param {Column[]} columns @param {Sort} sort @returns {Row[]} */
export function sorted(rows, columns, { column: name, descending }) {
  const column = columns.find((one) => one.name === name);
  if (!column) return rows;
  const sign = descending ? -1 : 1;
  const order = (/** @type {any} */ a, /** @type {any} */ b) => {
    if (column.field) return compared(column.field, a, b);
    return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
  };
  const isUnknown = (/** @type {any} */ value) => value == null || Number.isNaN(value);
  return [...rows].sort((a, b) => {
    const [one, other] = [a.cells.get(name)?.value, b.cells.get(name)?.value];
    if (isUnknown(one) || isUnknown(other)) return Number(isUnknown(one)) - Number(isUnknown(other));
    return sign * order(one, other);
  });
}

/** @param {Column} column @returns {boolean} whether the first click on its head puts the greatest first */
export function beginsDescending({ figure }) {
  return figure?.isGood === true;
}

/**
 * A row a job, whatever is drawn as one; figures in full, accuracy 0..1, times in seconds.
 * @param {Job[]} jobs in the table's order @param {Field[]} fields @param {Read} read @returns {string}
 */
export function csvOf(jobs, fields, read) {
  const differ = differing(jobs, fields);
  const names = [...CSV_FACTS, ...differ.map(({ name }) => name), ...FIGURES.map(({ name }) => csvName(name))];
  const lines = jobs.map((job) => [
    ...CSV_FACTS.map((name) => job[name]),
    ...differ.map((field) => valueOf(field, job)),
    ...FIGURES.map((figure) => read(figure, job)),
  ]);
  return [names, ...lines].map((line) => `${line.map(csvField).join(",")}\r\n`).join("");
}

/** @param {string} name @returns {string} with the measure, as the API calls it */
function csvName(name) {
  if (/^(best|final)_(validation|test)$/.test(name)) return `${name}_accuracy`;
  return { final_loss: "final_test_loss", gap: "train_test_gap", waited: "waited_seconds" }[name] ?? name;
}
