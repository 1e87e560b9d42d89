/**
 * The curves of a study's jobs, one job a row. Rule: an ended job is asked once; one that trains whenever the
 * study is shown anew.
 */

import { isDone } from "../jobs/words.js";
import { numberOf } from "./words.js";

/** @typedef {import("./words.js").Study} Study */
/** @typedef {import("./plots.js").Line} Line */
/** @typedef {{epoch: number[], loss: (number | null)[], accuracy: (number | null)[]}} Columns */

const MOST = 12; // curves that can still be told apart
const POINTS = 400;

export class Curves {
  #api;
  /** @type {Map<string, Columns>} by job and attempt */
  #kept = new Map();

  /** @param {import("../api.js").Api} api */
  constructor(api) {
    this.#api = api;
  }

  /** @param {Study} study @returns {Promise<{lines: {id: string, label: string, columns: Columns}[], left: number}>} the first job of each row */
  async of(study) {
    const byId = new Map(study.jobs.map((job) => [job.id, job]));
    const first = study.table.rows.flatMap((row) => {
      const job = byId.get(row.jobs[0]);
      return job && job.status !== "queued" ? [{ label: row.label, job }] : [];
    });
    const shown = first.slice(0, MOST);
    const lines = await Promise.all(
      shown.map(async ({ label, job }) => ({ id: job.id, label, columns: await this.#columns(job, study.table.judged_by) })),
    );
    return { lines, left: first.length - shown.length };
  }

  /** @param {import("../jobs/words.js").Job} job @param {string} split @returns {Promise<Columns>} */
  async #columns(job, split) {
    const key = `${job.id} ${job.attempt} ${split}`;
    const known = this.#kept.get(key);
    if (known) return known;
    const { columns } = await this.#api.get(`/api/jobs/${job.id}/metrics?split=${split}&max_points=${POINTS}`);
    const found = { epoch: columns.epoch, loss: columns.loss.map(numberOf), accuracy: columns.accuracy.map(numberOf) };
    if (isDone(job)) this.#kept.set(key, found);
    return found;
  }
}
