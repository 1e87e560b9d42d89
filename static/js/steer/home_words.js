/** What a job's config is as code, and what its script is beside the job, in words. Rule: pure. */

import { count } from "../format.js";
import { differences } from "../recipe/schema.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {{repeats: {step: number, words: string}[], limits: string[]}} ScriptFacts */

const NAMED_STEPS = 4;

/** @param {ScriptFacts} facts @returns {string} empty where the script has nothing but the config to repeat */
export function scriptWords({ repeats, limits }) {
  if (limits.length) return limits.join(" ");
  if (!repeats.length) return "";
  const steps = [...new Set(repeats.map(({ step }) => count(step)))];
  const more = steps.length - NAMED_STEPS;
  const named = more > 0 ? [...steps.slice(0, NAMED_STEPS), `${more} more`] : steps;
  return `The script also changes what was changed on the way, from step ${new Intl.ListFormat("en").format(named)} on.`;
}

/**
 * @param {Job} job @param {import("../recipe/schema.js").Field[]} fields
 * @returns {import("../recipe/code_dialog.js").Subject} the config it began with, under the name it has now
 */
export function configHome(job, fields) {
  const { name: _, ...different } = differences(job.original_config, fields);
  const left = job.forked_from ? " It trains this config from the first step, without the job that this one was forked from." : "";
  return {
    title: "This job's config as code",
    note: `The config the job began with: its name, and what differs from the defaults.${left}`,
    config: { name: job.name, ...different },
  };
}
