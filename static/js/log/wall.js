/**
 * When training rows were made, in seconds since the training began, pauses and evaluations included.
 * Rule: pure; exact to what an entry of the log holds, 0.04 s, and never earlier than the row before it.
 */

/** @typedef {import("./decode.js").Column} Column */

/**
 * @param {Column} trained seconds of training at the rows of one entry
 * @param {number} written seconds since the beginning when the entry was written
 * @param {number} before the row before them, NaN without one: a clock that was set back stands still
 * @returns {Float64Array}
 */
export function wallSeconds(trained, written, before) {
  const last = trained[trained.length - 1];
  let least = Number.isNaN(before) ? 0 : before;
  return Float64Array.from(trained, (seconds) => (least = Math.max(least, written - (last - seconds))));
}

/** @param {Record<string, Column>} rows with `at`, seconds since 1970, where the server told it @param {number} began @returns {Record<string, Column>} */
export function withWall({ at, ...rows }, began) {
  const told = at && began ? Float64Array.from(at, (moment) => Math.max(0, moment - began)) : null;
  return { ...rows, wall_seconds: told ?? new Float64Array(rows.step.length).fill(NaN) };
}
