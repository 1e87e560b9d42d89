/**
 * The curves of a study's jobs, one job a row. Rule: a row of a curve is fetched once: after the first answer only
 * what came since is asked for, and only when the job says that there is something new.
 */

import { numberOf } from "./words.js";

/** @typedef {import("./words.js").Study} Study */
/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {{step: number[], epoch: number[], loss: (number | null)[], accuracy: (number | null)[]}} Columns */
/** @typedef {{columns: Record<string, any[]>, last_seq: number, rewound_to: number | null}} Answer */
/** @typedef {{columns: Columns, lastSeq: number, state: string, asking: Promise<void> | null}} Kept */

const MOST = 12; // curves that can still be told apart
const POINTS = 400; // of one answer
const MOST_POINTS = 2000; // kept of a curve that grows; beyond it is asked for whole again, as a sample

/** @returns {Columns} */
function none() {
  return { step: [], epoch: [], loss: [], accuracy: [] };
}

/**
 * @template {Record<string, (number | null)[]>} Held
 * @param {Held} kept @param {Answer} answer to what came since @returns {Held}
 */
export function continued(kept, { columns, rewound_to: limit }) {
  const holds = limit === null ? () => true : (/** @type {any} */ _, /** @type {number} */ i) => Number(kept.step[i]) <= limit;
  const grown = Object.keys(kept).map((name) => [name, [...kept[name].filter(holds), ...columns[name].map(numberOf)]]);
  return Object.fromEntries(grown);
}

/** @param {Job} job @param {"test" | "validation"} split @returns {string} changes when there are new rows, or fewer */
function stateOf({ status, attempt, epoch, latest }, split) {
  return JSON.stringify([status, attempt, epoch, latest?.[split]]);
}

export class Curves {
  #api;
  /** @type {Map<string, Kept>} by job and split */
  #kept = new Map();

  /** @param {{get: (path: string) => Promise<any>}} api */
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

  /** @param {Job} job @param {"test" | "validation"} split @returns {Promise<Columns>} */
  async #columns(job, split) {
    const key = `${job.id} ${split}`;
    const kept = this.#kept.get(key) ?? { columns: none(), lastSeq: 0, state: "", asking: null };
    this.#kept.set(key, kept);
    const state = stateOf(job, split);
    if (kept.asking) await kept.asking;
    else if (kept.state !== state) {
      kept.asking = this.#ask(job.id, split, kept).finally(() => (kept.asking = null));
      await kept.asking;
      kept.state = state;
    }
    return kept.columns;
  }

  /** @param {string} id @param {string} split @param {Kept} kept */
  async #ask(id, split, kept) {
    if (kept.columns.step.length > MOST_POINTS) Object.assign(kept, { columns: none(), lastSeq: 0 });
    const since = kept.lastSeq ? `&after=${kept.lastSeq}` : "";
    const answer = await this.#api.get(`/api/jobs/${id}/metrics?split=${split}&max_points=${POINTS}${since}`);
    kept.columns = continued(kept.columns, answer);
    kept.lastSeq = answer.last_seq;
  }
}
