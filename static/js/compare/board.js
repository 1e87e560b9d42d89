/**
 * The charts of the page together: two, or a small one for each value of a field. Rule: drawn over one x range, those of one
 * measure over one y range too, rarely and only what is in sight, and never under the reader's finger; what was zoomed keeps
 * its range while data arrive.
 */

import { atBeat } from "../beat.js";
import { LineChart, loadedPlotly } from "../charts/charts.js";
import { inFileName } from "../charts/csv.js";
import { Hover } from "../charts/hover.js";
import { bindMotion } from "../charts/motion.js";
import { Pacer } from "../charts/pacer.js";
import { addSaveMenu, saveSeen } from "../charts/save.js";
import { onThemeChange, readTheme } from "../charts/theme.js";
import { View } from "../charts/view.js";
import { setText, within } from "../dom.js";
import { linesCsv } from "./lines_csv.js";
import { lineReadings } from "./reading.js";
import { keyOf, partOf, pictureOf, tracesOf, wholeX } from "./traces.js";

/** @typedef {import("./lines.js").Metric} Metric */
/** @typedef {import("./traces.js").Scene} Scene */
/**
 * @typedef {{metric: Metric, figure: HTMLElement, chart: LineChart, part: Set<string> | null, isDirty: boolean, isVisible: boolean, keys: string[],
 *   drawn: {scene: Scene, picture: import("../charts/picture.js").Picture} | null}} Panel
 *   `part`: the units in it, null for all; `keys`: whose each trace is; `drawn`: what is seen
 */

const BUSY_AGAIN = 200; // ms before looking again at a chart that is being dragged
const TITLES = { loss: "Loss", accuracy: "Accuracy" };
const COLUMN = 1.5; // pixels a pair of points shares

export class CompareBoard extends EventTarget {
  view = new View();
  #sceneOf;
  #pacer = new Pacer();
  #theme = readTheme();
  /** @type {Panel[]} */
  #panels = [];
  /** @type {() => void} */
  #callOff = () => undefined;
  #frame = 0;
  /** @type {[number, number]} all there was to see when it was drawn last */
  #whole = [0, 1];
  /** @type {import("./state.js").Axis} it was drawn over */
  #axis = "epoch";
  /** @type {Set<string> | null} */
  #emphasized = null;
  #hover;

  /** @param {Record<Metric, HTMLElement>} figures @param {(metric: Metric) => Scene} sceneOf what to draw, asked each time */
  constructor(figures, sceneOf) {
    super();
    this.#sceneOf = sceneOf;
    this.#hover = new Hover(() => ({ axis: this.#axis, seen: this.#seen }));
    for (const metric of /** @type {Metric[]} */ (["loss", "accuracy"])) this.add(metric, figures[metric]);
    onThemeChange(() => {
      this.#theme = readTheme();
      this.dispatchEvent(new Event("theme"));
      this.invalidate({ now: true });
    });
    document.addEventListener("visibilitychange", () => this.#plan());
    loadedPlotly().then(
      () => this.invalidate({ now: true }),
      (/** @type {Error} */ error) => this.#panels.forEach(({ figure }) => {
        setText(within(figure, ".chart-empty"), error.message);
        figure.dataset.empty = "true";
      }),
    );
  }

  /** @param {{now?: boolean}} [options] `now`: somebody waits for it */
  invalidate({ now = false } = {}) {
    for (const panel of this.#panels) panel.isDirty = true;
    this.#plan(now);
  }

  /** Back to everything there is. */
  release() {
    this.view.live();
    this.#zoomed();
  }

  /** A part that was seen once. @param {import("../charts/view.js").Zoomed} zoomed */
  look(zoomed) {
    this.view.look(zoomed);
    this.#zoomed();
  }

  /** @returns {import("../charts/view.js").Range} of the horizontal axis */
  get #seen() {
    return this.view.x ?? this.#whole;
  }

  #zoomed() {
    this.dispatchEvent(new Event("view"));
    this.invalidate({ now: true });
  }

  /** @param {Metric} metric @param {HTMLElement} figure @returns {(part: Set<string>) => void} to say which units it shows */
  add(metric, figure) {
    const element = within(figure, ".chart");
    const chart = new LineChart(element, {
      onZoom: (ranges) => {
        this.view.zoom(metric, ranges);
        this.#zoomed();
      },
      onRelease: () => this.release(),
    });
    bindMotion(element, {
      seen: () => this.#seen,
      whole: () => this.#whole,
      move: (range) => {
        this.view.zoom(metric, { x: range });
        this.#zoomed();
      },
      release: () => this.release(),
    });
    /** @type {Panel} */
    const panel = { metric, figure, chart, part: null, isDirty: true, isVisible: false, keys: [], drawn: null };
    this.#panels.push(panel);
    figure.dataset.empty = "undrawn"; // out of sight; whoever looks will see whether there is a curve
    const nothing = { columns: [], readings: [], counted: "" };
    this.#hover.add(figure, element, (place) => (panel.drawn ? lineReadings(panel.drawn.scene, panel.drawn.picture, place) : nothing));
    addSaveMenu(figure, metric, (format) => this.#save(format, panel));
    new IntersectionObserver(([entry]) => {
      panel.isVisible = entry.isIntersecting;
      this.#plan(panel.isVisible); // who scrolls to it waits for it
    }).observe(figure);
    new ResizeObserver(() => {
      panel.isDirty = true;
      this.#plan(true);
    }).observe(element);
    return (part) => (panel.part = part);
  }

  get #isDue() {
    return this.#panels.some(({ isDirty, isVisible }) => isDirty && isVisible);
  }

  /** @param {boolean} [now] */
  #plan(now = false) {
    if (document.hidden || !LineChart.isReady || !this.#isDue || (this.#frame && !now)) return;
    this.#callOff();
    if (now) this.#nextFrame();
    else this.#callOff = atBeat(performance.now() + this.#pacer.wait(), () => this.#nextFrame());
  }

  #nextFrame() {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.#frame = 0;
    if (!this.#isDue || document.hidden) return;
    const due = this.#panels.filter(({ isDirty, isVisible }) => isDirty && isVisible);
    if (due.some(({ chart }) => chart.isBusy)) {
      this.#callOff = atBeat(performance.now() + BUSY_AGAIN, () => this.#plan());
      return;
    }
    let cost = 0;
    /** @type {Map<Metric, {scene: Scene, picture: import("../charts/picture.js").Picture}>} */
    const wholes = new Map();
    for (const panel of due) {
      const { scene: all, picture: wide } = wholes.get(panel.metric) ?? this.#wholeOf(panel.metric);
      wholes.set(panel.metric, { scene: all, picture: wide });
      const scene = panel.part ? partOf(all, panel.part) : all;
      const picture = { ...wide, isEmpty: !scene.lines.length };
      const traces = tracesOf(scene, picture, this.#theme, panel.chart.plotWidth / COLUMN);
      panel.isDirty = false;
      panel.drawn = { scene, picture };
      panel.figure.dataset.empty = String(picture.isEmpty);
      panel.figure.dataset.lines = String(scene.lines.length);
      panel.keys = traces.map(({ meta }) => meta ?? "");
      const spent = panel.chart.draw(picture, this.#theme, traces, () => ({ names: scene.names, key: keyOf(scene, traces, this.#theme) }));
      panel.figure.dataset.drawMs = spent.toFixed(1);
      cost += spent;
    }
    this.#pacer.charge(cost, due.length);
    this.#fade();
    this.#hover.refresh(false);
    this.#plan();
  }

  /** @param {import("../charts/save.js").Format} format @param {Panel} panel */
  #save(format, { metric, figure, chart, part, drawn }) {
    if (!drawn) return;
    const facet = part ? within(figure, "h3").textContent : "";
    const name = `livetrain-comparison-${metric}${facet ? `-${inFileName(facet)}` : ""}`;
    const heading = facet ? `${TITLES[metric]} · ${facet}` : TITLES[metric];
    saveSeen(format, chart, { name, heading, csv: () => linesCsv(drawn.scene, this.#seen) });
  }

  /** All there is of a measure, and the axes that its charts share. @param {Metric} metric */
  #wholeOf(metric) {
    const scene = this.#sceneOf(metric);
    this.#whole = wholeX(scene);
    this.#axis = scene.axis;
    return { scene, picture: pictureOf(scene, this.#seen, this.view.y[metric] ?? null) };
  }

  /** Which curves stand out while the pointer or the focus is on their row. @param {string[] | null} keys null: all alike */
  emphasize(keys) {
    this.#emphasized = keys && new Set(keys);
    this.#fade();
  }

  /** Without a drawing: a class on what is there costs nothing. */
  #fade() {
    for (const { figure, keys } of this.#panels) {
      figure.querySelectorAll(".scatterlayer > .trace").forEach((element, i) => {
        element.classList.toggle("faded", this.#emphasized !== null && !this.#emphasized.has(keys[i] ?? ""));
      });
    }
  }
}
