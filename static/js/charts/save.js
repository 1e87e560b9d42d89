/** A chart's menu to save what is seen: a picture, or its rows. Rule: nothing is asked of the server. */

import { make } from "../dom.js";
import { download, downloadTable } from "../download.js";
import { closing } from "../menu.js";
import { csvOf, fileName } from "./csv.js";

/** @typedef {"png" | "svg" | "csv"} Format */

const TITLES = { png: "PNG picture", svg: "SVG picture", csv: "CSV of the rows in view" };

/** @param {HTMLElement} figure @param {string} title of the chart @param {(format: Format) => void} save */
export function addSaveMenu(figure, title, save) {
  const menu = /** @type {HTMLDetailsElement} */ (make("details", { class: "save" }));
  menu.append(make("summary", { class: "quiet", "aria-label": `Save ${title}` }, "Save"));
  const list = make("div", {});
  for (const [format, words] of Object.entries(TITLES)) {
    const button = make("button", { type: "button", class: "plain", "data-save": format }, words);
    button.addEventListener("click", () => {
      menu.open = false;
      menu.querySelector("summary")?.focus();
      save(/** @type {Format} */ (format));
    });
    list.append(button);
  }
  menu.append(list);
  closing(menu);
  figure.querySelector("figcaption")?.append(menu);
}

/**
 * @param {Format} format
 * @param {import("./curves.js").Metric} metric
 * @param {import("./charts.js").LineChart} chart
 * @param {{shown: import("./picture.js").Shown[], axis: import("./axis.js").Axis, seen: [number, number]}} what
 */
export async function saveSeen(format, metric, chart, { shown, axis, seen }) {
  const name = `${fileName(shown, metric)}.${format}`;
  if (format === "csv") return downloadTable(name, csvOf(shown, axis, seen));
  const address = await chart.image(format, metric === "loss" ? "Loss" : "Accuracy");
  if (address) download(name, address);
}
