/**
 * Reading the charts: where the pointer is, or where keys moved the place, all jobs' values are told.
 * Rule: at most once a frame, and again when the curves under the place moved.
 */

import { decimal, percent } from "../format.js";
import { MARGIN } from "./charts.js";
import { placeWords } from "./place.js";
import { Readout } from "./readout.js";
import { valuesAt } from "./values.js";

/** @typedef {import("./axis.js").Axis} Axis */
/** @typedef {import("./curves.js").Metric} Metric */
/** @typedef {import("./picture.js").Shown} Shown */
/** @typedef {{shown: Shown[], axis: Axis, seen: [number, number], smoothed: import("./values.js").Smoothed}} Now */

const KEYS = /** @type {Record<string, number>} */ ({ ",": -0.02, ".": 0.02 }); // of the width
const SLACK = 3; // px beyond a curve's end

export class Hover {
  #now;
  /** @type {Map<Metric, {chart: HTMLElement, readout: Readout}>} */
  #charts = new Map();
  /** @type {{metric: Metric, share: number, aloud: boolean} | null} where somebody reads, `share` of the width */
  #place = null;
  #frame = 0;

  /** @param {() => Now} now what is drawn */
  constructor(now) {
    this.#now = now;
  }

  /** @param {Metric} metric @param {HTMLElement} figure @param {HTMLElement} chart */
  add(metric, figure, chart) {
    this.#charts.set(metric, { chart, readout: new Readout(figure, chart) });
    const at = (/** @type {MouseEvent} */ event) => {
      const share = (event.clientX - chart.getBoundingClientRect().left - MARGIN.l) / this.#widthOf(chart);
      return share < 0 || share > 1 ? null : { metric, share, aloud: false };
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
      this.#read({ metric, share, aloud: true });
    });
  }

  /** The curves moved. @param {boolean} isMoving by the reader's hand, who reads again at rest */
  refresh(isMoving) {
    if (!this.#place) return;
    if (isMoving) for (const { readout } of this.#charts.values()) readout.hide();
    else this.#plan();
  }

  /** @param {HTMLElement} chart */
  #widthOf(chart) {
    return Math.max(1, chart.clientWidth - MARGIN.l - MARGIN.r);
  }

  /** @param {{metric: Metric, share: number, aloud: boolean} | null} place */
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
    const { shown, axis, seen, smoothed } = this.#now();
    if (!place || !shown.length) {
      for (const { readout } of this.#charts.values()) readout.hide();
      return;
    }
    const width = seen[1] - seen[0];
    const x = seen[0] + place.share * width;
    for (const [metric, { chart, readout }] of this.#charts) {
      const left = MARGIN.l + place.share * this.#widthOf(chart);
      if (metric !== place.metric) {
        readout.hide();
        readout.showLine(left);
        continue;
      }
      const slack = (SLACK / this.#widthOf(chart)) * width;
      const write = metric === "loss" ? decimal : percent;
      const readings = shown.toReversed().map((one) => {
        const values = valuesAt(one, metric, axis, x, slack, smoothed);
        if (!values) return { label: one.label, slot: one.slot, cells: ["–", "–", "–", "–"] };
        const smooth = values.every && Number.isFinite(values.smooth) ? write(values.smooth) : values.every ? "–" : "sampled";
        const raw = Number.isFinite(values.raw) ? write(values.raw) : decimal(values.raw);
        return { label: one.label, slot: one.slot, cells: [smooth, raw, write(values.validation), write(values.test)] };
      });
      readout.show(left, placeWords(x, axis, width), readings, place.aloud);
    }
  }
}
