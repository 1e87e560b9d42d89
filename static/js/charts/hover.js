/**
 * Reading the charts: where the pointer is, or where keys moved the place, all curves' values are told.
 * Rule: at most once a frame, and again when the curves under the place moved.
 */

import { MARGIN } from "./charts.js";
import { placeWords } from "./place.js";
import { Readout } from "./readout.js";

/** @typedef {import("./axis.js").Axis} Axis */
/** @typedef {{axis: Axis, seen: [number, number]}} Now */
/** @typedef {(place: import("./readings.js").Place) => Omit<import("./readings.js").Told, "title">} Read what a chart's curves say there */
/** @typedef {{readout: Readout, share: number, height: number | null, aloud: boolean}} Place `share` of the width, `height` of the height */

const KEYS = /** @type {Record<string, number>} */ ({ ",": -0.02, ".": 0.02 }); // of the width
const SLACK = 3; // px beyond a curve's end

export class Hover {
  #now;
  /** @type {Map<Readout, {chart: HTMLElement, read: Read}>} */
  #charts = new Map();
  /** @type {Place | null} where somebody reads */
  #place = null;
  #frame = 0;

  /** @param {() => Now} now what is drawn */
  constructor(now) {
    this.#now = now;
  }

  /** @param {HTMLElement} figure @param {HTMLElement} chart @param {Read} read asked each time */
  add(figure, chart, read) {
    const readout = new Readout(figure, chart);
    this.#charts.set(readout, { chart, read });
    const at = (/** @type {MouseEvent} */ event) => {
      const { left, bottom } = chart.getBoundingClientRect();
      const share = (event.clientX - left - MARGIN.l) / this.#widthOf(chart);
      const height = (bottom - MARGIN.b - event.clientY) / Math.max(1, chart.clientHeight - MARGIN.t - MARGIN.b);
      return share < 0 || share > 1 ? null : { readout, share, height, aloud: false };
    };
    chart.addEventListener("pointermove", (event) => this.#read(event.buttons ? null : at(event)));
    chart.addEventListener("click", (event) => {
      if (/** @type {PointerEvent} */ (event).pointerType === "touch") this.#read(at(event)); // a finger taps where it reads
    });
    chart.addEventListener("pointerleave", () => this.#read(null));
    chart.addEventListener("blur", () => this.#read(null));
    chart.addEventListener("keydown", (event) => {
      const change = KEYS[event.key];
      if (event.key === "Escape" && this.#place) this.#read(null);
      if (!change) return;
      event.preventDefault();
      const share = Math.min(1, Math.max(0, (this.#place?.share ?? 0.5) + change));
      this.#read({ readout, share, height: null, aloud: true });
    });
  }

  /** The curves moved. @param {boolean} isMoving by the reader's hand, who reads again at rest */
  refresh(isMoving) {
    if (!this.#place) return;
    if (isMoving) for (const readout of this.#charts.keys()) readout.hide();
    else this.#plan();
  }

  /** @param {HTMLElement} chart */
  #widthOf(chart) {
    return Math.max(1, chart.clientWidth - MARGIN.l - MARGIN.r);
  }

  /** @param {Place | null} place */
  #read(place) {
    if (place || this.#place) this.#plan();
    this.#place = place;
  }

  #plan() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#write();
    });
  }

  #write() {
    const place = this.#place;
    const { axis, seen } = this.#now();
    const width = seen[1] - seen[0];
    const x = place ? seen[0] + place.share * width : 0;
    const told = place && this.#told(place, x, width);
    for (const [readout, { chart }] of this.#charts) {
      if (!place || !told?.readings.length || readout !== place.readout) readout.hide();
      if (!place || !told?.readings.length) continue;
      const left = MARGIN.l + place.share * this.#widthOf(chart);
      if (readout === place.readout) readout.show(left, { title: placeWords(x, axis, width), ...told }, place.aloud);
      else readout.showLine(left);
    }
  }

  /** @param {Place} place @param {number} x @param {number} width of what is seen */
  #told({ readout, height }, x, width) {
    const one = this.#charts.get(readout);
    return one && one.read({ x, slack: (SLACK / this.#widthOf(one.chart)) * width, height });
  }
}
