/**
 * A measurement kept over a reload of the page. Rule: the address says which one it is (its seed), the server
 * remembers what it said, and this browser's tab keeps it for when the server no longer does.
 */

import { keep as keepIn, kept as keptIn } from "../kept.js";

/** @typedef {import("./gradient_cost.js").Measurement} Measurement */

const SEED = "seed"; // in the address
const SEEDS = 2 ** 32;
const KEPT = "livetrain gradient cost "; // then the seed

/** @returns {number} a seed that nobody used */
export function newSeed() {
  return Math.floor(Math.random() * SEEDS);
}

/** @param {string} query of the address @returns {number | null} the measurement that it names */
export function readSeed(query) {
  const text = new URLSearchParams(query).get(SEED) ?? "";
  return /^\d+$/.test(text) && Number(text) < SEEDS ? Number(text) : null;
}

/** @param {string} query @param {number} seed @returns {string} the address with that measurement */
export function withSeed(query, seed) {
  const address = new URLSearchParams(query);
  address.set(SEED, String(seed));
  return `?${address}`;
}

/** @param {number} seed @param {Measurement} measured @param {Storage} [storage] */
export function keep(seed, measured, storage = window.sessionStorage) {
  keepIn(storage, KEPT + seed, measured); // where it cannot be kept, the server remembers
}

/** @param {number} seed @param {Storage} [storage] @returns {Measurement | null} */
export function kept(seed, storage = window.sessionStorage) {
  return keptIn(storage, KEPT + seed);
}
