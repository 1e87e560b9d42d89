/** A chart's menu to save what is seen: a picture, or its rows. Rule: nothing is asked of the server. */

import { make } from "../dom.js";
import { closing } from "../menu.js";

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

/** @param {string} name @param {string} address of data */
export function download(name, address) {
  make("a", { href: address, download: name }).click();
}

/** @param {string} name @param {string} text */
export function downloadText(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  download(name, address);
  setTimeout(() => URL.revokeObjectURL(address), 1000); // the download has begun by then
}
