/** All curves' values at the pointer, in one small table over a chart. Rule: it writes what it is given and lies in nobody's way. */

import { make, setAttribute, setText } from "../dom.js";
import { swatch } from "../swatch.js";
import { MARGIN } from "./charts.js";

/** @typedef {import("./readings.js").Reading} Reading */
/** @typedef {import("./readings.js").Told} Told */

const ASIDE = 14; // px between the line and the table
const ROW = 21; // px
const HEADS = 2; // rows, of the title and the columns' names
const LEAST_ROWS = 3; // also over a low chart

/**
 * As many as find room, the nearest to the pointer; their order stays.
 * @param {Reading[]} readings @param {number} most @returns {Reading[]}
 */
export function nearest(readings, most) {
  if (readings.length <= most) return readings;
  const order = readings.map((reading, i) => ({ i, distance: reading.distance ?? 0 })).sort((a, b) => a.distance - b.distance);
  const kept = new Set(order.slice(0, most).map(({ i }) => i));
  return readings.filter((_, i) => kept.has(i));
}

export class Readout {
  #chart;
  #figure;
  #line = make("i", { class: "read-line", "aria-hidden": "true" });
  #head = make("tr");
  #body = make("tbody");
  #title = make("caption");
  #table;

  /** @param {HTMLElement} figure @param {HTMLElement} chart within it */
  constructor(figure, chart) {
    this.#chart = chart;
    this.#figure = figure;
    this.#table = make("table", { class: "readout" }, this.#title, make("thead", {}, this.#head), this.#body);
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

  /** @param {number} left px @param {Told} told @param {boolean} aloud for those who moved here by keys */
  show(left, told, aloud) {
    this.showLine(left);
    setAttribute(this.#table, "role", aloud ? "status" : null);
    this.#table.hidden = false;
    const room = this.#chart.clientHeight - MARGIN.t;
    const most = Math.floor(room / ROW) - HEADS;
    this.#write(told, most);
    const taken = this.#table.offsetHeight; // where the table is narrow its rows take two lines
    if (taken > room) this.#write(told, Math.floor((most * room) / taken));
    this.#place(left);
  }

  /** @param {Told} told @param {number} most rows */
  #write({ title, columns, readings, counted }, most) {
    const shown = nearest(readings, Math.max(LEAST_ROWS, most));
    setText(this.#title, shown.length < readings.length ? `${title} · ${shown.length} of ${readings.length} ${counted}` : title);
    this.#writeHead(columns);
    while (this.#body.childElementCount > shown.length) this.#body.lastElementChild?.remove();
    while (this.#body.childElementCount < shown.length) this.#body.append(make("tr"));
    const closest = Math.min(...shown.map(({ distance }) => distance ?? Infinity));
    shown.forEach((reading, i) => {
      const isNear = shown.length > 1 && reading.distance === closest && Number.isFinite(closest);
      writeRow(/** @type {HTMLElement} */ (this.#body.children[i]), reading, isNear);
    });
  }

  /** @param {string[]} names */
  #writeHead(names) {
    const state = names.join("|");
    if (this.#head.dataset.state === state) return;
    this.#head.dataset.state = state;
    this.#head.replaceChildren(...names.map((name) => make("th", { scope: "col" }, name)));
  }

  /** Beside the line, within the card. @param {number} left px */
  #place(left) {
    const { offsetLeft, offsetTop, clientWidth } = this.#chart;
    const { offsetWidth } = this.#table;
    const isRight = left > clientWidth / 2;
    const wished = offsetLeft + (isRight ? left - ASIDE - offsetWidth : left + ASIDE);
    const own = this.#figure.getBoundingClientRect();
    const card = (this.#figure.closest(".card") ?? this.#figure).getBoundingClientRect();
    const [least, most] = [card.left - own.left, card.right - own.left - offsetWidth];
    this.#table.style.transform = `translate(${Math.max(least, Math.min(wished, most))}px, ${offsetTop + MARGIN.t}px)`;
  }
}

/** @param {HTMLElement} row @param {Reading} reading @param {boolean} isNear */
function writeRow(row, { label, slot, paint, cells }, isNear) {
  if (row.childElementCount !== cells.length + 1) {
    row.replaceChildren(make("th", { scope: "row" }), ...cells.map(() => make("td")));
    row.dataset.paint = "";
  }
  setAttribute(row, "data-color", slot === undefined ? null : String(slot));
  setAttribute(row, "data-near", isNear ? "" : null);
  cells.forEach((text, at) => setText(row.children[at + 1], text));
  const state = paint ? `${paint.color} ${paint.dash} ${label}` : "";
  const head = row.children[0];
  if (!paint) setText(head, label);
  else if (row.dataset.paint !== state) head.replaceChildren(swatch(paint), label);
  row.dataset.paint = state;
}
