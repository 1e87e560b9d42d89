/**
 * A job's training rows as runs: the opening sample, finer pieces of it where they were fetched, then every step
 * that was streamed. Rule: pure; runs follow each other without a gap and say whether all their steps are there.
 */

import { countUpTo } from "../log/columns.js";
import { rowsWithin } from "../log/detail.js";

/** @typedef {import("../log/decode.js").Column} Column */
/** @typedef {import("../log/detail.js").Piece} Piece */
/** @typedef {import("../log/detail.js").Span} Span */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {{every: boolean, piece: Piece | null, first: number, end: number,
 *   column: (name: string) => Column}} Run rows `first` up to `end` of a column */

/**
 * @param {JobFold} fold
 * @param {Span} [span] of steps, all when absent
 * @param {number} [least] width of a piece that counts
 * @returns {Run[]} in order
 */
export function runsOf(fold, span, least = 0) {
  const { train } = fold.splits;
  const column = (/** @type {string} */ name) => train.column(name);
  const steps = /** @type {Int32Array} */ (train.column("step"));
  const from = span ? countUpTo(steps, span.from - 1) : 0;
  const to = span ? countUpTo(steps, span.to) : steps.length;
  const sampled = fold.sampledSpan;
  /** @type {Run[]} */
  const runs = [];
  if (sampled) {
    const part = span ? { from: Math.max(span.from, sampled.from), to: Math.min(span.to, sampled.to) } : sampled;
    for (const { piece, ...within } of fold.detail.over(part, least)) {
      const rows = piece ? piece.rows : { step: steps.subarray(0, fold.sampledRows) };
      const [first, end] = rowsWithin(rows, within);
      if (end <= first) continue;
      if (piece) runs.push({ every: piece.every, piece, first, end, column: (name) => piece.rows[name] });
      else runs.push({ every: false, piece, first, end, column });
    }
  }
  const first = Math.max(from, fold.sampledRows);
  if (to > first) runs.push({ every: true, piece: null, first, end: to, column });
  return runs;
}
