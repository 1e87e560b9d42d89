/** A lesson and what came of it in words. Rule: pure; nothing is said of an outcome before there is one. */

import { count, percent } from "../format.js";
import { epochsOf, isDone, outcomeWords, statusWords } from "../jobs/words.js";
import { inSentence, titleOf, titles } from "../recipe/naming.js";
import { OWN } from "./link.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("./link.js").Lesson} Lesson */

const MOST_NAMED = 6; // fields; a longer list is not read
export const UNANSWERED = "Answer first: what do you expect? A wrong guess teaches as much as a right one.";

/** @param {Lesson} lesson @param {Field[]} fields that apply now @returns {string[]} names of those that may be changed */
export function freeOf({ locked, hidden }, fields) {
  const names = fields.map(({ name }) => name);
  return names.filter((name) => !locked.includes(name) && !hidden.includes(name) && !OWN.includes(name));
}

/** @param {Lesson} lesson @param {Field[]} fields that apply now @returns {string} what may be changed, and what may not */
export function rulesWords(lesson, fields) {
  const { locked, hidden } = lesson;
  const names = fields.map(({ name }) => name);
  const free = freeOf(lesson, fields);
  const fixed = names.filter((name) => locked.includes(name));
  const said = [];
  if (!free.length) said.push("Everything is fixed.");
  else if (free.length <= MOST_NAMED) said.push(`Yours to change: ${inSentence(titles(fields, free))}.`);
  if (free.length && fixed.length) said.push(fixed.length <= MOST_NAMED ? `Locked: ${inSentence(titles(fields, fixed))}.` : "The rest is locked.");
  const out = names.filter((name) => hidden.includes(name)).length;
  if (out) said.push(`${count(out)} field${out === 1 ? " is" : "s are"} left out.`);
  return said.join(" ");
}

/** @param {Job} job @returns {string} how it ended, in figures; while it trains, how far it is */
export function outcomeOf(job) {
  if (!isDone(job)) {
    return job.status === "running" ? `it trains: epoch ${count(job.epoch ?? 0)} of ${count(epochsOf(job))}` : statusWords(job);
  }
  const { train, test } = job.latest ?? {};
  const chosen = job.best?.test ?? test;
  const figures = [];
  if (chosen) figures.push(`test accuracy ${percent(chosen.accuracy)}`);
  if (train) figures.push(`last training batch ${percent(train.accuracy)}`);
  if (job.status !== "completed") figures.push([job.status, outcomeWords(job)].filter(Boolean).join(": "));
  return figures.join(" · ") || job.status;
}

/** @param {number} others how many runs of this lesson are there @returns {string} before an answer of one's own */
export function withheldWords(others) {
  return `${count(others)} run${others === 1 ? "" : "s"} of this lesson ${others === 1 ? "is" : "are"} there already. What was predicted, and what came out, is shown once you have answered and pressed Start.`;
}

/** @param {string} name @param {any} fixed in words @param {Field[]} fields @returns {string} */
export function refusedWords(name, fixed, fields) {
  return `The lesson keeps ${inSentence(titleOf(fields, name))} at ${fixed}.`;
}

/** @param {Lesson} lesson @param {Field[]} fields @returns {string} on a job's page: what of its steering is fixed */
export function alongWords({ title, locked, hidden }, fields) {
  const fixed = fields.filter(({ name, changeable }) => changeable !== null && locked.concat(hidden).includes(name)).map(({ name }) => name);
  if (!fixed.length) return `Part of the lesson “${title}”.`;
  const words = fixed.length <= MOST_NAMED ? inSentence(titles(fields, fixed)) : "what it locks";
  return `Part of the lesson “${title}”. Fixed here too: ${words}.`;
}
