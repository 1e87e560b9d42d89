/** Where a job's own page is. Rule: what a lesson fixes goes along, so that it is fixed there too. */

let along = ""; // of the address, without its question mark

/** @param {string} query for the addresses made from here on; empty for none */
export function carryAlong(query) {
  along = query;
}

/** @param {string} id @returns {string} without anything that goes along */
export function jobPath(id) {
  return `${document.documentElement.dataset.root ?? ""}/jobs/${encodeURIComponent(id)}`;
}

/** @param {string} id @returns {string} */
export function jobAddress(id) {
  return jobPath(id) + (along && `?${along}`);
}
