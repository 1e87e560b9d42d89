/**
 * How long a training will take, from what was measured here on the same work.
 * Rule: no guess. Without a job of the same network on the same data there is no figure.
 */

/** @typedef {import("./schema.js").Config} Config */
/** @typedef {{config: Config, images_per_second: number | null, threads: number | null}} Measured */

/** Fields that change what one sample costs. */
const COST_FIELDS = [
  "dataset", "architecture", "hidden_sizes", "words", "activation", "layers", "gradients", "batch_size", "optimizer",
  "batch_norm", "augment", "device", "precision",
];

/** @param {Config} config */
function costKey(config) {
  return JSON.stringify(COST_FIELDS.map((name) => config[name] ?? null));
}

/**
 * @param {Config} config complete
 * @param {number | null} samples training samples of one epoch
 * @param {Iterable<Measured>} jobs newest first
 * @returns {number | null} seconds of training
 */
export function estimateSeconds(config, samples, jobs) {
  if (!samples || !Number.isFinite(config.epochs)) return null;
  const wanted = costKey(config);
  for (const job of jobs) {
    if (job.images_per_second && costKey(job.config) === wanted) {
      const passes = config.architecture === "bow_svm" ? 1 : config.epochs;
      return (samples * passes) / job.images_per_second;
    }
  }
  return null;
}
