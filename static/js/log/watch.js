/**
 * The jobs on the charts, each with its fold and its stream. Rule: a job is followed once, however often it
 * is drawn, and a fold stays in memory for a while after its job left the charts.
 */

import { JobFold } from "./fold.js";
import { JobStream } from "./job_stream.js";
import { SPLITS, isSampled, samplePath, wordsPath } from "./sampling.js";

/** @typedef {import("../api.js").Api} Api */
/** @typedef {import("./clock.js").ServerClock} ServerClock */
/** @typedef {import("../jobs/words.js").Job} Job */

const FRAME_SECONDS = 0.1; // between frames; a chart is drawn less often still
const KEPT = 8; // folds of jobs no longer shown

/** @param {Job | null} job @returns {number} */
function firstStepOf(job) {
  return (job?.forked_from?.step ?? 0) + 1;
}

export class Watch extends EventTarget {
  #api;
  #clock;
  /** @type {Map<string, JobStream>} */
  #streams = new Map();
  /** @type {Map<string, JobFold>} */
  #rested = new Map();
  /** @type {Set<string>} */
  #opening = new Set();

  /** @param {Api} api @param {ServerClock} clock */
  constructor(api, clock) {
    super();
    this.#api = api;
    this.#clock = clock;
  }

  /** @param {string | null} id @returns {JobStream | null} */
  stream(id) {
    return (id && this.#streams.get(id)) || null;
  }

  /** @param {string[]} ids jobs to follow from now on @param {(id: string) => Job | null} jobOf */
  follow(ids, jobOf) {
    for (const [id, stream] of this.#streams) {
      if (ids.includes(id)) continue;
      stream.stop();
      this.#streams.delete(id);
      this.#rest(id, stream.fold);
    }
    for (const id of ids) if (!this.#streams.has(id) && !this.#opening.has(id)) this.#open(id, jobOf);
  }

  /** A job that had ended and goes on has news again. @param {(id: string) => Job | null} jobOf */
  revive(jobOf) {
    for (const [id, stream] of this.#streams) {
      const job = jobOf(id);
      if (job && stream.state === "done" && job.attempt > stream.fold.attempt) stream.start();
    }
  }

  nudge() {
    for (const stream of this.#streams.values()) stream.nudge();
  }

  /** @param {string} id @param {(id: string) => Job | null} jobOf */
  async #open(id, jobOf) {
    const job = jobOf(id);
    let fold = this.#rested.get(id) ?? null;
    if (!fold && job && isSampled((job.step ?? 0) - (job.forked_from?.step ?? 0))) {
      this.#opening.add(id);
      fold = await this.#sampled(job).catch(() => null);
      this.#opening.delete(id);
    }
    this.#rested.delete(id);
    const stream = new JobStream({
      fold: fold ?? new JobFold({ firstStep: firstStepOf(job) }),
      clock: this.#clock,
      address: (after) =>
        this.#api.socketAddress(`/api/jobs/${id}/stream?after=${after}&encoding=typed&frame_seconds=${FRAME_SECONDS}`),
      onChange: (entries) =>
        this.dispatchEvent(new CustomEvent("entries", { detail: { id, count: entries.length } })),
    });
    this.#streams.set(id, stream);
    stream.start();
  }

  /** @param {Job} job @returns {Promise<JobFold>} */
  async #sampled(job) {
    const { id } = job;
    const paths = [wordsPath(id), ...SPLITS.map((split) => samplePath(id, split))];
    const [log, ...answers] = await Promise.all(paths.map((path) => this.#api.early(path).catch(() => this.#api.get(path))));
    const fold = new JobFold({ firstStep: firstStepOf(job) });
    const [train, validation, test] = answers.map((answer) => answer.columns);
    const began = log.entries.find((/** @type {import("./fold.js").Entry} */ entry) => entry.status === "running")?.at;
    fold.seed({ train, validation, test }, Math.min(log.last_seq, ...answers.map((answer) => answer.last_seq)), began);
    fold.recall(log.entries);
    return fold;
  }

  /** @param {string} id @param {JobFold} fold */
  #rest(id, fold) {
    fold.detail.clear();
    this.#rested.set(id, fold);
    for (const oldest of this.#rested.keys()) {
      if (this.#rested.size <= KEPT) break;
      this.#rested.delete(oldest);
    }
  }
}
