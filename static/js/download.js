/** Something on the page as a file. Rule: it is made here; nothing is asked of the server. */

import { make } from "./dom.js";

const BEGUN = 1000; // ms after which a download has begun

/** @param {string} name @param {string} address of data */
export function download(name, address) {
  make("a", { href: address, download: name }).click();
}

/** @param {string} name @param {string} text a table as CSV */
export function downloadTable(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  download(name, address);
  setTimeout(() => URL.revokeObjectURL(address), BEGUN);
}
