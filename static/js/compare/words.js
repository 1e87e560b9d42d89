/** The comparison in words. Rule: pure; what all jobs share is said once, what differs is the title. */

import { count } from "../format.js";
import { calledWords } from "../jobs/words.js";
import { inSentence, titles } from "../recipe/naming.js";
import { isSeed } from "./fields.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("../jobs/words.js").Job} Job */

const MOST_TITLED = 3; // fields

/** @param {Job[]} jobs @param {Field[]} differ @param {Field[]} fields @returns {string} `Learning rate and momentum in 12 trainings`; one alone by its name */
export function titleWords(jobs, differ, fields) {
  const trainings = `${count(jobs.length)} trainings`;
  if (jobs.length === 1) return calledWords(jobs[0]);
  const told = differ.filter((field) => !isSeed(field));
  if (told.length > MOST_TITLED) return `${trainings} that differ in ${count(told.length)} fields`;
  if (told.length) return `${titles(fields, told.map(({ name }) => name))} in ${trainings}`;
  return differ.length ? `${trainings} that differ in the seed only` : trainings;
}

/** @param {number} jobs how many @param {Field[]} differ @param {Field[]} fields @returns {string} the fields that the title only counts; empty when it names them; for one job what to do next */
export function differWords(jobs, differ, fields) {
  if (jobs === 1) return "Tick another training in the list to see what differs.";
  const told = differ.filter((field) => !isSeed(field));
  return told.length > MOST_TITLED ? `They differ in ${inSentence(titles(fields, told.map(({ name }) => name)))}.` : "";
}

/** @param {string[]} missing names or ids @returns {string} empty when none is */
export function missingWords(missing) {
  if (!missing.length) return "";
  const [shown, more] = [missing.slice(0, 5), missing.length - 5];
  const names = `${shown.map((name) => `“${name}”`).join(", ")}${more > 0 ? ` and ${count(more)} more` : ""}`;
  return missing.length === 1 ? `${names} is no more: it was deleted, or the link is another server's.` : `${names} are no more: they were deleted, or the link is another server's.`;
}

/** @param {number} left jobs there was no room for @param {number} most @returns {string} */
export function roomWords(left, most) {
  return left > 0 ? `At most ${count(most)} at once: ${count(left)} ${left === 1 ? "was" : "were"} left out.` : "";
}
