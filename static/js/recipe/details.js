/** What a row of the sheet tells when it is opened. Rule: pure; words and figures, in the order they are read. */

import { bytes, count, percent, shape } from "../format.js";

/** @typedef {import("./sheet.js").Layer} Layer */

const LEAST_SHARE = 0.001;
const KINDS = /** @type {Record<string, string>} */ ({
  residual: "residual block: the sum of its body and its shortcut",
});

/** @param {Layer} layer @returns {string} how many times more weights it would be */
function instead({ weights, fully_connected_weights: dense }) {
  if (!dense) return "";
  return weights && dense !== weights ? `${count(dense)} weights, ${count(dense / weights)} times as many` : "";
}

/** @param {Layer} layer @returns {[string, string][]} */
export function detailsOf(layer) {
  const { receptive_field: side } = layer;
  const sees = side == null ? "" : typeof side === "string" ? side : `${side}×${side} input pixels`;
  const share = !(layer.weights + layer.biases) ? "" : layer.share < LEAST_SHARE ? "less than 0.1 %" : percent(layer.share);
  return /** @type {[string, string][]} */ ([
    ["kind", KINDS[layer.kind] ?? layer.kind.replaceAll("_", " ")],
    ["input → output", `${shape(layer.input_shape)} → ${shape(layer.output_shape)}`],
    ["output side", layer.size_formula ?? ""],
    ["parameters", layer.parameters_formula ?? ""],
    ["share of all", share],
    ["fully connected instead", instead(layer)],
    ["sees", sees],
    ["multiply-adds", layer.macs ? count(layer.macs) : ""],
    ["memory, about", bytes(layer.memory_estimate_bytes)],
  ]).filter(([, text]) => text);
}

/**
 * Parameters against training samples, in words.
 * @param {number} parameters @param {number | null | undefined} samples @returns {string}
 */
export function comparison(parameters, samples) {
  if (!samples || !parameters) return "";
  const ratio = parameters / samples;
  const all = `${count(parameters)} parameters, ${count(samples)} training samples`;
  if (ratio >= 1) return `${all}: ${ratio >= 10 ? count(ratio) : ratio.toFixed(1)} parameters for each sample.`;
  const samplesEach = 1 / ratio;
  return `${all}: ${samplesEach >= 10 ? count(samplesEach) : samplesEach.toFixed(1)} samples for each parameter.`;
}
