/**
 * The layer sheet: of the recipe before anything is built, or of a published network. Rule: shows what the server
 * computed, nothing else; a row that was opened stays open while the recipe changes.
 */

import { byId, make, setAttribute, setText } from "../dom.js";
import { bytes, count, shape } from "../format.js";
import { comparison, detailsOf } from "./details.js";
import { Measure } from "./measure.js";

/**
 * @typedef {{name: string, kind: string, input_shape: number[], output_shape: number[], weights: number,
 *   biases: number, receptive_field: number | string | null, macs: number, share: number,
 *   memory_estimate_bytes: number, size_formula: string | null, parameters_formula: string | null,
 *   fully_connected_weights: number | null}} Layer
 * @typedef {{layers: Layer[], parameters: number, steps_per_epoch: number | null, train_size?: number,
 *   memory_estimate_bytes: number, macs: number, svm_parameters: number | null,
 *   dataset: import("./facts.js").Facts}} Inspection
 * @typedef {{name: string, title: string, description: string}} Reference
 */

const OWN = ""; // the choice of the recipe's own sheet
const COLUMNS = "4";

/** @param {Layer} layer */
function sees(layer) {
  if (layer.receptive_field == null) return "";
  return typeof layer.receptive_field === "string" ? "whole" : `${layer.receptive_field}²`;
}

/** @param {string} name @returns {(string | HTMLElement)[]} a part's name may break after its block and in itself */
function breakable(name) {
  const [block, part] = name.split(".");
  if (!part) return [name];
  const [first, ...rest] = part.split("_");
  return [`${block}.`, make("wbr"), first, ...rest.flatMap((word) => [make("wbr"), `_${word}`])];
}

/** @param {Layer} layer */
function learned({ weights, biases }) {
  if (!weights && !biases) return "–";
  return biases ? `${count(weights)} + ${count(biases)}` : count(weights);
}

/** @param {Layer} layer */
function row(layer) {
  const cell = make("td", { class: "number" }, sees(layer));
  const button = make("button", { type: "button", "aria-expanded": "false" }, ...breakable(layer.name));
  return make(
    "tr",
    { "data-kind": layer.kind, "data-layer": layer.name },
    make("th", { scope: "row" }, button),
    make("td", {}, shape(layer.output_shape)),
    make("td", { class: "number" }, learned(layer)),
    cell,
  );
}

/** @param {Layer} layer */
function detailsRow(layer) {
  const list = make("dl", {});
  for (const [term, words] of detailsOf(layer)) {
    list.append(make("div", {}, make("dt", {}, term), make("dd", {}, words)));
  }
  return make("tr", { "data-details": layer.name }, make("td", { colspan: COLUMNS }, list));
}

export class Sheet {
  #api;
  #measure;
  /** @type {Inspection | null} of the recipe */
  #own = null;
  #isStale = false;
  /** @type {Map<string, any>} sheets of published networks, by name */
  #references = new Map();
  /** @type {Map<string, Layer>} as shown */
  #layers = new Map();
  /** @type {Set<string>} names of opened rows */
  #open = new Set();

  /** @param {import("../api.js").Api} api @param {() => Record<string, any>} changesNow the recipe as it is sent */
  constructor(api, changesNow) {
    this.#api = api;
    this.#measure = new Measure(api, changesNow);
    byId("sheet-rows").addEventListener("click", (event) => {
      const line = /** @type {HTMLElement} */ (event.target).closest("tr[data-layer]");
      if (line instanceof HTMLElement) this.#toggle(line);
    });
    this.#choice.addEventListener("change", () => this.#chosen());
    this.#offer();
  }

  get #choice() {
    return /** @type {HTMLSelectElement} */ (byId("sheet-of"));
  }

  async #offer() {
    /** @type {Reference[]} */
    const references = await this.#api.get("/api/sheets");
    this.#choice.append(...references.map(({ name, title }) => make("option", { value: name }, title)));
  }

  /** The recipe was edited; its figures will come. */
  edited() {
    this.#measure.forget();
  }

  /** @param {Inspection} inspection of the recipe */
  show(inspection) {
    this.#own = inspection;
    this.#isStale = false;
    if (this.#choice.value === OWN) this.#write(inspection);
  }

  /** The recipe cannot be built as it is: the last sheet stays, marked as not this recipe's. */
  stale() {
    this.#isStale = true;
    if (this.#choice.value === OWN) byId("sheet").dataset.state = "stale";
  }

  async #chosen() {
    const name = this.#choice.value;
    byId("measuring").hidden = name !== OWN;
    if (name === OWN) {
      setText(byId("sheet-note"), "");
      if (this.#own) this.#write(this.#own);
      if (this.#isStale) this.stale();
      return;
    }
    byId("sheet").dataset.state = "loading";
    if (!this.#references.has(name)) this.#references.set(name, await this.#api.get(`/api/sheets/${name}`));
    if (this.#choice.value !== name) return;
    const reference = this.#references.get(name);
    setText(byId("sheet-note"), reference.description);
    this.#write(reference);
  }

  /** @param {Inspection} inspection */
  #write(inspection) {
    const focused = document.activeElement?.closest("#sheet-rows tr[data-layer]")?.getAttribute("data-layer");
    this.#layers = new Map(inspection.layers.map((layer) => [layer.name, layer]));
    const rows = inspection.layers.map(row);
    byId("sheet-rows").replaceChildren(...rows);
    for (const line of rows) {
      const name = line.dataset.layer ?? "";
      if (this.#open.has(name)) this.#expand(line);
      if (name === focused) line.querySelector("button")?.focus();
    }
    this.#writeTotals(inspection);
    const isPoints = inspection.layers.every((layer) => layer.receptive_field == null);
    byId("sheet").dataset.kind = isPoints ? "points" : "images";
    byId("sheet").dataset.state = "ready";
  }

  /** @param {Inspection} inspection */
  #writeTotals(inspection) {
    setText(byId("total-parameters"), count(inspection.parameters));
    setText(byId("total-macs"), count(inspection.macs));
    setText(byId("total-steps"), count(inspection.steps_per_epoch));
    setText(byId("total-memory"), bytes(inspection.memory_estimate_bytes));
    const { svm_parameters: svm } = inspection;
    const words = svm ? ` Bags of 1,001 visual words with an SVM would learn ${count(svm)} parameters.` : "";
    setText(byId("total-comparison"), comparison(inspection.parameters, inspection.train_size) + words);
  }

  /** @param {HTMLElement} line */
  #toggle(line) {
    const name = line.dataset.layer ?? "";
    if (this.#open.delete(name)) {
      line.nextElementSibling?.remove();
      setAttribute(/** @type {Element} */ (line.querySelector("button")), "aria-expanded", "false");
    } else {
      this.#open.add(name);
      this.#expand(line);
    }
  }

  /** @param {HTMLElement} line */
  #expand(line) {
    const layer = this.#layers.get(line.dataset.layer ?? "");
    if (!layer) return;
    line.after(detailsRow(layer));
    setAttribute(/** @type {Element} */ (line.querySelector("button")), "aria-expanded", "true");
  }
}
