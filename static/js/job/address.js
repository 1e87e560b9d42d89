/**
 * What the Job page's address says beside the job: which others are on its charts, the moment looked at,
 * and what is chosen under “Inside”.
 * Rule: pure; the words are the Lab's, and what is written reads back equal.
 */

import { readAddress, writeAddress } from "../recipe/address.js";

/** @typedef {{shown: string[], colors: (number | null)[], at: number | null, inside?: string | null}} State `at`: a step; null is now */

const AT = "at";
const STEP = /^\d{1,15}$/;

/** @param {string} query @returns {State} */
export function readState(query) {
  const { shown, colors = [], inside } = readAddress(query, []);
  const at = new URLSearchParams(query).get(AT) ?? "";
  return { shown, colors, at: STEP.test(at) ? Number(at) : null, ...(inside ? { inside } : {}) };
}

/** @param {State} state @param {string} [along] of a lesson @returns {string} with its question mark; empty when there is nothing to say */
export function writeState({ shown, colors, at, inside }, along = "") {
  const parts = [writeAddress({ config: {}, job: null, shown, colors, inside }, []), at === null ? "" : `${AT}=${at}`, along];
  const query = parts.filter(Boolean).join("&");
  return query && `?${query}`;
}
