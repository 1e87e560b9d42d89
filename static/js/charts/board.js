/**
 * The loss and the accuracy chart together. Rule: drawn in rounds over one x range and in one frame, as rarely
 * as the pacer says, and none in a hidden tab, out of sight, or under the reader's finger; in between only the tips of
 * their curves grow. Only while a reader moves one of them it is drawn as often as it can be, more coarsely, and the
 * other follows more slowly.
 */

import { atBeat } from "../beat.js";
import { setAttribute, setText } from "../dom.js";
import { Averages } from "./averages.js";
import { newestX, stepsX } from "./axis.js";
import { Brush } from "./brush.js";
import { LineChart, loadedPlotly } from "./charts.js";
import { csvOf, fileName } from "./csv.js";
import { Cursor } from "./cursor.js";
import { Finer } from "./finer.js";
import { hasGrown, newestOf } from "./growth.js";
import { Hover } from "./hover.js";
import { bindMotion } from "./motion.js";
import { Pacer } from "./pacer.js";
import { pictureOf, wholeExtent } from "./picture.js";
import { jobReadings } from "./readings.js";
import { addSaveMenu, saveSeen } from "./save.js";
import { isPrinting, onThemeChange, readTheme } from "./theme.js";
import { Tip } from "./tip.js";
import { View } from "./view.js";

/** @typedef {import("./curves.js").Axis} Axis */
/** @typedef {import("./curves.js").Metric} Metric */
/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("./picture.js").Shown} Shown */
/** @typedef {import("./growth.js").Newest} Newest */
/** @typedef {{figure: HTMLElement, chart: LineChart, dirty: boolean, visible: boolean,
 *   drawn: Newest | null, drawnAt: number, range: [number, number], cursor: Cursor, tip: Tip}} Panel */

const METRICS = /** @type {Metric[]} */ (["loss", "accuracy"]);
const MOVING = 150; // ms after a move in which the next one is awaited
const BESIDE = 300; // ms between drawings of the other chart meanwhile
const COARSE = 2; // pixels a column meanwhile
const MARKS_APART = 24; // columns between markers meanwhile: each is a node, and nodes are what costs
const BUSY_AGAIN = 200; // ms before looking again at a chart that is being dragged

export class Board extends EventTarget {
  view = new View();
  #shownNow;
  #pacer = new Pacer();
  /** @type {Axis} */
  #axis = "step";
  #averages = new Averages();
  #logarithmic = false;
  #gap = true;
  #theme = readTheme();
  /** @type {Finer | null} */
  #finer;
  #hover = new Hover(() => ({ axis: this.#axis, seen: this.#seen }));
  /** @type {Record<Metric, Panel>} */
  #panels;
  /** @type {() => void} */
  #callOff = () => undefined;
  #growing = false;
  #frame = 0;
  /** @type {number | null} the step looked at */
  #moment = null;
  /** @type {{metric: Metric} | null} the chart that is being moved, by the reader's own hand */
  #moved = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #rest;
  /** @type {[number, number]} */
  #seen = [0, 1];

  /**
   * @param {Record<Metric, HTMLElement>} figures
   * @param {() => Shown[]} shownNow what to draw, asked each time
   * @param {{fetchRows?: import("./finer.js").FetchRows, ranges?: boolean}} [options] `fetchRows`: finer rows of long
   *   jobs; `ranges`: that a range can be marked, which somebody shows the figures of
   */
  constructor(figures, shownNow, { fetchRows, ranges = false } = {}) {
    super();
    this.#shownNow = shownNow;
    this.brush = ranges ? new Brush(() => this.view.x ?? this.#seen) : null;
    this.#finer = fetchRows ? new Finer(fetchRows) : null;
    this.#finer?.addEventListener("rows", () => this.invalidate({ now: true }));
    this.#finer?.addEventListener("resolution", () => this.dispatchEvent(new Event("resolution")));
    this.#panels = { loss: this.#panel("loss", figures.loss), accuracy: this.#panel("accuracy", figures.accuracy) };
    onThemeChange(() => {
      this.#theme = readTheme();
      this.invalidate({ now: true });
      if (isPrinting()) this.#print();
    });
    document.addEventListener("visibilitychange", () => this.#plan());
    this.ready = loadedPlotly().then(
      () => this.invalidate({ now: true }),
      (/** @type {Error} */ error) => this.#apologize(error.message),
    );
  }

  /** @param {string} words why there will be no curves */
  #apologize(words) {
    for (const { figure } of Object.values(this.#panels)) setText(figure.querySelector(".chart-empty"), words);
  }

  /** @param {{axis?: Axis, beta?: number, logarithmic?: boolean, gap?: boolean}} settings `gap`: shaded */
  set({ axis, beta, logarithmic, gap }) {
    if (axis && axis !== this.#axis) {
      this.#axis = axis;
      this.brush?.clear();
      this.view.live();
    }
    if (logarithmic !== undefined && logarithmic !== this.#logarithmic) {
      this.#logarithmic = logarithmic;
      this.view.releaseY("loss");
    }
    this.#averages.beta = beta ?? this.#averages.beta;
    this.#gap = gap ?? this.#gap;
    this.dispatchEvent(new Event("view"));
    this.invalidate({ now: true });
  }

  live() {
    this.view.live();
    this.dispatchEvent(new Event("view"));
    this.invalidate({ now: true });
  }

  /** @param {{now?: boolean}} [options] `now`: somebody waits for it (a click, a first point) */
  invalidate({ now = false } = {}) {
    const extent = this.#newest();
    for (const panel of Object.values(this.#panels)) {
      panel.dirty ||= now || this.#isSeen(panel, extent);
      // there is a curve, and whoever looks will see it
      if (!panel.drawn && extent.x && !document.hidden) setAttribute(panel.figure, "data-empty", "undrawn");
    }
    this.#plan(now);
  }

  /** A line at a step of the job drawn on top. @param {number | null} step null for none */
  pointAt(step) {
    this.#moment = step;
    const top = this.#shownNow().at(-1);
    const x = step === null || !top ? null : stepsX(top.fold, [step], this.#axis, top.stepsPerEpoch)[0];
    for (const { cursor, range, chart } of Object.values(this.#panels)) cursor.show(x, range, chart.plotBox, step);
  }

  /** Nothing comes for a while: what was too little to be worth a drawing is drawn now. */
  settle() {
    const { x, marks } = this.#newest();
    for (const panel of Object.values(this.#panels)) {
      panel.dirty ||= panel.drawn?.x !== x || panel.drawn.marks !== marks;
    }
    this.#plan(true);
  }

  /** @returns {Newest} */
  #newest() {
    return newestOf(this.#shownNow(), this.#axis, this.view.x?.[1] ?? Infinity);
  }

  /** @param {Panel} panel @param {Newest} newest @returns {boolean} whether a drawing would look different */
  #isSeen(panel, newest) {
    return hasGrown(panel.drawn, newest, panel.chart.plotWidth / (this.#seen[1] - this.#seen[0]));
  }

  /** @param {JobFold} fold @param {Metric} metric */
  smoothed(fold, metric) {
    return this.#averages.ofFold(fold, metric);
  }

  get axis() {
    return this.#axis;
  }

  /** How much of a long job's steps is seen. */
  get resolution() {
    return this.#finer?.resolution ?? "none";
  }

  /** @param {Metric} metric @param {HTMLElement} figure @returns {Panel} */
  #panel(metric, figure) {
    const element = /** @type {HTMLElement} */ (figure.querySelector(".chart"));
    const zoomed = () => {
      this.dispatchEvent(new Event("view"));
      this.invalidate({ now: true });
    };
    const chart = new LineChart(element, {
      onZoom: (ranges) => {
        this.view.zoom(metric, ranges);
        zoomed();
      },
      onRelease: () => this.live(),
    });
    addSaveMenu(figure, metric, (format) => {
      const shown = this.#shownNow();
      const heading = metric === "loss" ? "Loss" : "Accuracy";
      saveSeen(format, chart, { name: fileName(shown, metric), heading, csv: () => csvOf(shown, this.#axis, this.#seen) });
    });
    this.#hover.add(figure, element, (place) => jobReadings(this.#shownNow(), metric, this.#axis, place, this.#averages));
    this.brush?.add(metric, figure, element);
    bindMotion(element, {
      seen: () => this.view.x ?? this.#seen,
      whole: () => wholeExtent(this.#shownNow(), this.#axis),
      move: (x) => {
        this.view.zoom("", { x });
        this.#moved = { metric };
        clearTimeout(this.#rest);
        this.#rest = setTimeout(() => {
          this.#moved = null;
          this.invalidate({ now: true });
        }, MOVING);
        zoomed();
      },
      release: () => this.live(),
    });
    /** @type {Panel} */
    const panel = { figure, chart, dirty: true, visible: false, drawn: null, drawnAt: -Infinity, range: [0, 1], cursor: new Cursor(figure), tip: new Tip(figure) };
    new IntersectionObserver(([entry]) => {
      panel.visible = entry.isIntersecting;
      this.#plan(panel.visible); // somebody scrolled there
    }).observe(figure);
    new ResizeObserver(() => {
      panel.dirty = true;
      this.#plan(true); // what has another size looks broken until it is drawn
    }).observe(element);
    return panel;
  }

  get #isDue() {
    return Object.values(this.#panels).some((panel) => panel.dirty && panel.visible);
  }

  /** @param {boolean} [now] */
  #plan(now = false) {
    if (document.hidden || !LineChart.isReady || !this.#isDue || (this.#frame && !now)) return;
    this.#callOff();
    if (now) {
      this.#nextFrame();
      return;
    }
    const wait = this.#pacer.wait({ isOutgrown: this.#isOutgrown });
    this.#callOff = atBeat(performance.now() + wait, () => this.#nextFrame());
    if (!wait || this.#growing) return;
    this.#growing = true;
    atBeat(performance.now(), () => this.#grow());
  }

  /** Whether a curve has come further than the charts reach. */
  get #isOutgrown() {
    const end = this.#seen[1];
    return !this.view.x && this.#shownNow().some(({ fold, stepsPerEpoch }) => newestX(fold, this.#axis, stepsPerEpoch) > end);
  }

  /** What came since the last drawing, where the next one is not due yet. */
  #grow() {
    this.#growing = false;
    if (this.#frame || this.#moved || document.hidden) return;
    const shown = this.#shownNow();
    for (const metric of METRICS) {
      const { dirty, visible, tip, chart } = this.#panels[metric];
      if (chart.isBusy) {
        tip.clear(); // Plotly moves its axes under the reader's finger
        continue;
      }
      const smoothed = (/** @type {Shown} */ { fold }) => this.smoothed(fold, metric);
      if (dirty && visible) tip.grow(metric, shown, { axis: this.#axis, colors: this.#theme.jobs, smoothed });
    }
  }

  /** Both charts now, also the one out of sight. */
  #print() {
    const panels = Object.values(this.#panels);
    const seen = panels.map(({ visible }) => visible);
    for (const panel of panels) panel.visible = true;
    if (LineChart.isReady) this.#draw();
    panels.forEach((panel, index) => (panel.visible = seen[index]));
  }

  #nextFrame() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#frame = 0;
    if (!this.#isDue || document.hidden) return;
    const visible = METRICS.filter((metric) => this.#panels[metric].visible);
    if (visible.some((metric) => this.#panels[metric].chart.isBusy)) {
      this.#callOff = atBeat(performance.now() + BUSY_AGAIN, () => this.#plan());
      return;
    }
    const shown = this.#shownNow();
    this.#seen = this.view.x ?? wholeExtent(shown, this.#axis);
    const due = visible.filter((metric) => {
      const { dirty, range, drawnAt } = this.#panels[metric];
      if (this.#moved && this.#moved.metric !== metric && performance.now() - drawnAt < BESIDE) return false;
      return dirty || range[0] !== this.#seen[0] || range[1] !== this.#seen[1];
    });
    const newest = this.#newest();
    let cost = 0;
    let drawings = 0;
    for (const metric of due) {
      const panel = this.#panels[metric];
      const isFirst = !panel.drawn; // it costs more, and only once
      panel.dirty = false;
      panel.drawn = newest;
      panel.range = this.#seen;
      panel.drawnAt = performance.now();
      const spent = this.#drawPanel(panel, metric, shown);
      panel.figure.dataset.drawMs = spent.toFixed(1);
      if (isFirst) continue;
      cost += spent;
      drawings += 1;
    }
    if (drawings && !this.#moved) this.#pacer.charge(cost, drawings);
    this.#hover.refresh(this.#moved !== null);
    this.brush?.refresh();
    if (this.#moment !== null) this.pointAt(this.#moment);
    this.#finer?.look(shown, this.#axis, this.#seen);
    if (!this.#moved) this.#plan();
  }

  /** @param {Panel} panel @param {Metric} metric @param {Shown[]} shown @returns {number} ms */
  #drawPanel(panel, metric, shown) {
    const picture = pictureOf(metric, shown, {
      axis: this.#axis,
      x: this.#seen,
      y: this.view.y[metric] ?? null,
      logarithmic: this.#logarithmic,
      columns: panel.chart.plotWidth / (this.#moved ? COARSE : 1),
      ...(this.#moved ? { apart: MARKS_APART } : {}),
      gap: this.#gap,
      smoothed: ({ fold }) => this.smoothed(fold, metric),
      smoothPiece: (piece) => this.#averages.ofPiece(piece, metric),
    });
    panel.figure.dataset.empty = String(picture.isEmpty);
    const { series } = picture;
    panel.figure.dataset.remeasured = String(series.some(({ curves }) => curves.some(({ role }) => role === "remeasured")));
    panel.figure.dataset.best = series.at(-1)?.best?.text ?? "";
    const spent = panel.chart.draw(picture, this.#theme);
    panel.tip.restart(picture, shown, this.#axis, panel.chart.plotBox);
    return spent;
  }
}
