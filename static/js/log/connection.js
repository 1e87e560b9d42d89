/**
 * What can be claimed about the picture: how far behind it is and whether anything is missing.
 * Rule: pure; it says only what the fold and the socket know.
 */

import { count, delay, duration } from "../format.js";

/** @typedef {import("./job_stream.js").JobStream} JobStream */
/** @typedef {{state: string, text: string, missing: number, behind: number | null}} Claim */

const STALE = 5000; // ms after which a delay says nothing about now

/** @param {number} retryAt unix ms @param {number} now */
function retryWords(retryAt, now) {
  return `reconnecting in ${duration(Math.max(1, Math.ceil((retryAt - now) / 1000))).replace(".0", "")}`;
}

/**
 * @param {JobStream} stream
 * @param {number} now unix ms
 * @returns {Claim}
 */
export function claimOf(stream, now) {
  const { fold, state } = stream;
  const missing = fold.missing;
  const behind = state === "live" && now - stream.measuredAt < STALE ? stream.behind : null;
  const lacks = `${count(missing)} missing`;
  const texts = {
    connecting: "connecting",
    "catching-up": "catching up",
    live: ["live", behind == null ? "" : `${delay(behind)} behind`, lacks].filter(Boolean).join(" · "),
    reconnecting: retryWords(stream.retryAt, now),
    done: `done · ${count(fold.splits.train.length ? fold.splits.train.last("step") : 0)} steps · ${lacks}`,
    gone: "this job was deleted",
  };
  return { state, text: texts[state], missing, behind };
}

/**
 * Without a selected job the pill speaks of the list of jobs.
 * @param {import("./lasting_socket.js").Link} link
 * @param {number} retryAt
 * @param {number} now
 * @returns {Claim}
 */
export function claimOfList(link, retryAt, now) {
  const state = link === "open" ? "ready" : link === "waiting" ? "reconnecting" : "connecting";
  const text = state === "ready" ? "connected" : state === "reconnecting" ? retryWords(retryAt, now) : "connecting";
  return { state, text, missing: 0, behind: null };
}
