/**
 * A job's log as a story: its entries that are no rows, each in words. Rule: pure; what a rewind made void is said to
 * be, never left out.
 */

import { changeWords } from "../charts/marks.js";
import { titleOf } from "../diagnosis/words.js";
import { count } from "../format.js";
import { deviceName, reasonOf } from "../jobs/words.js";

/** @typedef {import("../log/fold.js").Entry} Entry */
/**
 * @typedef {{seq: number, at: string, attempt: number, type: string, step: number | null, text: string,
 *   level: string, isVoid: boolean}} Event `step`: of the training, where it has one
 */

/** The types in the order of the filters. */
export const TYPES = /** @type {Record<string, string>} */ ({
  status: "Status",
  note: "Notes",
  change: "Changes",
  diagnosis: "Diagnoses",
  checkpoint: "Checkpoints",
  rewind: "Rewinds",
});

/** @param {Entry} entry */
function statusText({ status = "", reason, message, device }) {
  const where = status === "running" && device ? ` on ${deviceName(device)}` : "";
  const why = message || (reason ? reasonOf(reason) : "");
  return `${status}${where}${why ? `: ${why}` : ""}`;
}

/** @type {Record<string, (entry: Entry) => string>} */
const WORDS = {
  status: statusText,
  note: ({ message = "" }) => message,
  change: (entry) => changeWords([/** @type {any} */ (entry)]),
  diagnosis: ({ kind = "", message = "" }) => `${titleOf(kind)}. ${message}`,
  checkpoint: ({ epoch = 0, step = 0, is_best: isBest }) => `epoch ${count(epoch)}, step ${count(step)}${isBest ? ", the best so far" : ""}`,
  rewind: ({ to_step: to = 0 }) =>
    to < 0 ? "back to the beginning: every step comes again" : `back to step ${count(to)}: the steps after it come again`,
};

/** @param {Entry} entry @returns {number | null} */
function stepOf({ type, step, since_step: since, to_step: to }) {
  if (type === "diagnosis") return since ?? null;
  if (type === "rewind") return to !== undefined && to >= 0 ? to : null;
  return step ?? null;
}

/** @param {Entry[]} told in the order of the log @returns {Event[]} the newest first */
export function eventsOf(told) {
  let kept = Infinity; // steps beyond it were voided later on
  return told
    .toReversed()
    .filter(({ type }) => type in WORDS)
    .map((entry) => {
      const { seq, at, type, attempt = 1, level = "info" } = entry;
      const step = stepOf(entry);
      const isVoid = (type === "diagnosis" || type === "checkpoint") && (step ?? 0) > kept;
      if (type === "rewind") kept = Math.min(kept, entry.to_step ?? 0);
      return { seq, at, attempt, type, step, text: WORDS[type](entry), level, isVoid };
    });
}

/** @param {Event[]} events @returns {Record<string, number>} how many of each type */
export function countsOfTypes(events) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const { type } of events) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
