/** A config as code, to read and to copy. Rule: it shows what whoever opened it says that would be sent. */

import { confirmed } from "../confirmed.js";
import { byId, setText, within } from "../dom.js";
import { curlOf, jsonOf, pythonOf } from "./code.js";

/** @typedef {import("./schema.js").Config} Config */
/** @typedef {keyof typeof FORMS} Kind */
/** @typedef {{title: string, note: string, config: Config}} Subject `config`: what differs from the defaults */

const FORMS = {
  json: { write: jsonOf, words: "JSON" },
  curl: { write: curlOf, words: "curl line" },
  python: { write: pythonOf, words: "Python program" },
};

export class CodeDialog {
  #dialog = /** @type {HTMLDialogElement} */ (byId("code-dialog"));
  #server;
  /** @type {Config} */
  #config = {};

  /** @param {string} root path prefix of the server */
  constructor(root) {
    const needsToken = document.documentElement.dataset.token === "needed";
    this.#server = { url: window.location.origin + root, needsToken };
    byId("code-kind").addEventListener("change", () => this.#write());
    byId("code-close").addEventListener("click", () => this.#dialog.close());
    byId("code-copy").hidden = !navigator.clipboard; // there is none on plain HTTP from another machine
    byId("code-by-hand").hidden = Boolean(navigator.clipboard);
    byId("code-copy").addEventListener("click", () => this.#copy());
  }

  /** @param {Subject} subject */
  open({ title, note, config }) {
    this.#config = config;
    setText(byId("code-title"), title);
    setText(byId("code-note"), note);
    this.#write();
    this.#dialog.showModal();
  }

  /** Opened with its text on the clipboard already, where the browser has one. @param {Subject} subject @param {Kind} kind */
  async copy(subject, kind) {
    /** @type {HTMLInputElement} */ (within(byId("code-kind"), `[value="${kind}"]`)).checked = true;
    this.open(subject);
    if (navigator.clipboard) await this.#copy();
  }

  /** @returns {Kind} */
  get #kind() {
    const chosen = /** @type {HTMLInputElement | null} */ (byId("code-kind").querySelector(":checked"));
    return /** @type {Kind} */ (chosen?.value ?? "json");
  }

  #write() {
    setText(byId("code-text"), FORMS[this.#kind].write(this.#config, this.#server));
    byId("code-token").hidden = this.#kind === "json" || !this.#server.needsToken;
    setText(byId("code-said"), "");
  }

  async #copy() {
    const { words } = FORMS[this.#kind];
    await navigator.clipboard.writeText(byId("code-text").textContent ?? "");
    setText(byId("code-said"), `${words} copied.`);
    confirmed(byId("code-copy"), "Copied");
  }
}
