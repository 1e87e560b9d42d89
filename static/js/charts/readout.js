/** All jobs' values at the pointer, in one small table over a chart. Rule: it writes what it is given and lies in nobody's way. */

import { make, setAttribute, setText } from "../dom.js";
import { MARGIN } from "./charts.js";

/** @typedef {{label: string, slot: number, cells: string[]}} Reading one job's values, in the order of COLUMNS */

export const COLUMNS = ["smoothed", "this step", "validation", "test"];
const ASIDE = 14; // px between the line and the table

export class Readout {
  #chart;
  #line = make("i", { class: "read-line", "aria-hidden": "true" });
  #body = make("tbody");
  #title = make("caption");
  #table;

  /** @param {HTMLElement} figure @param {HTMLElement} chart within it */
  constructor(figure, chart) {
    this.#chart = chart;
    const head = ["job", ...COLUMNS].map((name) => make("th", { scope: "col" }, name));
    this.#table = make("table", { class: "readout" }, this.#title, make("thead", {}, make("tr", {}, ...head)), this.#body);
    for (const part of [this.#line, this.#table]) {
      part.hidden = true;
      figure.append(part);
    }
  }

  hide() {
    this.#line.hidden = true;
    this.#table.hidden = true;
  }

  /** @param {number} left px from the chart's left edge */
  showLine(left) {
    const { offsetLeft, offsetTop, clientHeight } = this.#chart;
    this.#line.hidden = false;
    this.#line.style.transform = `translate(${offsetLeft + left}px, ${offsetTop + MARGIN.t}px)`;
    this.#line.style.blockSize = `${clientHeight - MARGIN.t - MARGIN.b}px`;
  }

  /** @param {number} left px @param {string} title @param {Reading[]} readings @param {boolean} aloud for those who moved here by keys */
  show(left, title, readings, aloud) {
    this.showLine(left);
    setAttribute(this.#table, "role", aloud ? "status" : null);
    setText(this.#title, title);
    while (this.#body.childElementCount > readings.length) this.#body.lastElementChild?.remove();
    while (this.#body.childElementCount < readings.length) {
      this.#body.append(make("tr", {}, make("th", { scope: "row" }), ...COLUMNS.map(() => make("td"))));
    }
    readings.forEach(({ label, slot, cells }, i) => {
      const row = this.#body.children[i];
      setAttribute(row, "data-color", String(slot));
      [label, ...cells].forEach((text, at) => setText(row.children[at], text));
    });
    this.#table.hidden = false;
    const { offsetLeft, offsetTop, clientWidth } = this.#chart;
    const isRight = left > clientWidth / 2;
    const place = isRight ? Math.max(0, left - ASIDE - this.#table.offsetWidth) : left + ASIDE;
    const most = Math.max(0, clientWidth - this.#table.offsetWidth);
    this.#table.style.transform = `translate(${offsetLeft + Math.min(place, most)}px, ${offsetTop + MARGIN.t}px)`;
  }
}
