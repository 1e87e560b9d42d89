/** A chart's menu to save what is seen: a picture, or its rows. Rule: nothing is asked of the server. */

import { make } from "../dom.js";
import { download, downloadTable } from "../download.js";
import { closing } from "../menu.js";

/** @typedef {"png" | "svg" | "csv"} Format */

const TITLES = { png: "PNG picture", svg: "SVG picture", csv: "CSV of the rows in view" };

export const PICTURES = /** @type {Format[]} */ (["png", "svg"]);
const ALL = /** @type {Format[]} */ ([...PICTURES, "csv"]);

/** @param {HTMLElement} figure @param {string} title of the chart @param {(format: Format) => void} save @param {Format[]} [formats] */
export function addSaveMenu(figure, title, save, formats = ALL) {
  const menu = /** @type {HTMLDetailsElement} */ (make("details", { class: "save" }));
  menu.append(make("summary", { class: "quiet", "aria-label": `Save ${title}` }, "Save"));
  const list = make("div", {});
  for (const format of formats) {
    const button = make("button", { type: "button", class: "plain", "data-save": format }, TITLES[format]);
    button.addEventListener("click", () => {
      menu.open = false;
      menu.querySelector("summary")?.focus();
      save(format);
    });
    list.append(button);
  }
  menu.append(list);
  closing(menu);
  figure.querySelector("figcaption")?.append(menu);
}

/**
 * @param {Format} format
 * @param {{image: (format: "png" | "svg", heading: string) => Promise<string | null>}} chart
 * @param {{name: string, heading: string, csv?: () => string}} what `name`: the file's, without its ending
 */
export async function saveSeen(format, chart, { name, heading, csv }) {
  const file = `${name}.${format}`;
  if (format === "csv") return downloadTable(file, csv?.() ?? "");
  const address = await chart.image(format, heading);
  if (address) download(file, address);
}
