/**
 * The explanations of the recipe's fields: a small “?” beside each, and one panel that it opens. Rule: the panel
 * stands over the page and moves nothing; Escape closes it, and the picture follows the recipe while it is open.
 */

import { byId, make, setAttribute, setText } from "../dom.js";
import { formula } from "../formula.js";
import { PICTURES } from "./pictures.js";
import { svgOf } from "./svg.js";
import { TEXTS } from "./texts.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/** @typedef {import("./drawing.js").Config} Config */
/** @typedef {import("./drawing.js").Context} Context */

const [GAP, MARGIN] = [12, 8]; // pixels to the form, and to the window's edge
const NARROW = 760; // pixels, as in layout.css

export class Explanations {
  #form;
  #titles;
  #sources;
  #panel = byId("explanation");
  /** @type {HTMLElement | null} */
  #opener = null;

  /** @param {HTMLElement} form @param {Field[]} fields @param {{config: () => Config, context: () => Context}} sources */
  constructor(form, fields, sources) {
    this.#form = form;
    this.#titles = new Map(fields.map(({ name, title }) => [name, title]));
    this.#sources = sources;
    for (const row of form.querySelectorAll("[data-row]")) this.#offer(/** @type {HTMLElement} */ (row));
    byId("explanation-close").addEventListener("click", () => this.#close());
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#opener) this.#close();
    });
    document.addEventListener("pointerdown", ({ target }) => {
      const inside = target instanceof Node && (form.contains(target) || this.#panel.contains(target));
      if (this.#opener && !inside) this.#close({ refocus: false });
    });
    for (const moved of ["scroll", "resize"]) window.addEventListener(moved, () => this.#place(), { passive: true });
  }

  /** The recipe, or what is known of its data, changed. */
  refresh() {
    if (this.#opener?.closest("[hidden]")) this.#close();
    const name = this.#opener?.dataset.explain;
    if (name) this.#draw(name);
  }

  /** @param {HTMLElement} row */
  #offer(row) {
    const name = row.dataset.row ?? "";
    if (!(name in TEXTS) || row.parentElement?.closest("[data-row]")) return; // what lies in a toggle is told with it
    const button = make(
      "button",
      { type: "button", class: "explain", "data-explain": name, "aria-label": `Explain: ${this.#titles.get(name)}`, "aria-expanded": "false", "aria-controls": "explanation" },
      "?",
    );
    button.addEventListener("click", () => (this.#opener === button ? this.#close() : this.#open(button)));
    row.querySelector("label, .toggle-label")?.after(button);
  }

  /** @param {HTMLElement} button */
  #open(button) {
    if (this.#opener) setAttribute(this.#opener, "aria-expanded", "false");
    this.#opener = button;
    const name = button.dataset.explain ?? "";
    const { words, formula: written } = TEXTS[name];
    setText(byId("explanation-title"), this.#titles.get(name) ?? name);
    setText(byId("explanation-words"), words);
    byId("explanation-formula").replaceChildren(...(written ? [formula(written)] : []));
    this.#draw(name);
    if (!this.#panel.matches(":popover-open")) this.#panel.showPopover();
    setAttribute(button, "aria-expanded", "true");
    this.#place();
    this.#panel.focus({ preventScroll: true });
  }

  /** @param {string} name */
  #draw(name) {
    const drawing = PICTURES[name]?.(this.#sources.config(), this.#sources.context()) ?? null;
    byId("explanation-figure").hidden = !drawing;
    byId("explanation-picture").replaceChildren(...(drawing ? [svgOf(drawing)] : []));
    setText(byId("explanation-says"), drawing?.says ?? "");
    this.#panel.dataset.explained = name;
  }

  /** @param {{refocus?: boolean}} [options] */
  #close({ refocus = true } = {}) {
    const opener = this.#opener;
    if (!opener) return;
    this.#opener = null;
    setAttribute(opener, "aria-expanded", "false");
    const returns = refocus && (this.#panel.contains(document.activeElement) || document.activeElement === document.body);
    this.#panel.hidePopover();
    if (returns) opener.focus({ preventScroll: true });
  }

  /** Beside the form; on a phone below the button, or above it where there is no room. */
  #place() {
    if (!this.#opener) return;
    const [button, form, panel] = [this.#opener, this.#form, this.#panel].map((one) => one.getBoundingClientRect());
    const narrow = window.innerWidth <= NARROW;
    const lowest = window.innerHeight - panel.height - MARGIN;
    const under = button.bottom + MARGIN;
    const room = lowest - (narrow ? byId("start").getBoundingClientRect().height + 80 : 0);
    const top = !narrow ? Math.min(button.top - GAP, lowest) : under <= room ? under : button.top - panel.height - MARGIN;
    const left = narrow ? (window.innerWidth - panel.width) / 2 : form.right + GAP;
    this.#panel.style.setProperty("inset-block-start", `${Math.max(MARGIN, top)}px`);
    this.#panel.style.setProperty("inset-inline-start", `${left}px`);
  }
}
