/** Whether to delete, asked once. Rule: what will be gone is named, or counted. */

import { byId, setText } from "../dom.js";

/** @param {string} title @param {string} what will be gone, in a few words @returns {Promise<boolean>} */
export async function askDelete(title, what) {
  const dialog = /** @type {HTMLDialogElement} */ (byId("confirm"));
  setText(byId("confirm-title"), title);
  setText(byId("confirm-name"), what);
  dialog.returnValue = "keep";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  return dialog.returnValue === "delete";
}
