/** The list of shortcuts, with the switch that turns them off. Rule: it shows what works on this page now. */

import { make } from "../dom.js";
import { HELP } from "./table.js";

/** @typedef {import("./table.js").Shortcut} Shortcut */

/**
 * @param {Shortcut[]} shortcuts
 * @param {boolean} areOn
 * @param {(on: boolean) => void} onSwitch
 */
export function showShortcuts(shortcuts, areOn, onSwitch) {
  document.getElementById("shortcuts")?.remove();
  const box = /** @type {HTMLInputElement} */ (make("input", { type: "checkbox", id: "shortcuts-on" }));
  box.checked = areOn;
  box.addEventListener("change", () => onSwitch(box.checked));
  const rows = [{ key: HELP, words: "this list" }, ...shortcuts].map(({ key, words }) =>
    make("div", {}, make("dt", {}, make("kbd", {}, key)), make("dd", {}, words)),
  );
  const form = make(
    "form",
    { method: "dialog" },
    make("h2", { id: "shortcuts-title" }, "Keyboard shortcuts"),
    make("dl", { class: "shortcuts" }, ...rows),
    make("p", { class: "note" }, "Not while you type. Everything else can be reached with Tab, Enter, Space and the arrows."),
    make("label", { class: "shortcuts-switch" }, box, "Use these keys"),
    make("div", { class: "dialog-actions" }, make("button", { class: "plain", autofocus: "" }, "Close")),
  );
  const dialog = /** @type {HTMLDialogElement} */ (make("dialog", { id: "shortcuts", "aria-labelledby": "shortcuts-title" }, form));
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}
