/** Whether a job's data are still those that it learned from. Rule: pure; what is not known is not claimed. */

/** @typedef {import("./words.js").Job} Job */
/** @typedef {{name: string, state?: string, fingerprint?: string | null, created_at?: string | null}} Lying a data set as it lies there now */

/**
 * @param {Job} job
 * @param {Lying[]} datasets all there are
 * @returns {string} why it can neither go on nor be tried, and what to do; empty when nothing speaks against it
 */
export function lackWords(job, datasets) {
  const name = job.config.dataset;
  const lying = datasets.find((dataset) => dataset.name === name && (dataset.state ?? "ready") === "ready");
  if (!lying) return `The data set ${name} that the job learned from is not here any more; upload it again under this name, or start a new job.`;
  const { fingerprint, created_at: at } = lying;
  if (!job.data_fingerprint || !fingerprint || job.data_fingerprint === fingerprint) return "";
  if (!at) return `The files of data set ${name} were changed: they no longer hold the samples that the job learned from; put the former ones back, or start a new job.`;
  const moment = at.slice(0, 16).replace("T", " ");
  return `The data set ${name} was replaced at ${moment} UTC: it no longer holds the pictures that the job learned from; upload the former ones again under this name, or start a new job.`;
}
