/** The recipe as one sentence beside Start. Rule: pure; it says what will happen, not every setting. */

/** @typedef {import("./schema.js").Config} Config */

const TOGGLES = /** @type {[string, string][]} */ ([
  ["standardize", "standardized"],
  ["augment", "augmented"],
]);

/** @param {Config} config @param {string} datasetTitle @param {string} architectureTitle */
export function sentence(config, datasetTitle, architectureTitle) {
  const how = TOGGLES.filter(([name]) => config[name] === true).map(([, word]) => word);
  const data = [how.join(", "), datasetTitle].filter(Boolean).join(" ");
  const sizes = Array.isArray(config.hidden_sizes) ? config.hidden_sizes.join(", ") : config.hidden_sizes;
  const network =
    config.architecture === "mlp" ? (sizes ? `mlp with ${sizes} hidden units` : "a linear model") : architectureTitle;
  if (config.architecture === "bow_svm") return `${data} · ${config.words} visual words, linear SVMs · in one go`;
  const extras = [
    config.dropout ? `dropout ${config.dropout}` : "",
    config.batch_norm ? "batch normalization" : "",
  ].filter(Boolean);
  const name = String(config.optimizer).toUpperCase() === "SGD" ? "SGD" : "Adam";
  const momentum = name === "SGD" && config.momentum ? ` with momentum ${config.momentum}` : "";
  const optimizer = `${name} ${config.learning_rate}${momentum}`;
  const batch = config.batch_size === "full" ? "the full batch" : `batches of ${config.batch_size}`;
  return `${data} · ${[network, ...extras].join(", ")} · ${optimizer}, ${batch}, ${config.epochs} epochs`;
}
