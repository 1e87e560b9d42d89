/**
 * What sets jobs apart, as short tags. Rule: jobs are compared with each other; what all share is not said.
 */

import { count } from "../format.js";
import { layersWords } from "../recipe/layers.js";
import { called } from "../recipe/naming.js";
import { applies, equal } from "../recipe/schema.js";
import { calledWords, givenName } from "./words.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {{id: string, config: Record<string, any>}} Configured */

const MOST_TAGS = 5; // beyond that defaults are left out
const BASELINE = "baseline";
const UNTAGGED = new Set(["name"]);
const NOTHING = new Set([false, null, 0, "constant"]); // defaults that need no word

/** @param {Field} field @param {any} value @returns {string} */
export function tag(field, value) {
  const words = called(field);
  if (field.kind === "boolean") return value ? words : `no ${words}`;
  if (field.kind === "choice") return String(value).replaceAll("_", " ");
  if (field.name === "hidden_sizes") return value.length ? `mlp ${value.join(", ")}` : "linear";
  if (field.lines) return layersWords(String(value));
  if (value === null) return `all ${words}`;
  return `${words} ${value}`;
}

/**
 * The tags of every job: each field that differs among the jobs, unless the job's value is a default that
 * means nothing. A job that is left without a tag is what the others are compared with.
 * @param {Configured[]} jobs
 * @param {Field[]} fields
 * @returns {Map<string, string[]>}
 */
export function tagsOf(jobs, fields) {
  const distinguishing = fields.filter(
    (field) =>
      !UNTAGGED.has(field.name) &&
      (jobs.length < 2
        ? !equal(jobs[0]?.config[field.name], field.initial)
        : jobs.some((job) => !equal(job.config[field.name], jobs[0].config[field.name]))),
  );
  const sizes = distinguishing.some((field) => field.name === "hidden_sizes");
  const said = (/** @type {Configured} */ { config }) => (/** @type {Field} */ field) => {
    if (!applies(field, config)) return false;
    if (field.name === "architecture" && config.architecture === "mlp") return !sizes;
    const value = config[field.name];
    return field.name === "seed" || !equal(value, field.initial) || !NOTHING.has(field.initial);
  };
  return new Map(
    jobs.map((job) => {
      const all = distinguishing.filter(said(job));
      const own = all.filter((field) => !equal(job.config[field.name], field.initial));
      const tags = (all.length > MOST_TAGS ? own : all).map((field) => tag(field, job.config[field.name]));
      return [job.id, tags.length || jobs.length < 2 || !distinguishing.length ? tags : [BASELINE]];
    }),
  );
}

/**
 * What to call jobs shown together. A study names its jobs after itself and what they share: of them only what differs
 * is said, as far as that tells them apart; forks that would be called like others are told by their origin.
 * @param {import("./words.js").Job[]} jobs
 * @param {Field[]} fields
 * @returns {Map<string, string>} by job
 */
export function labelsOf(jobs, fields) {
  const tags = tagsOf(jobs, fields);
  const says = jobs.map((job) => tags.get(job.id)?.join(" · ") ?? "");
  const isOnly = (/** @type {string} */ words) => says.filter((other) => other === words).length === 1;
  const names = jobs.map((job, i) => {
    const isByStudy = Boolean(job.study_id) && says[i] !== "" && isOnly(says[i]);
    return (isByStudy ? "" : givenName(job)) || says[i] || calledWords(job);
  });
  return new Map(
    jobs.map((job, i) => {
      const isAlone = names.filter((words) => words === names[i]).length === 1;
      const origin = isAlone || !job.forked_from ? "" : ` · from step ${count(job.forked_from.step)}`;
      return [job.id, names[i] + origin];
    }),
  );
}
