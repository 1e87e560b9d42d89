/**
 * A job's log folded into columns: what the charts, tiles and the connection's claim are made of.
 * Rule: every entry counts exactly once, by its `seq`; what is not there is counted as missing.
 */

import { Columns, EVALUATION_KINDS, TRAIN_KINDS } from "./columns.js";
import { decodeColumns } from "./decode.js";
import { Detail } from "./detail.js";
import { Marks } from "./marks.js";
import { Snapshots } from "./snapshots.js";
import { wallSeconds, withWall } from "./wall.js";

/** @typedef {import("./decode.js").WireColumn} WireColumn */
/** @typedef {"train" | "validation" | "test"} Split */
/**
 * @typedef {{seq: number, at: string, type: string, attempt?: number, split?: Split,
 *   columns?: Record<string, WireColumn>, status?: string, reason?: string, message?: string,
 *   device?: string, level?: string, to_step?: number, step?: number, epoch?: number, is_best?: boolean,
 *   field?: string, before?: number, after?: number, kind?: string, since_step?: number}} Entry
 */
/** @typedef {{level: string, message: string}} Note */

const NOTES_KEPT = 50;
const UNTOLD = new Set(["metrics", "snapshot"]); // curves and pictures, not events
const TERMINAL = new Set(["completed", "stopped", "failed", "interrupted"]);

/** @param {string | null | undefined} status */
export function isTerminal(status) {
  return TERMINAL.has(status ?? "");
}

export class JobFold {
  /** @type {Record<Split, Columns>} */
  splits = {
    train: new Columns(TRAIN_KINDS),
    validation: new Columns(EVALUATION_KINDS),
    test: new Columns(EVALUATION_KINDS),
  };
  lastSeq = 0;
  /** Entries known to exist that have not come yet. */
  missingEntries = 0;
  /** Grows when rows were voided, so that what was derived from them is derived anew. */
  generation = 0;
  /** True when the first rows are a sample of a long job. */
  sampled = false;
  /** @type {{status: string, reason?: string, message?: string} | null} */
  status = null;
  /** @type {string | null} */
  device = null;
  /** @type {Note[]} */
  notes = [];
  /** @type {Entry[]} all that is no row and no picture, as it was written */
  told = [];
  marks = new Marks();
  snapshots = new Snapshots();
  /** Finer rows of the sampled part, as far as they were looked at. */
  detail = new Detail();
  /** The attempt that wrote the newest entry. */
  attempt = 0;
  /** Seconds since 1970 when it first ran, 0 before. */
  began = 0;
  /** @type {string | null} when the newest entry was written */
  newestAt = null;
  #firstStep;
  #stepsBefore = 0;
  #rowsBefore = 0;
  #trainedBy = 0; // attempt that wrote the newest training row

  /** @param {{firstStep?: number}} [start] first step this log holds; a fork's log begins later */
  constructor({ firstStep = 1 } = {}) {
    this.#firstStep = firstStep;
    this.#stepsBefore = firstStep - 1;
  }

  /** Known from the first evaluation after an epoch; 0 before. */
  get stepsPerEpoch() {
    const evaluated = [this.splits.test, this.splits.validation].find((split) => split.last("epoch") > 0);
    return evaluated ? evaluated.last("step") / evaluated.last("epoch") : 0;
  }

  /** Training steps that should be here, by the newest step, and are not. */
  get missingSteps() {
    const { train } = this.splits;
    const newest = train.length ? train.last("step") : this.#stepsBefore;
    return Math.max(0, newest - this.#stepsBefore - (train.length - this.#rowsBefore));
  }

  /** Training rows at the beginning that are a sample's: extremes, of which no average can be made. */
  get sampledRows() {
    return this.#rowsBefore;
  }

  /** @returns {import("./detail.js").Span | null} the steps that these rows are a sample of */
  get sampledSpan() {
    return this.#rowsBefore ? { from: this.splits.train.column("step")[0], to: this.#stepsBefore } : null;
  }

  /** Everything that is known to be missing. */
  get missing() {
    return this.missingEntries + this.missingSteps;
  }

  /**
   * Folds entries in. Those seen before change nothing; at a gap it stops, so that the caller asks again
   * for what comes after `lastSeq`.
   * @param {Entry[]} entries
   * @returns {{applied: number, complete: boolean}}
   */
  apply(entries) {
    let applied = 0;
    for (const entry of entries) {
      if (entry.seq <= this.lastSeq) continue;
      if (entry.seq !== this.lastSeq + 1) {
        this.missingEntries = entry.seq - this.lastSeq - 1;
        return { applied, complete: false };
      }
      this.#fold(entry);
      this.lastSeq = entry.seq;
      this.attempt = entry.attempt ?? this.attempt;
      this.newestAt = entry.at;
      this.missingEntries = 0;
      applied += 1;
    }
    return { applied, complete: true };
  }

  /**
   * Begins with sampled rows of a long job; the stream goes on after `lastSeq`.
   * @param {Record<Split, Record<string, WireColumn>>} sample
   * @param {number} lastSeq
   * @param {string} [began] when it first ran
   */
  seed(sample, lastSeq, began) {
    this.sampled = true;
    if (began) this.began = Date.parse(began) / 1000;
    this.lastSeq = lastSeq;
    for (const split of /** @type {Split[]} */ (Object.keys(sample))) {
      const rows = decodeColumns(sample[split]);
      this.splits[split].append(split === "train" ? withWall(rows, this.began) : rows);
    }
    this.#rowsBefore = this.splits.train.length;
    this.#stepsBefore = this.#rowsBefore ? this.splits.train.last("step") : this.#stepsBefore;
  }

  /** What is no row, from before a seed's `lastSeq`; the sample was taken after its rewinds. @param {Entry[]} entries */
  recall(entries) {
    for (const entry of entries) {
      if (entry.seq > this.lastSeq || entry.type === "metrics") continue;
      this.attempt = entry.attempt ?? this.attempt;
      if (entry.type !== "rewind") this.#fold(entry);
      else {
        this.told.push(entry);
        this.marks.rewind(entry.to_step ?? 0);
        this.snapshots.rewind(entry.to_step ?? 0);
        this.#resumed(entry.to_step ?? 0);
      }
    }
    this.#trainedBy = this.attempt;
  }

  /** @param {Entry} entry */
  #fold(entry) {
    if (!UNTOLD.has(entry.type)) this.told.push(entry);
    if (entry.type === "metrics") this.#addRows(entry);
    else if (entry.type === "rewind") this.#rewind(entry.to_step ?? 0);
    else if (entry.type === "status") {
      this.status = { status: entry.status ?? "", reason: entry.reason, message: entry.message };
      this.device = entry.device ?? this.device;
      if (entry.status === "running") this.began ||= Date.parse(entry.at) / 1000;
    } else if (entry.type === "note") {
      this.notes.push({ level: entry.level ?? "info", message: entry.message ?? "" });
      if (this.notes.length > NOTES_KEPT) this.notes.shift();
    } else if (entry.type === "change") this.marks.addChange(/** @type {any} */ (entry));
    else if (entry.type === "checkpoint") this.marks.addCheckpoint(/** @type {any} */ (entry));
    else if (entry.type === "snapshot") this.snapshots.add(entry);
    else if (entry.type === "diagnosis") this.snapshots.addDiagnosis(entry);
  }

  /** @param {Entry} entry */
  #addRows(entry) {
    const columns = this.splits[/** @type {Split} */ (entry.split)];
    const rows = decodeColumns(entry.columns ?? {});
    if (this.sampled && columns.length) {
      // The sample was read a moment before the stream's first entry: rows it already has come again.
      const newest = columns.last("step");
      const known = rows.step.findIndex((step) => step > newest);
      if (known === -1) return;
      for (const name of Object.keys(rows)) rows[name] = rows[name].subarray(known);
    }
    if (entry.split === "train") {
      this.#trained(rows.step[0], entry.attempt ?? 1);
      rows.wall_seconds = wallSeconds(rows.train_seconds, Date.parse(entry.at) / 1000 - this.began, columns.last("wall_seconds"));
    }
    columns.append(rows);
  }

  /** @param {number} step of the first row that arrived @param {number} attempt */
  #trained(step, attempt) {
    if (this.#trainedBy && attempt > this.#trainedBy) this.#resumed(step - 1, attempt);
    this.#trainedBy = attempt;
  }

  /** @param {number} step the last one before @param {number} [attempt] */
  #resumed(step, attempt = this.attempt) {
    if (step >= this.#firstStep) this.marks.addResume(step, attempt); // from the beginning there is no curve to mark
  }

  /** @param {number} step */
  #rewind(step) {
    for (const columns of Object.values(this.splits)) columns.truncateAfter(step);
    this.marks.rewind(step);
    this.snapshots.rewind(step);
    this.detail.rewind(step);
    if (step < this.#stepsBefore) {
      this.#stepsBefore = Math.max(step, this.#firstStep - 1); // to_step is -1 when everything comes again
      this.#rowsBefore = this.splits.train.length;
    }
    this.generation += 1;
  }
}
