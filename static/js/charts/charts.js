/**
 * A line chart on Plotly. Rule: it knows nothing of jobs; beside `figure.js` the only module that calls Plotly.
 *
 * SVG traces at chart width, explicit axes and no animation: 15–25 ms a drawing in software rendering, where
 * WebGL traces take twice that and whole logs three times.
 */

import { logTicks } from "./extent.js";
import { framed } from "./names.js";
import { keyOf, namesOf, tracesOf } from "./traces.js";

/** @typedef {import("./theme.js").Theme} Theme */
/** @typedef {import("./picture.js").Picture} Picture */
/** @typedef {[number, number]} Range */
/** @typedef {{onZoom: (ranges: {x?: Range, y?: Range}) => void, onRelease: () => void}} Hooks */

export const MARGIN = { l: 46, r: 12, t: 6, b: 36 }; // px
const PICTURE_SCALE = 2; // pixels of a saved picture for one on the screen
const FEW = 7; // there is no half a step
const NARROW = 330; // px; room for few labels
const LOW = 220; // px, the same of the height
const HUGE = 1e12; // beyond it there is no letter for a number
const TINY = 1e-3; // below it the letters are no longer known to everybody
const CONFIG = { displayModeBar: false, doubleClick: false, showTips: false, responsive: false };

/**
 * Plotly has run. The page's head asks for it first of all: fetching and parsing its 4.8 MB goes on beside the
 * page's own loading, and running it takes 0.6 s in which no click is answered.
 * @returns {Promise<void>} rejected with words for people
 */
export function loadedPlotly() {
  const words = "The chart library could not be loaded: reload the page to see curves.";
  return new Promise((resolve, reject) => {
    const settle = () => (plotly() ? resolve() : reject(new Error(words)));
    if (plotly() || document.readyState === "complete") settle();
    document.getElementById("plotly")?.addEventListener("load", settle);
    window.addEventListener("load", settle); // comes after every script of the head, also after one that failed
  });
}

/** @param {{data: any[], layout: any}} figure in Plotly's words @param {"png" | "svg"} format @returns {Promise<string>} its address as data */
export function imageOf(figure, format) {
  const { width, height } = figure.layout;
  return plotly().toImage(figure, { format, width, height, scale: PICTURE_SCALE });
}

/** @returns {any} */
function plotly() {
  return /** @type {any} */ (window).Plotly;
}

export class LineChart {
  #element;
  #busy = false;
  #drawn = false;
  /** @type {{picture: Picture, theme: Theme, traces: any[], legend: () => import("./names.js").Legend} | null} what is seen */
  #seen = null;
  #listen;

  /** @param {HTMLElement} element @param {Hooks} hooks */
  constructor(element, hooks) {
    this.#element = element;
    element.addEventListener("pointerdown", () => (this.#busy = true));
    for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, () => (this.#busy = false));
    element.addEventListener("dblclick", () => hooks.onRelease());
    this.#listen = () => {
      /** @type {any} */ (element).on("plotly_relayout", (/** @type {any} */ change) => {
        const x = range(change, "xaxis");
        const y = range(change, "yaxis");
        if (x || y) hooks.onZoom({ x, y });
      });
    };
  }

  /** True once the library is there. */
  static get isReady() {
    return Boolean(plotly());
  }

  /** True while the reader drags: a drawing now would take the selection away. */
  get isBusy() {
    return this.#busy;
  }

  /** @returns {number} pixels between the axes */
  get plotWidth() {
    return Math.max(50, this.#element.clientWidth - MARGIN.l - MARGIN.r);
  }

  /** @returns {import("./cursor.js").Box} where the plot lies in what the chart stands in */
  get plotBox() {
    const { offsetLeft, offsetTop, clientHeight } = this.#element;
    const { l, t, b } = MARGIN;
    return { left: offsetLeft + l, top: offsetTop + t, width: this.plotWidth, height: clientHeight - t - b };
  }

  /**
   * @param {Picture} picture @param {Theme} theme
   * @param {any[]} [traces] of another kind than a job's own
   * @param {() => import("./names.js").Legend} [legend] of a saved picture
   * @returns {number} ms it took, layout included
   */
  draw(picture, theme, traces = tracesOf(picture, theme), legend = () => ({ names: namesOf(picture, theme), key: keyOf(picture, theme) })) {
    const before = performance.now();
    plotly().react(this.#element, traces, this.#layout(picture, theme), CONFIG);
    this.#element.getBoundingClientRect(); // style and layout happen here and are counted
    if (!this.#drawn) this.#listen();
    this.#drawn = true;
    this.#seen = { picture, theme, traces, legend };
    return performance.now() - before;
  }

  /**
   * What is seen, with a heading and the curves' names.
   * @param {"png" | "svg"} format @param {string} heading
   * @returns {Promise<string | null>} its address as data, null before a first drawing
   */
  async image(format, heading) {
    if (!this.#seen) return null;
    const { picture, theme, traces, legend } = this.#seen;
    const drawn = { data: traces, layout: this.#layout(picture, theme) };
    return imageOf(framed(drawn, heading, legend(), theme), format);
  }

  /** @param {Picture} picture @param {Theme} theme */
  #layout({ x, y, logarithmic, xTitle, share, counted }, theme) {
    const { clientWidth: width, clientHeight: height } = this.#element;
    const text = { family: theme.font, size: 11, color: theme.quiet };
    const ticklabeloverflow = "allow"; // the margins have room; measuring each label takes 40 % of a drawing
    const axis = { zeroline: false, ticks: "", tickfont: text, automargin: false, autorange: false, ticklabeloverflow };
    return {
      width,
      height,
      margin: MARGIN,
      autosize: false,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      showlegend: false,
      hovermode: "closest",
      hoverlabel: {
        bgcolor: theme.card,
        bordercolor: theme.line,
        font: { family: theme.font, size: 12, color: theme.ink },
      },
      dragmode: theme.coarse ? false : "zoom",
      xaxis: {
        ...axis,
        range: [...x],
        showgrid: false,
        nticks: width < NARROW ? 4 : 7,
        dtick: counted && x[1] - x[0] < FEW ? 1 : undefined,
        title: { text: xTitle, font: text }, // a `standoff` would have every label measured
      },
      yaxis: {
        ...axis,
        range: [...y],
        type: logarithmic ? "log" : "linear",
        gridcolor: theme.line,
        nticks: height < LOW ? 4 : 6,
        tickformat: share ? ".0%" : undefined,
        exponentformat: y[1] > HUGE || y[1] < TINY ? "e" : "B", // 8e+35 finds room where 8×10³⁵ does not
        ...(logarithmic ? logTicks(y) : {}),
      },
    };
  }
}

/** @param {any} change @param {string} axis @returns {Range | undefined} */
function range(change, axis) {
  const from = change[`${axis}.range[0]`] ?? change[`${axis}.range`]?.[0];
  const to = change[`${axis}.range[1]`] ?? change[`${axis}.range`]?.[1];
  return from === undefined || to === undefined ? undefined : [Number(from), Number(to)];
}
