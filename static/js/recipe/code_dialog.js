/** The recipe as code, to read and to copy. Rule: it shows what Start would send now. */

import { confirmed } from "../confirmed.js";
import { byId, setText } from "../dom.js";
import { curlOf, jsonOf, pythonOf } from "./code.js";

/** @typedef {import("./schema.js").Config} Config */

const WRITERS = { json: jsonOf, curl: curlOf, python: pythonOf };

export class CodeDialog {
  #dialog = /** @type {HTMLDialogElement} */ (byId("code-dialog"));
  #server;
  #config;

  /** @param {string} root path prefix of the server @param {() => Config} config what differs from the defaults now */
  constructor(root, config) {
    this.#config = config;
    const needsToken = document.documentElement.dataset.token === "needed";
    this.#server = { url: window.location.origin + root, needsToken };
    byId("as-code").addEventListener("click", () => {
      this.#write();
      this.#dialog.showModal();
    });
    byId("code-kind").addEventListener("change", () => this.#write());
    byId("code-close").addEventListener("click", () => this.#dialog.close());
    byId("code-copy").hidden = !navigator.clipboard; // there is none on plain HTTP from another machine
    byId("code-by-hand").hidden = Boolean(navigator.clipboard);
    byId("code-copy").addEventListener("click", () => this.#copy());
  }

  /** @returns {keyof typeof WRITERS} */
  get #kind() {
    const chosen = /** @type {HTMLInputElement | null} */ (byId("code-kind").querySelector(":checked"));
    return /** @type {keyof typeof WRITERS} */ (chosen?.value ?? "json");
  }

  #write() {
    setText(byId("code-text"), WRITERS[this.#kind](this.#config(), this.#server));
    byId("code-token").hidden = this.#kind === "json" || !this.#server.needsToken;
  }

  async #copy() {
    await navigator.clipboard.writeText(byId("code-text").textContent ?? "");
    confirmed(byId("code-copy"), "Copied");
  }
}
