/** The cost of gradients against depth: counted products with their closed forms, and measured times. */

import { Problem } from "../api.js";
import { drawFigure, seriesColor } from "../charts/figure.js";
import { onThemeChange } from "../charts/theme.js";
import { byId, make, setAttribute, setText, within } from "../dom.js";
import { number } from "../format.js";
import { patiently } from "../patience.js";
import { keep, kept, newSeed, readSeed, withSeed } from "./remembered.js";

/** @typedef {{products: number, milliseconds: number}} Walk */
/** @typedef {{layers: number, backpropagation: Walk, rederivation: Walk, difference: number}} Row */
/** @typedef {{width: number, repeats: number, measured_at: string, depths: Row[]}} Measurement */

const DEPTHS = 12;
const ONCE = "backpropagation";
const ANEW = "each layer anew";
const X = { title: "layers n" };
const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "medium" });

/** Products of one walk back that serves all layers. @param {number} n layers */
const once = (n) => n - 1;
/** Products when every layer is derived anew. @param {number} n layers */
const anew = (n) => (n * (n - 1)) / 2;

export class GradientCost {
  #api;
  #card = byId("gradient-cost");
  #busy = false;
  /** @type {Measurement | null} */
  #measured = null;

  /** @param {import("../api.js").Api} api */
  constructor(api) {
    this.#api = api;
    const button = /** @type {HTMLButtonElement} */ (byId("measure-gradient-cost"));
    button.addEventListener("click", () => this.#measure());
    button.disabled = false; // nothing would have answered before
    onThemeChange(() => this.#measured && this.#draw(this.#measured));
    window.addEventListener("popstate", () => this.#recall());
    this.#recall();
  }

  /** Show the measurement that the address names: what the server remembers, else what this tab kept. */
  async #recall() {
    const seed = readSeed(window.location.search);
    if (seed === null || this.#busy) return;
    const query = new URLSearchParams({ depths: String(DEPTHS), seed: String(seed), measure: "false" });
    try {
      const known = (await this.#api.get(`/api/experiments/gradient-cost?${query}`)) ?? kept(seed);
      if (this.#busy) return; // a new one is being made meanwhile
      if (known) this.#show(known);
      else this.#say("The measurement of this address is not remembered any more. Press Measure for a new one.");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const known = kept(seed);
      if (known && !this.#busy) this.#show(known);
    }
  }

  async #measure() {
    if (this.#busy) return;
    this.#setBusy(true);
    this.#say("Measuring…");
    const seed = newSeed();
    const query = new URLSearchParams({ depths: String(DEPTHS), seed: String(seed) });
    try {
      const ask = () => this.#api.get(`/api/experiments/gradient-cost?${query}`);
      const measured = await patiently(ask, null, () => this.#say("All workers are busy; waiting for one to be free…"));
      keep(seed, measured);
      window.history.pushState(null, "", withSeed(window.location.search, seed));
      this.#show(measured);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#say(error.message);
      this.#card.dataset.state = this.#measured ? "ready" : "empty";
    } finally {
      this.#setBusy(false);
    }
  }

  /** @param {boolean} busy */
  #setBusy(busy) {
    this.#busy = busy;
    setAttribute(byId("measure-gradient-cost"), "aria-disabled", busy ? "true" : null);
    if (busy) this.#card.dataset.state = "measuring";
  }

  /** @param {string} words */
  #say(words) {
    setText(byId("gradient-cost-note"), words);
  }

  /** @param {Measurement} measured */
  #show(measured) {
    this.#measured = measured;
    within(this.#card, ".experiment-charts").hidden = false;
    within(this.#card, "details").hidden = false;
    const { layers, backpropagation, rederivation } = measured.depths[measured.depths.length - 1];
    const times = rederivation.milliseconds / backpropagation.milliseconds;
    const difference = Math.max(...measured.depths.map((row) => row.difference));
    const agreement = difference
      ? `the gradients of both ways differ by ${number(Number(difference.toPrecision(1)))} at most, which is rounding`
      : "the gradients of both ways are equal to the last digit";
    this.#say(
      `With ${layers} layers: ${backpropagation.products} products and ${milliseconds(backpropagation)} ms going back once, ` +
        `${rederivation.products} products and ${milliseconds(rederivation)} ms deriving each layer anew, ` +
        `${times.toFixed(1)} times as long. Layers of ${measured.width} units, ${measured.width} samples, ` +
        `fastest of ${measured.repeats}; ${agreement}.`,
    );
    const moment = byId("gradient-cost-when");
    setText(moment, `Measured on ${MOMENT.format(new Date(measured.measured_at))}. Measure again for new figures; the address of this page keeps these.`);
    moment.dataset.at = measured.measured_at;
    moment.hidden = false;
    byId("gradient-cost-rows").replaceChildren(...measured.depths.map(tableRow));
    this.#draw(measured);
    this.#card.dataset.state = "ready";
  }

  /** @param {Measurement} measured */
  #draw({ depths }) {
    const n = depths.map((row) => row.layers);
    const [first, second] = [seriesColor(0), seriesColor(1)];
    const points = (/** @type {string} */ name, /** @type {number[]} */ y, /** @type {string} */ color) => ({
      x: n, y, name, type: "scatter", mode: "markers", marker: { color, size: 8 },
    });
    const line = (/** @type {string} */ name, /** @type {number[]} */ y, /** @type {string} */ color) => ({
      x: n, y, name, showlegend: false, type: "scatter", mode: "lines", line: { color, width: 1.5, dash: "dot" },
    });
    drawFigure(byId("gradient-cost-products"), {
      traces: [
        line("n (n − 1) / 2", n.map(anew), second),
        line("n − 1", n.map(once), first),
        points(`${ANEW}, dotted: n (n − 1) / 2`, depths.map((row) => row.rederivation.products), second),
        points(`${ONCE}, dotted: n − 1`, depths.map((row) => row.backpropagation.products), first),
      ],
      x: X,
      y: { title: "products" },
      legend: true,
    });
    const joined = (/** @type {any} */ trace) => ({ ...trace, mode: "lines+markers", line: { color: trace.marker.color, width: 1.5 } });
    drawFigure(byId("gradient-cost-times"), {
      traces: [
        joined(points(ANEW, depths.map((row) => row.rederivation.milliseconds), second)),
        joined(points(ONCE, depths.map((row) => row.backpropagation.milliseconds), first)),
      ],
      x: X,
      y: { title: "milliseconds" },
      legend: true,
    });
  }
}

/** @param {Walk} walk */
function milliseconds(walk) {
  return walk.milliseconds.toPrecision(2);
}

/** @param {Row} row */
function tableRow({ layers, backpropagation, rederivation }) {
  const cells = [
    layers,
    backpropagation.products,
    once(layers),
    rederivation.products,
    anew(layers),
    backpropagation.milliseconds.toFixed(3),
    rederivation.milliseconds.toFixed(3),
  ];
  return make("tr", { "data-layers": String(layers) }, ...cells.map((cell) => make("td", { class: "number" }, String(cell))));
}
