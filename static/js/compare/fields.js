/**
 * The fields that tell jobs apart, and their values in order. Rule: pure; a field counts only for jobs that use it.
 */

import { tag } from "../jobs/differ.js";
import { part, valueWords } from "../recipe/naming.js";
import { applies } from "../recipe/schema.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../jobs/words.js").Job} Job */

const SEED = "seed";
const TOLD_ELSEWHERE = new Set(["name"]);

/** @param {Field} field @param {Job} job @returns {any} undefined where the job does not use the field */
export function valueOf(field, job) {
  return applies(field, job.config) ? job.config[field.name] : undefined;
}

/** @param {Field} field @param {Job[]} jobs @returns {any[]} its different values, in the order of `compared` */
export function valuesOf(field, jobs) {
  const found = new Map(jobs.map((job) => valueOf(field, job)).map((value) => [JSON.stringify(value), value]));
  return [...found.values()].filter((value) => value !== undefined).sort((a, b) => compared(field, a, b));
}

/** @param {Job[]} jobs @param {Field[]} fields @returns {Field[]} in which jobs that use them differ, in the schema's order */
export function differing(jobs, fields) {
  return fields.filter((field) => !TOLD_ELSEWHERE.has(field.name) && valuesOf(field, jobs).length > 1);
}

/** @param {Job[]} jobs @param {Field[]} fields @returns {string[]} what all have that is no default: `digits`, `lr 0.5` */
export function shared(jobs, fields) {
  if (!jobs.length) return [];
  return fields
    .filter((field) => !TOLD_ELSEWHERE.has(field.name) && jobs.every((job) => valueOf(field, job) !== undefined))
    .filter((field) => valuesOf(field, jobs).length === 1)
    .filter((field) => isSaid(field, valueOf(field, jobs[0])))
    .filter((field, _, all) => field.name !== "architecture" || !all.some(({ name }) => name === "hidden_sizes"))
    .map((field) => (field.name === "hidden_sizes" ? tag(field, jobs[0].config.hidden_sizes) : part(field, valueOf(field, jobs[0]))));
}

/** @param {Field} field @param {any} value @returns {boolean} whether it is worth a word: the data set and the network always are */
function isSaid(field, value) {
  if (["dataset", "architecture", "hidden_sizes", "epochs"].includes(field.name)) return true;
  return field.name !== SEED && JSON.stringify(value) !== JSON.stringify(field.initial);
}

/** @param {any} value @returns {number | null} where it stands on an axis of numbers; a list of one width by it */
export function position(value) {
  const alone = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return typeof alone === "number" ? alone : null;
}

/** Numbers by size, then words in the order of the choices, then what has no order, as written.
 * @param {Field} field @param {any} a @param {any} b @returns {number} */
export function compared(field, a, b) {
  const [one, other] = [position(a), position(b)];
  if (one !== null && other !== null) return one - other;
  if (one !== null || other !== null) return one !== null ? -1 : 1;
  const rank = (/** @type {any} */ value) => (typeof value === "boolean" ? Number(value) : field.choices.indexOf(value));
  return rank(a) - rank(b) || JSON.stringify(a).localeCompare(JSON.stringify(b), "en", { numeric: true });
}

/** @param {Field} field @param {any[]} values @returns {boolean} whether they have an order that a ramp can show */
export function isOrdinal(field, values) {
  return values.filter((value) => position(value) !== null).length > 1;
}

/** @param {Field} field @param {any} value @returns {string} `0.01`, `64, 32`, `–` where it is not used */
export function fieldWords(field, value) {
  return value === undefined ? "–" : valueWords(field, value);
}

/** @param {Field} field @returns {boolean} whether it is the random start, which repetitions differ in */
export function isSeed(field) {
  return field.name === SEED;
}
