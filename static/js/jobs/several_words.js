/** What came of an action on several jobs, in words. Rule: pure; every job that it failed for is named with the reason. */

import { count } from "../format.js";

/** @typedef {{id: string, name: string}} Named */
/** @typedef {{job: Named, problem: string}} Result `problem`: empty where it worked */

const NAMED = 3; // jobs; of more the number is said

/** @param {Named[]} jobs @returns {string} `“A”, “B” and 3 more` */
export function someNames(jobs) {
  const named = jobs.length > NAMED + 1 ? jobs.slice(0, NAMED) : jobs;
  const words = named.map(({ name }) => `“${name}”`).join(", ");
  return named.length < jobs.length ? `${words} and ${count(jobs.length - named.length)} more` : words;
}

/** @param {Result[]} results @param {string} done what is said of those that worked @returns {string} */
export function outcomeOf(results, done) {
  const failed = results.filter(({ problem }) => problem);
  const worked = results.length - failed.length;
  const said = [`${done}: ${count(worked)} of ${count(results.length)}.`, ...failed.map(({ job, problem }) => `“${job.name}”: ${problem}`)];
  return (failed.length ? said : said.slice(0, 1)).join(" ").replace(/: (\d+) of \1\./, ": $1.");
}
