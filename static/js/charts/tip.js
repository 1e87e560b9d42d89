/**
 * The tips of growing curves, over a chart until it is drawn again. Rule: two nodes a job, in a layer of their own, so
 * that a curve is seen to grow with every beat although its chart is drawn more rarely: that costs fifty times as much.
 */

import { setAttribute } from "../dom.js";
import { endOf, tipLines } from "./tip_lines.js";

/** @typedef {import("./tip_lines.js").End} End */
/** @typedef {import("./tip_lines.js").Frame} Frame */
/** @typedef {import("./tip_lines.js").TipLine} TipLine */
/** @typedef {import("./picture.js").Shown} Shown */

const SPACE = "http://www.w3.org/2000/svg";

export class Tip {
  #svg = document.createElementNS(SPACE, "svg");
  /** @type {Frame | null} */
  #frame = null;
  /** @type {import("./axis.js").Axis | null} */
  #axis = null;
  /** @type {Map<string, End>} by job */
  #ends = new Map();

  /** @param {HTMLElement} figure */
  constructor(figure) {
    this.#svg.classList.add("chart-tip");
    this.#svg.setAttribute("aria-hidden", "true");
    figure.append(this.#svg);
  }

  /**
   * The chart was drawn.
   * @param {import("./picture.js").Picture} picture @param {Shown[]} shown @param {import("./axis.js").Axis} axis
   * @param {import("./cursor.js").Box} box
   */
  restart({ x, y, logarithmic }, shown, axis, { left, top, width, height }) {
    this.#axis = axis;
    this.#frame = { x, y, logarithmic, width, height };
    this.#ends = new Map(shown.map((one) => [one.id, endOf(one)]));
    Object.assign(this.#svg.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    this.clear();
  }

  clear() {
    this.#show([], []);
  }

  /**
   * @param {import("./curves.js").Metric} metric @param {Shown[]} shown
   * @param {{axis: import("./axis.js").Axis, colors: string[], smoothed: (one: Shown) => ArrayLike<number>}} view `colors` by slot
   */
  grow(metric, shown, { axis, colors, smoothed }) {
    const frame = this.#frame;
    if (!frame || axis !== this.#axis) return; // a drawing comes
    this.#show(shown.flatMap((one) => tipLines(metric, one, this.#ends.get(one.id), frame, { axis, smoothed: smoothed(one) })), colors);
  }

  /** @param {TipLine[]} lines @param {string[]} colors */
  #show(lines, colors) {
    while (this.#svg.childElementCount > lines.length) this.#svg.lastElementChild?.remove();
    while (this.#svg.childElementCount < lines.length) this.#svg.append(document.createElementNS(SPACE, "path"));
    lines.forEach(({ role, slot, d }, i) => {
      const path = this.#svg.children[i];
      setAttribute(path, "data-role", role);
      setAttribute(path, "stroke", colors[slot - 1]);
      setAttribute(path, "d", d);
    });
  }
}
