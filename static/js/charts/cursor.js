/**
 * A line over a chart at the moment looked at. Rule: an element of its own, so that moving it draws no chart anew; it
 * lies beside what Plotly made and takes no pointer.
 */

import { make, setAttribute } from "../dom.js";

/** @typedef {{left: number, top: number, width: number, height: number}} Box pixels of the plot within the figure */

export class Cursor {
  #line = make("i", { class: "chart-cursor", "aria-hidden": "true" });

  /** @param {HTMLElement} figure */
  constructor(figure) {
    this.#line.hidden = true;
    figure.append(this.#line);
  }

  /** @param {number | null} x in the chart's units; null hides it @param {[number, number]} range seen @param {Box} box @param {number | null} step for whoever reads it */
  show(x, [from, to], { left, top, width, height }, step) {
    const share = x === null ? NaN : (x - from) / (to - from);
    const isSeen = share >= 0 && share <= 1;
    this.#line.hidden = !isSeen;
    setAttribute(this.#line, "data-step", step === null ? null : String(step));
    if (!isSeen) return;
    Object.assign(this.#line.style, { left: `${left + share * width}px`, top: `${top}px`, height: `${height}px` });
  }
}
