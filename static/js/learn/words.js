/** Chapters of the practical in words and links. Rule: pure; what an experiment needs is said before it is started. */

import { about } from "../format.js";
import { OWN, writeLesson } from "../lesson/link.js";
import { writeAddress } from "../recipe/address.js";
import { estimateSeconds } from "../recipe/estimate.js";
import { missingWords } from "../recipe/facts.js";
import { defaultsOf } from "../recipe/schema.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../recipe/facts.js").Facts} Facts */
/** @typedef {{ask: string, choices: string[], explain: string, free: string[]}} Question */
/**
 * @typedef {{kind: "recipe" | "open", title: string, changes: Record<string, any>, takes: string, lesson?: Question}
 *   | {kind: "study", id: string, title: string, takes: string}
 *   | {kind: "page", path: string, title: string, takes: string}} Run
 *   `recipe`: a training; `open`: looked at in the Lab only; `study`: a ready-made one; `page`: another page
 * @typedef {{id: string, title: string, text: string[], formulas: string[], look: string[], expect: string[],
 *   runs: Run[]}} Chapter
 */

/** @param {Record<string, any>} changes @param {Field[]} fields @returns {string} the Lab's address with this recipe */
export function recipeQuery(changes, fields) {
  return `?${writeAddress({ config: { ...defaultsOf(fields), ...changes }, job: null, shown: [] }, fields)}`;
}

/** @param {string} title @param {Record<string, any>} changes @param {Question} question @param {Field[]} fields */
export function lessonQuery(title, changes, { ask, choices, explain, free }, fields) {
  const locked = fields.map(({ name }) => name).filter((name) => !OWN.includes(name) && !free.includes(name));
  return `${recipeQuery(changes, fields)}&${writeLesson({ title, ask, choices, explain, locked, hidden: [] }, fields)}`;
}

/** @param {Run} run @param {{id: string, definition: {base: Record<string, any>}}[]} studies @returns {string} data set it needs */
export function datasetOf(run, studies) {
  if (run.kind === "study") return studies.find(({ id }) => id === run.id)?.definition.base.dataset ?? "circles";
  return run.kind === "page" ? "" : (run.changes.dataset ?? "circles");
}

/** @param {string} name @param {Facts[]} datasets @returns {string} what is not there, and what to do; empty when all is */
export function needsWords(name, datasets) {
  if (!name) return "";
  const facts = datasets.find((one) => one.name === name);
  return facts ? missingWords(facts) : `The data set “${name}” is not on this server.`;
}

/**
 * @param {Run} run @param {Field[]} fields @param {Facts[]} datasets @param {import("../jobs/words.js").Job[]} jobs newest first
 * @returns {string} how long it takes: measured here, where the same work was, else as a rule
 */
export function timeWords(run, fields, datasets, jobs) {
  if (run.kind !== "recipe") return `Takes: ${run.takes}.`;
  const config = { ...defaultsOf(fields), ...run.changes };
  const whole = datasets.find(({ name }) => name === config.dataset)?.train_size ?? null;
  const samples = config.train_size ?? whole;
  const seconds = estimateSeconds(config, samples && samples * (1 - config.validation_fraction), jobs);
  return seconds === null ? `Takes: ${run.takes}.` : `Takes: about ${about(seconds)}, as measured here.`;
}
