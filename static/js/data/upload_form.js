/** The upload form. Rule: what is wrong stands beside its field; the file stays chosen until it was taken. */

import { Problem } from "../api.js";
import { byId, setAttribute, setText } from "../dom.js";
import { percent } from "../format.js";
import { showError } from "../recipe/control.js";
import { send } from "./sending.js";
import { fileWords, nameOf } from "./words.js";

/** @typedef {import("../api.js").FieldError} FieldError */

const FIELDS = ["archive", "name", "side", "test_fraction", "split_seed", "flip_keeps_labels"];

export class UploadForm extends EventTarget {
  #address;
  #form = /** @type {HTMLFormElement} */ (byId("upload"));
  #file = /** @type {HTMLInputElement} */ (byId("archive"));
  #name = /** @type {HTMLInputElement} */ (byId("upload-name"));
  /** @type {File | null} dropped or chosen */
  #chosen = null;
  #madeUp = "";

  /** @param {string} address where it goes */
  constructor(address) {
    super();
    this.#address = address;
    for (const field of FIELDS) {
      const input = this.#input(field);
      input.dataset.help = input.getAttribute("aria-describedby") ?? "";
    }
    this.#file.addEventListener("change", () => this.#choose(this.#file.files?.[0] ?? null));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#bindDrop();
  }

  /** @param {string} field @returns {HTMLInputElement} */
  #input(field) {
    return /** @type {HTMLInputElement} */ (this.#form.elements.namedItem(field));
  }

  #bindDrop() {
    const drop = byId("drop");
    for (const name of ["dragenter", "dragover"]) {
      window.addEventListener(name, (event) => {
        event.preventDefault(); // else the browser would open the file
        drop.dataset.over = "true";
      });
    }
    window.addEventListener("dragleave", (event) => {
      if (!event.relatedTarget) drop.dataset.over = "false";
    });
    window.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.dataset.over = "false";
      this.#choose(event.dataTransfer?.files[0] ?? null);
    });
  }

  /** @param {File | null} file */
  #choose(file) {
    if (!file) return;
    this.#chosen = file;
    setText(byId("drop-words"), fileWords(file));
    setText(byId("drop-size"), "choose another");
    if (this.#name.value === this.#madeUp) this.#name.value = this.#madeUp = nameOf(file.name);
    this.showErrors([]);
  }

  /** @param {FieldError[]} errors @returns {FieldError[]} those that belong to no field here */
  showErrors(errors) {
    /** @type {HTMLElement | null} */
    let first = null;
    for (const field of FIELDS) {
      const input = this.#input(field);
      const message = errors.find((error) => error.field === field)?.message ?? null;
      showError(`error-${field}`, /** @type {HTMLElement} */ (input.closest(".field")), input, message);
      if (message && !first) first = input;
    }
    const details = this.#form.querySelector("details");
    if (details?.querySelector("[aria-invalid]")) details.open = true;
    first?.focus();
    return errors.filter((error) => !FIELDS.includes(error.field));
  }

  async #send() {
    const button = byId("upload-start");
    if (button.getAttribute("aria-disabled") === "true") return;
    this.#refuse("");
    if (!this.#chosen) {
      this.showErrors([{ field: "archive", message: "Choose a zip of class folders first." }]);
      return;
    }
    const form = new FormData();
    for (const field of FIELDS.slice(1, -1)) form.append(field, this.#input(field).value.trim());
    form.append("flip_keeps_labels", String(this.#input("flip_keeps_labels").checked));
    form.append("archive", this.#chosen); // last, so that the rest is judged before it comes
    button.setAttribute("aria-disabled", "true");
    this.showErrors([]);
    this.progress(0, "Sending…");
    try {
      const made = await send(this.#address, form, (share) =>
        this.progress(share, share < 1 ? `Sending… ${percent(share)}` : "Looking into the archive…"),
      );
      this.#forget();
      this.dispatchEvent(new CustomEvent("made", { detail: made }));
    } catch (error) {
      this.progress(null);
      if (!(error instanceof Problem)) throw error;
      const others = this.showErrors(error.errors);
      if (!error.errors.length) this.#refuse(error.message);
      else if (others.length) this.#refuse(others.map((one) => `${one.field}: ${one.message}`).join(" "));
    } finally {
      button.removeAttribute("aria-disabled");
    }
  }

  /** @param {number | null} share null hides it @param {string} [words] */
  progress(share, words = "") {
    byId("upload-progress").hidden = share === null;
    if (share === null) return;
    const bar = /** @type {HTMLElement} */ (byId("upload-progress").querySelector(".bar"));
    bar.style.setProperty("--share", String(share));
    setAttribute(bar, "aria-valuenow", String(Math.round(100 * share)));
    setText(byId("upload-words"), words);
  }

  /** @param {string} words */
  #refuse(words) {
    byId("upload-error").hidden = !words;
    setText(byId("upload-error"), words);
  }

  #forget() {
    this.#chosen = null;
    this.#file.value = "";
    this.#name.value = this.#madeUp = "";
    setText(byId("drop-words"), "Drop a zip here, or choose one");
    setText(byId("drop-size"), "up to 2 GB");
  }
}
