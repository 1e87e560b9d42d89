/** Which augmentations keep a data set's labels, and why. Rule: said where augmentation is switched on. */

import { byId, make, setText } from "../dom.js";

/** @typedef {import("./facts.js").Facts} Facts */

/** @param {Facts} facts @returns {string} */
export function reasonWords({ title, label_keeping_augmentations: kept, augmentation_reason: reason }) {
  if (!kept?.length) return `${title}: nothing to augment. ${reason ?? ""}`.trim();
  const flip = kept.includes("flip") ? "" : ", no flip";
  return `${title}: ${kept.join(" and ")}${flip}. ${reason ?? ""}`.trim();
}

/** @param {Facts | null} facts */
export function showReason(facts) {
  const row = document.querySelector('[data-row="augment"]');
  if (!row) return;
  if (!row.querySelector("#augment-reason")) {
    row.querySelector("small")?.after(make("small", { id: "augment-reason" }));
    const button = /** @type {HTMLElement | null} */ (row.querySelector("button"));
    if (button) button.dataset.help = "help-augment augment-reason";
    button?.setAttribute("aria-describedby", "help-augment augment-reason");
  }
  setText(byId("augment-reason"), facts ? reasonWords(facts) : "");
}
