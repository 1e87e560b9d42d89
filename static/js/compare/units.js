/**
 * What is drawn as one: a job, or with bands the jobs whose configs differ in nothing but the seed.
 * Rule: pure; what was changed while it ran, or was forked, repeats nothing.
 */

import { count } from "../format.js";
import { tagsOf } from "../jobs/differ.js";
import { calledWords, givenName } from "../jobs/words.js";
import { applies } from "../recipe/schema.js";
import { isSeed } from "./fields.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {{key: string, jobs: Job[], label: string}} Unit `key`: its first job's id; `jobs` in the order given */

/** @param {Job} job @param {Field[]} fields @returns {string} equal for repetitions of one another */
function identity(job, fields) {
  const told = fields.filter((field) => field.name !== "name" && !isSeed(field));
  const of = (/** @type {Record<string, any>} */ config) => told.map((field) => (applies(field, config) ? config[field.name] : 0));
  return JSON.stringify([of(job.config), of(job.original_config), job.forked_from ? job.id : "", job.data_fingerprint ?? ""]);
}

/** @param {Job[]} jobs @param {Field[]} fields @returns {Job[][]} repetitions together, in the order of their first */
export function repetitions(jobs, fields) {
  /** @type {Map<string, Job[]>} */
  const groups = new Map();
  for (const job of jobs) {
    const key = identity(job, fields);
    groups.set(key, [...(groups.get(key) ?? []), job]);
  }
  return [...groups.values()];
}

/** @param {Job[]} jobs @returns {Job[]} one of each seed: where one was trained twice, the longer */
export function oneASeed(jobs) {
  /** @type {Map<any, Job>} */
  const found = new Map();
  for (const job of jobs) {
    const known = found.get(job.config.seed);
    if (!known || (job.step ?? 0) > (known.step ?? 0)) found.set(job.config.seed, job);
  }
  return [...found.values()];
}

/** @param {Job[]} jobs @param {Field[]} fields @returns {boolean} whether there is anything to average */
export function hasSeeds(jobs, fields) {
  return repetitions(jobs, fields).some((group) => oneASeed(group).length > 1);
}

/**
 * @param {Job[]} jobs
 * @param {Field[]} fields
 * @param {boolean} together repetitions as one
 * @returns {Unit[]} each called by what it differs in
 */
export function unitsOf(jobs, fields, together) {
  const groups = together ? repetitions(jobs, fields) : jobs.map((job) => [job]);
  const heads = groups.map(([head]) => (together ? { ...head, config: { ...head.config, seed: 0 } } : head));
  const tags = tagsOf(heads, fields);
  const isTold = (/** @type {number} */ i) => heads.length > 1 || groups[i].length > 1; // a first one's name says its seed too
  const said = heads.map((head, i) => (isTold(i) && tags.get(head.id)?.join(" · ")) || givenName(head) || calledWords(head));
  const labels = distinct(said, heads);
  return groups.map((group, i) => ({ key: group[0].id, jobs: group, label: labels[i] }));
}

/** @param {string[]} labels @param {Job[]} heads @returns {string[]} equal ones told apart by origin, then by number, the oldest first */
function distinct(labels, heads) {
  const isAlone = (/** @type {string[]} */ among) => (/** @type {string} */ label) => among.filter((other) => other === label).length === 1;
  const withOrigin = labels.map((label, i) => {
    const fork = heads[i].forked_from;
    return fork && !isAlone(labels)(label) ? `${label} · from step ${count(fork.step)}` : label;
  });
  return withOrigin.map((label, i) => {
    if (isAlone(withOrigin)(label)) return label;
    const same = heads.filter((_, at) => withOrigin[at] === label).sort((a, b) => a.created_at.localeCompare(b.created_at) || a.id.localeCompare(b.id));
    return `${label} · no. ${same.indexOf(heads[i]) + 1}`;
  });
}

/** @param {Unit} unit @returns {string} its label, and of how many seeds it is */
export function unitWords({ label, jobs }) {
  const seeds = oneASeed(jobs).length;
  return seeds > 1 ? `${label} · ${count(seeds)} seeds` : label;
}
