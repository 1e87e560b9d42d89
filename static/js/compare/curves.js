/**
 * The curves of the jobs compared, as far as they are known. Rule: a row is fetched once; training comes as means over
 * ranges of steps that lie where they lie for every job, so that repetitions can be averaged and no average is one of
 * extremes.
 */

import { Problem } from "../api.js";
import { continued } from "../studies/curves.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {import("./state.js").Split} Split */
/** @typedef {Record<string, (number | null)[]>} Columns `rows`: of how many steps a row of training is the mean */
/** @typedef {{columns: Columns, width: number, lastSeq: number, state: string, isAsking: boolean, began?: number}} Kept `began`: when it first trained, unix seconds; asked for with the clock */

const TRAIN_ROWS = 1000; // of a curve, at most about
const EVALUATIONS = 20_000; // of a curve, all of them: bands need every step, charts thin them by themselves
const AT_ONCE = 4; // questions at a time, so that a click's own question does not wait behind fifty
const CLOCK = "wall_seconds";
const STARTS = 10; // entries of status among which the first start is
const NAMES = { train: ["step", "epoch", "loss", "accuracy", "train_seconds", "rows"], validation: ["step", "epoch", "loss", "accuracy"] };

/** @param {Split} split @param {boolean} [onClock] with the seconds since training began @returns {Columns} */
function none(split, onClock = false) {
  const names = NAMES[split === "train" ? "train" : "validation"];
  return Object.fromEntries((onClock ? [...names, CLOCK] : names).map((name) => [name, []]));
}

/**
 * Steps that make a row of training: a power of two, so that narrower ranges fill wider ones exactly; it doubles as the job
 * grows.
 * @param {Job} job @returns {number}
 */
export function widthOf({ step, forked_from: fork }) {
  const own = (step ?? 0) - (fork?.step ?? 0);
  return 2 ** Math.max(0, Math.ceil(Math.log2(own / TRAIN_ROWS)));
}

/** @param {Job} job @param {Split} split @param {boolean} onClock @returns {string} changes when there are new rows, or fewer, or more to know of them */
function stateOf(job, split, onClock) {
  return JSON.stringify([job.status, job.attempt, onClock, split === "train" ? job.step : [job.epoch, job.latest?.[split]]]);
}

/**
 * Rows of one range that came in two answers, as one: the mean weighted by the steps that each has.
 * @param {Columns} columns of training @param {number} width steps of a range @returns {Columns}
 */
export function merged(columns, width) {
  const { step, rows } = columns;
  const range = (/** @type {number} */ i) => Math.floor((Number(step[i]) - 1) / width);
  const joins = step.map((_, i) => i > 0 && width > 1 && range(i) === range(i - 1));
  if (!joins.includes(true)) return columns;
  const found = /** @type {Columns} */ (Object.fromEntries(Object.keys(columns).map((name) => [name, []])));
  step.forEach((_, i) => {
    const last = found.step.length - 1;
    if (!joins[i]) for (const name of Object.keys(columns)) found[name].push(columns[name][i]);
    else {
      const [before, added] = [Number(found.rows[last]), Number(rows[i])];
      for (const name of Object.keys(columns)) {
        const isMean = name === "loss" || name === "accuracy";
        found[name][last] = isMean ? (Number(found[name][last]) * before + Number(columns[name][i]) * added) / (before + added) : columns[name][i];
      }
      found.rows[last] = before + added;
    }
  });
  return found;
}

export class CompareCurves extends EventTarget {
  #api;
  /** @type {Map<string, Kept>} by job and split */
  #kept = new Map();
  /** @type {(() => Promise<boolean>)[]} */
  #waiting = [];
  #asking = 0;

  /** @param {{get: (path: string) => Promise<any>}} api */
  constructor(api) {
    super();
    this.#api = api;
  }

  /** @param {string} id @param {Split} split @returns {Columns} what is known; no rows before the first answer */
  columns(id, split) {
    return this.#kept.get(`${id} ${split}`)?.columns ?? none(split);
  }

  /**
   * Ask for what is new of these jobs; "change" is dispatched when it came.
   * @param {Job[]} jobs @param {Split[]} splits @param {boolean} [isWall] also when rows of training were made
   */
  follow(jobs, splits, isWall = false) {
    for (const split of splits) {
      for (const job of jobs) {
        const key = `${job.id} ${split}`;
        const kept = this.#kept.get(key) ?? { columns: none(split), width: 1, lastSeq: 0, state: "", isAsking: false };
        this.#kept.set(key, kept);
        const onClock = split === "train" && (isWall || CLOCK in kept.columns);
        if (kept.isAsking || kept.state === stateOf(job, split, onClock)) continue;
        kept.isAsking = true;
        this.#waiting.push(() => this.#ask(job, split, kept, onClock));
      }
    }
    this.#next();
  }

  /** Nothing more is asked of jobs that are not compared any longer. @param {Set<string>} ids those that are */
  keepOnly(ids) {
    for (const key of this.#kept.keys()) if (!ids.has(key.split(" ")[0])) this.#kept.delete(key);
  }

  #next() {
    while (this.#asking < AT_ONCE) {
      const ask = this.#waiting.shift();
      if (!ask) return;
      this.#asking += 1;
      const asked = ask().finally(() => {
        this.#asking -= 1;
        this.#next();
      });
      asked.then((came) => came && this.dispatchEvent(new Event("change")));
    }
  }

  /** @param {string} id @returns {Promise<number | undefined>} unix seconds; undefined before its first step */
  async #beganAt(id) {
    const { entries } = await this.#api.get(`/api/jobs/${id}/log?types=status&limit=${STARTS}`);
    const first = entries.find((/** @type {{status: string}} */ entry) => entry.status === "running");
    return first && Date.parse(first.at) / 1000;
  }

  /** @param {Job} job @param {Split} split @param {Kept} kept @param {boolean} onClock @returns {Promise<boolean>} whether an answer came */
  async #ask(job, split, kept, onClock) {
    const state = stateOf(job, split, onClock);
    const width = split === "train" ? widthOf(job) : 1;
    const isAnew = width !== kept.width || onClock !== CLOCK in kept.columns;
    let known = isAnew ? none(split, onClock) : kept.columns; // what is drawn stays until the answer is there
    if (this.#kept.get(`${job.id} ${split}`) !== kept) return false; // it left meanwhile
    const query = split === "train" ? `max_points=${100 * TRAIN_ROWS}&average_over=${width}${onClock ? "&at=true" : ""}` : `max_points=${EVALUATIONS}`;
    const since = (/** @type {number} */ seq) => this.#api.get(`/api/jobs/${job.id}/metrics?split=${split}&${query}${seq ? `&after=${seq}` : ""}`);
    let answer;
    try {
      if (onClock) kept.began ??= await this.#beganAt(job.id);
      answer = await since(isAnew ? 0 : kept.lastSeq);
      if (answer.rewound_to !== null && width > 1) { // the ranges it cut are asked for whole
        known = none(split, onClock);
        answer = await since(0);
      }
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return false; // deleted, or the server is away: the next news asks again
    } finally {
      kept.isAsking = false;
    }
    if (onClock) answer.columns[CLOCK] = answer.columns.at.map((/** @type {number} */ at) => Math.max(0, at - Number(kept.began)));
    answer.columns.rows ??= answer.columns.step.map(() => 1);
    const grown = continued(known, answer);
    kept.columns = split === "train" ? merged(grown, width) : grown;
    kept.width = width;
    kept.lastSeq = answer.last_seq;
    kept.state = state;
    return true;
  }
}
