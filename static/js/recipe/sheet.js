/** The layer sheet of the recipe, before anything is built. Rule: shows what the server computed, nothing else. */

import { byId, make, setText } from "../dom.js";
import { bytes, count, shape } from "../format.js";

/**
 * @typedef {{name: string, kind: string, output_shape: number[], weights: number, biases: number,
 *   receptive_field: number | string | null}} Layer
 * @typedef {{layers: Layer[], parameters: number, steps_per_epoch: number, train_size?: number,
 *   memory_estimate_bytes: number, dataset: import("./facts.js").Facts}} Inspection
 */

/** @param {Layer} layer */
function sees(layer) {
  if (layer.receptive_field == null) return "";
  return typeof layer.receptive_field === "string" ? "whole" : `${layer.receptive_field}²`;
}

/** @param {Layer} layer */
function row(layer) {
  const parameters = layer.weights + layer.biases ? `${count(layer.weights)} + ${count(layer.biases)}` : "–";
  const cell = make("td", { class: "number" }, sees(layer));
  if (layer.receptive_field != null) {
    const side = layer.receptive_field;
    cell.title = typeof side === "string" ? side : `${side}×${side} input pixels`;
  }
  return make(
    "tr",
    { "data-kind": layer.kind },
    make("th", { scope: "row", title: layer.kind.replaceAll("_", " ") }, layer.name),
    make("td", {}, shape(layer.output_shape)),
    make("td", { class: "number" }, parameters),
    cell,
  );
}

/** @param {number} ratio parameters per training sample */
function perSample(ratio) {
  return ratio >= 10 ? count(ratio) : ratio.toFixed(ratio >= 1 ? 1 : 2);
}

/** @param {Inspection} inspection */
export function showSheet(inspection) {
  byId("sheet-rows").replaceChildren(...inspection.layers.map(row));
  setText(byId("total-parameters"), count(inspection.parameters));
  const samples = inspection.train_size;
  setText(byId("total-per-sample"), samples ? perSample(inspection.parameters / samples) : "–");
  setText(byId("total-steps"), count(inspection.steps_per_epoch));
  setText(byId("total-memory"), bytes(inspection.memory_estimate_bytes));
  byId("sheet").dataset.kind = inspection.layers.every((layer) => layer.receptive_field == null) ? "points" : "images";
  byId("sheet").dataset.state = "ready";
}

/** The recipe cannot be built as it is: the last sheet stays, marked as not this recipe's. */
export function showSheetStale() {
  byId("sheet").dataset.state = "stale";
}
