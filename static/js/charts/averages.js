/** The smoothed lines of all jobs on the charts. Rule: made once, and anew only for what is new. */

import { CausalAverage } from "./smooth.js";

/** @typedef {import("../log/detail.js").Piece} Piece */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("./curves.js").Metric} Metric */

export class Averages {
  /** 0 (no smoothing) up to below 1. */
  beta = 0.9;
  /** @type {WeakMap<JobFold | Piece, Partial<Record<Metric, CausalAverage>>>} */
  #known = new WeakMap();

  /** @param {JobFold | Piece} of @param {Metric} metric @returns {CausalAverage} */
  #average(of, metric) {
    const known = this.#known.get(of) ?? {};
    const there = known[metric];
    const average = there?.beta === this.beta ? there : new CausalAverage(this.beta);
    this.#known.set(of, { ...known, [metric]: average });
    return average;
  }

  /** @param {JobFold} fold @param {Metric} metric */
  ofFold(fold, metric) {
    return this.#average(fold, metric).over(fold.splits.train.column(metric), fold.generation, fold.sampledRows);
  }

  /** Of a piece with every step; the rows it leads in with are there for this. @param {Piece} piece @param {Metric} metric */
  ofPiece(piece, metric) {
    return this.#average(piece, metric).over(piece.rows[metric]);
  }
}
