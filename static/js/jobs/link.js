/** Where a job's own page is. */

/** @param {string} id @returns {string} */
export function jobAddress(id) {
  return `${document.documentElement.dataset.root ?? ""}/jobs/${encodeURIComponent(id)}`;
}
