/**
 * Finer rows of the part of a long job that was opened by a sample, in pieces, as they are looked at.
 * Rule: pure and bounded. A piece holds every step of its range, or again a sample that keeps every extreme.
 */

import { countUpTo } from "./columns.js";

/** @typedef {import("./decode.js").Column} Column */
/** @typedef {{from: number, to: number}} Span of steps, both included */
/** @typedef {Span & {key: string, first: number, points: number, isSeen: boolean}} Wish `first`: step asked from */
/** @typedef {Span & {every: boolean, width: number, rows: Record<string, Column>}} Piece */
/** @typedef {Span & {piece: Piece | null}} Segment null: the opening sample is all there is */

export const SAMPLE_POINTS = 4000; // a job is opened with
export const WHOLE = 32_768; // steps; a piece of so many is fetched with every step: 1 MB, some 20 ms of the server
const POINTS = 4096; // of a longer piece; a screen has fewer columns than half of that
const LEAD = 700; // steps before a whole piece, after which even the strongest smoothing has forgotten: 0.99^700 < 0.001
const WORTH = 1.5; // times as fine as the sample, or it is not fetched
const KEPT = 12; // pieces of a job

export class Detail {
  /** @type {Map<string, Piece>} the one used longest ago first */
  #pieces = new Map();

  get size() {
    return this.#pieces.size;
  }

  /**
   * What to fetch for a view, what is seen first, then its neighbours to both sides.
   * @param {Span} seen steps in view
   * @param {Span} sampled the part of the job that was opened by a sample
   * @returns {Wish[]}
   */
  wishes(seen, sampled) {
    const spacing = (sampled.to - sampled.from + 1) / (SAMPLE_POINTS / 2);
    const extent = seen.to - seen.from + 1;
    let width = WHOLE;
    while (width < extent) width *= 2;
    const isWhole = width === WHOLE;
    if (seen.from > sampled.to || seen.to < sampled.from) return [];
    if (!isWhole && (WORTH * width) / (POINTS / 2) > spacing) return [];
    /** @type {Wish[]} */
    const wishes = [];
    const [least, greatest] = [seen.from - extent / 2, seen.to + extent / 2];
    const start = Math.floor((Math.max(least, sampled.from) - 1) / width) * width;
    for (let before = start; before < Math.min(greatest, sampled.to); before += width) {
      const from = Math.max(before + 1, sampled.from);
      const to = Math.min(before + width, sampled.to);
      if (from > to) continue;
      const key = `${width}:${before}`;
      if (this.#touch(key) || this.#isCovered(Math.max(from, least), Math.min(to, greatest), width)) continue;
      const first = isWhole ? Math.max(sampled.from, from - LEAD) : from;
      const isSeen = from <= seen.to && to >= seen.from;
      wishes.push({ key, from, to, first, points: isWhole ? to - first + 1 : POINTS, isSeen });
    }
    return wishes.sort((a, b) => Number(b.isSeen) - Number(a.isSeen));
  }

  /** @param {string} key */
  has(key) {
    return this.#pieces.has(key);
  }

  /** @param {string} key @returns {boolean} whether there is such a piece, which counts as used now */
  #touch(key) {
    const piece = this.#pieces.get(key);
    if (!piece) return false;
    this.#pieces.delete(key);
    this.#pieces.set(key, piece);
    return true;
  }

  /** @param {number} from @param {number} to @param {number} width @returns {boolean} by pieces at least as fine */
  #isCovered(from, to, width) {
    return this.over({ from, to }).every(({ piece }) => piece !== null && piece.width <= width);
  }

  /** @param {Wish} wish @param {Record<string, Column>} rows from `first` on @param {boolean} every whether all of them */
  add({ key, from, to }, rows, every) {
    this.#pieces.set(key, { from, to, every, width: Number.parseInt(key, 10), rows });
    for (const oldest of this.#pieces.keys()) {
      if (this.#pieces.size <= KEPT) break;
      this.#pieces.delete(oldest);
    }
  }

  /**
   * @param {Span} span
   * @param {number} [least] width of a piece that counts: a small patch of every step says nothing in a wide view
   * @returns {Segment[]} without gaps, each with the finest piece there
   */
  over({ from, to }, least = 0) {
    const wide = [...this.#pieces.values()].filter(({ width }) => width >= least);
    const pieces = wide.sort((a, b) => Number(b.every) - Number(a.every) || a.width - b.width);
    /** @type {Segment[]} */
    const segments = [];
    let at = from;
    while (at <= to) {
      const here = at;
      const rank = pieces.findIndex((piece) => piece.from <= here && piece.to >= here);
      const better = rank === -1 ? pieces : pieces.slice(0, rank);
      const next = Math.min(Infinity, ...better.map((piece) => piece.from).filter((first) => first > here));
      const end = Math.min(to, next - 1, pieces[rank]?.to ?? Infinity);
      segments.push({ from: at, to: end, piece: pieces[rank] ?? null });
      at = end + 1;
    }
    return segments;
  }

  /** @param {number} step @returns {Piece | null} the finest one that holds it */
  at(step) {
    return this.#pieces.size ? this.over({ from: step, to: step })[0].piece : null;
  }

  /** Rows after `step` are void. @param {number} step */
  rewind(step) {
    for (const [key, { to }] of this.#pieces) if (to > step) this.#pieces.delete(key);
  }

  clear() {
    this.#pieces.clear();
  }
}

/** @param {Span} seen @returns {number} width of the pieces that are drawn in such a view */
export function leastWidth({ from, to }) {
  return (to - from + 1) / 2;
}

/**
 * @param {Record<string, Column>} rows
 * @param {Span} span
 * @returns {[number, number]} the first row of the span, and the one behind its last
 */
export function rowsWithin({ step }, { from, to }) {
  const steps = /** @type {Int32Array} */ (step);
  return [countUpTo(steps, from - 1), countUpTo(steps, to)];
}
