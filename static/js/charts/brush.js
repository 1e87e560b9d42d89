/**
 * A range of the horizontal axis, marked with the pointer and Shift, or with Shift and the arrows.
 * Rule: one range for both charts; it stays where it is while the view moves, until Escape lets it go.
 */

import { make } from "../dom.js";
import { MARGIN } from "./charts.js";

/** @typedef {import("./curves.js").Metric} Metric */
/** @typedef {{metric: Metric, from: number, to: number}} Marked */

const SMALLEST = 3; // px; less is a slip of the hand
const KEY_STEP = 0.02; // of the width that is seen

export class Brush extends EventTarget {
  #seen;
  /** @type {Map<Metric, {chart: HTMLElement, band: HTMLElement}>} */
  #charts = new Map();
  /** @type {{metric: Metric, anchor: number, focus: number} | null} `focus`: the end that moves */
  #range = null;
  #dragging = false;
  #armed = false;

  /** @param {() => [number, number]} seen x range in view */
  constructor(seen) {
    super();
    this.#seen = seen;
  }

  /** @returns {Marked | null} */
  get range() {
    if (!this.#range || this.#dragging) return null;
    const { metric, anchor, focus } = this.#range;
    return { metric, from: Math.min(anchor, focus), to: Math.max(anchor, focus) };
  }

  /** The next drag marks a range also without Shift. */
  get armed() {
    return this.#armed;
  }

  /** @param {boolean} armed */
  arm(armed) {
    this.#armed = armed;
    this.#tell();
  }

  /** @param {Metric} metric all that is seen */
  markSeen(metric) {
    const [anchor, focus] = this.#seen();
    this.#range = { metric, anchor, focus };
    this.#tell();
  }

  clear() {
    this.#range = null;
    this.#armed = false;
    this.#tell();
  }

  #tell() {
    this.refresh();
    this.dispatchEvent(new Event("range"));
  }

  /** @param {Metric} metric @param {HTMLElement} figure @param {HTMLElement} chart before other gestures are bound */
  add(metric, figure, chart) {
    const band = make("i", { class: "range-band", "aria-hidden": "true" });
    band.hidden = true;
    figure.append(band);
    this.#charts.set(metric, { chart, band });
    const isOurs = (/** @type {MouseEvent} */ event) => event.button === 0 && (event.shiftKey || this.#armed);
    const begin = (/** @type {PointerEvent} */ event) => {
      if (!isOurs(event) || !event.isPrimary) return;
      event.stopImmediatePropagation();
      chart.setPointerCapture(event.pointerId);
      const x = this.#xOf(event, chart);
      this.#dragging = true;
      this.#range = { metric, anchor: x, focus: x };
    };
    const drag = (/** @type {PointerEvent} */ event) => {
      if (!this.#dragging || !this.#range) return;
      this.#range.focus = this.#xOf(event, chart);
      this.refresh();
    };
    const end = () => {
      if (!this.#dragging || !this.#range) return;
      this.#dragging = false;
      this.#armed = false;
      const [from, to] = this.#seen();
      const pixels = (Math.abs(this.#range.focus - this.#range.anchor) / (to - from)) * plotWidth(chart);
      if (pixels < SMALLEST) this.#range = null;
      this.#tell();
    };
    chart.addEventListener("pointerdown", begin, { capture: true });
    chart.addEventListener("mousedown", (event) => isOurs(event) && event.stopPropagation(), { capture: true });
    chart.addEventListener("pointermove", drag);
    for (const name of ["pointerup", "pointercancel"]) chart.addEventListener(name, end);
    chart.addEventListener("keydown", (event) => this.#key(event, metric));
  }

  /** @param {KeyboardEvent} event @param {Metric} metric */
  #key(event, metric) {
    const shift = event.shiftKey ? { ArrowLeft: -KEY_STEP, ArrowRight: KEY_STEP }[event.key] : undefined;
    if (event.key === "Escape" && (this.#range || this.#armed)) this.clear();
    else if (shift) {
      const [from, to] = this.#seen();
      const middle = (from + to) / 2;
      const { anchor, focus } = this.#range ?? { anchor: middle, focus: middle };
      this.#range = { metric, anchor, focus: Math.min(to, Math.max(from, focus + shift * (to - from))) };
      this.#tell();
    } else return;
    event.preventDefault();
  }

  /** @param {MouseEvent} event @param {HTMLElement} chart @returns {number} */
  #xOf(event, chart) {
    const share = (event.clientX - chart.getBoundingClientRect().left - MARGIN.l) / plotWidth(chart);
    const [from, to] = this.#seen();
    return from + Math.min(1, Math.max(0, share)) * (to - from);
  }

  /** The view moved, or the range did. */
  refresh() {
    const [from, to] = this.#seen();
    for (const { chart, band } of this.#charts.values()) {
      if (band.hidden && !this.#range) continue;
      const place = (/** @type {number} */ x) => Math.min(1, Math.max(0, (x - from) / (to - from))) * plotWidth(chart);
      const ends = this.#range ? [place(this.#range.anchor), place(this.#range.focus)] : [0, 0];
      const width = Math.abs(ends[1] - ends[0]);
      band.hidden = !width;
      band.style.transform = `translate(${chart.offsetLeft + MARGIN.l + Math.min(...ends)}px, ${chart.offsetTop + MARGIN.t}px)`;
      band.style.inlineSize = `${width}px`;
      band.style.blockSize = `${chart.clientHeight - MARGIN.t - MARGIN.b}px`;
    }
  }
}

/** @param {HTMLElement} chart */
function plotWidth(chart) {
  return Math.max(1, chart.clientWidth - MARGIN.l - MARGIN.r);
}
