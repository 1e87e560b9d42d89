/**
 * The legend above the charts, and which marks their own small key explains. Rule: with colours or dashes by a field the
 * legend is that field's values, under the field's title.
 */

import { byId, make } from "../dom.js";
import { swatch } from "../swatch.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("./paint.js").Entry} Entry */

/** @param {{splits: string[], isBand: boolean}} effective what is drawn @param {boolean} isMarked whether evaluations have marks on their lines */
export function writeKey({ splits, isBand }, isMarked) {
  const { dataset } = byId("compare");
  Object.assign(dataset, { splits: splits.join(" "), bands: String(isBand), marked: String(isMarked) });
}

/** @param {import("./paint.js").Painted} painted @param {Field | undefined} by @param {Field | undefined} dash */
export function writeLegend({ colors, dashes }, by, dash) {
  const list = byId("compare-legend");
  const state = JSON.stringify([colors, dashes, by?.name, dash?.name]);
  if (list.dataset.state === state) return;
  list.dataset.state = state;
  list.replaceChildren(...(by ? [head(by)] : []), ...colors.map(item), ...(dash && dashes.length ? [head(dash), ...dashes.map(item)] : []));
}

/** @param {Field} field */
function head({ title }) {
  return make("li", { class: "legend-head" }, title);
}

/** @param {Entry} entry */
function item(entry) {
  return make("li", { "data-entry": entry.label, "data-key": entry.keys.join(" ") }, swatch(entry), make("span", {}, entry.label));
}
