/**
 * Fetches finer rows for what the reader looks at. Rule: only once the view rests, only what is seen and its
 * neighbours, and what is not wanted any more is let go.
 */

import { decodeColumns } from "../log/decode.js";
import { leastWidth } from "../log/detail.js";
import { withWall } from "../log/wall.js";
import { stepsSeen } from "./axis.js";

/** @typedef {import("../log/detail.js").Wish} Wish */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("./axis.js").Axis} Axis */
/** @typedef {{id: string, fold: JobFold, stepsPerEpoch: number}} Looked */
/** @typedef {(id: string, query: string, signal: AbortSignal) => Promise<any>} FetchRows the answer of `…/metrics` */
/** @typedef {{id: string, fold: JobFold, generation: number, wish: Wish}} Task */
/** @typedef {"none" | "sampled" | "coming" | "finer" | "every" | "failed"} Resolution of what is seen */

const REST = 120; // ms without a move
const AT_ONCE = 2; // requests
const AGAIN = 5000; // ms after a request that failed

export class Finer extends EventTarget {
  #fetchRows;
  /** @type {Task[]} */
  #tasks = [];
  /** @type {Map<string, AbortController>} */
  #running = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #failed = false;
  /** @type {Resolution} */
  resolution = "none";

  /** @param {FetchRows} fetchRows */
  constructor(fetchRows) {
    super();
    this.#fetchRows = fetchRows;
  }

  /** @param {Looked[]} shown @param {Axis} axis @param {[number, number]} seen */
  look(shown, axis, seen) {
    this.#tasks = [];
    /** @type {Set<Resolution>} */
    const found = new Set();
    for (const { id, fold, stepsPerEpoch } of shown) {
      const sampled = fold.sampledSpan;
      if (!sampled) continue;
      const steps = stepsSeen(fold, axis, stepsPerEpoch, seen);
      if (steps.from > sampled.to || steps.to < sampled.from) continue;
      const wishes = fold.detail.wishes(steps, sampled);
      this.#tasks.push(...wishes.map((wish) => ({ id, fold, generation: fold.generation, wish })));
      const part = { from: Math.max(steps.from, sampled.from), to: Math.min(steps.to, sampled.to) };
      const pieces = fold.detail.over(part, leastWidth(steps)).map(({ piece }) => piece);
      if (wishes.some(({ isSeen }) => isSeen)) found.add(this.#failed ? "failed" : "coming");
      else found.add(pieces.every((piece) => piece?.every) ? "every" : pieces.every((piece) => piece) ? "finer" : "sampled");
    }
    for (const [key, running] of this.#running) if (!this.#tasks.some((task) => keyOf(task) === key)) running.abort();
    const order = /** @type {Resolution[]} */ (["failed", "coming", "sampled", "finer", "every"]);
    this.#say(order.find((one) => found.has(one)) ?? "none");
    if (this.#failed) return;
    clearTimeout(this.#timer);
    if (this.#tasks.length) this.#timer = setTimeout(() => this.#next(), REST);
  }

  #next() {
    for (const task of this.#tasks) {
      if (this.#running.size >= AT_ONCE) return;
      if (!this.#running.has(keyOf(task)) && !task.fold.detail.has(task.wish.key)) this.#fetch(task);
    }
  }

  /** @param {Task} task */
  async #fetch(task) {
    const { id, fold, generation, wish } = task;
    const aborter = new AbortController();
    this.#running.set(keyOf(task), aborter);
    const query = `split=train&from_step=${wish.first}&to_step=${wish.to}&max_points=${wish.points}&at=true&encoding=typed`;
    try {
      const answer = await this.#fetchRows(id, query, aborter.signal);
      if (fold.generation === generation) {
        fold.detail.add(wish, withWall(decodeColumns(answer.columns), fold.began), !answer.sampled);
        this.dispatchEvent(new Event("rows"));
      }
    } catch (error) {
      if (!aborter.signal.aborted) this.#fail(error);
    } finally {
      this.#running.delete(keyOf(task));
    }
    if (!this.#failed) this.#next();
  }

  /** The sample stays; a later look tries again. @param {unknown} error */
  #fail(error) {
    if (!(error instanceof Error)) throw error;
    this.#failed = true;
    this.#say("failed");
    setTimeout(() => {
      this.#failed = false;
      this.dispatchEvent(new Event("rows"));
    }, AGAIN);
  }

  /** @param {Resolution} resolution */
  #say(resolution) {
    if (resolution === this.resolution) return;
    this.resolution = resolution;
    this.dispatchEvent(new Event("resolution"));
  }
}

/** @param {Task} task */
function keyOf({ id, wish }) {
  return `${id} ${wish.key}`;
}
