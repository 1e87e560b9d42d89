/**
 * What the network sees: the same samples as stored and as they enter the network.
 * Rule: only the newest request is shown; a busy server is asked again quietly.
 */

import { Problem } from "../api.js";
import { byId, make, setText } from "../dom.js";
import { onThemeChange } from "../charts/theme.js";
import { WARMING, patiently } from "../patience.js";
import { drawPoints } from "./scatter.js";
import { showStatistics } from "./statistics.js";

/** @typedef {import("../api.js").Api} Api */
/** @typedef {import("./schema.js").Config} Config */
/** @typedef {{kind: "images", raw_shape: number[], seen_shape: number[],
 *   samples: {label: string, raw: string, seen: string}[], statistics: Statistics}} Pictures */
/** @typedef {import("./statistics.js").Statistics} Statistics */
/** @typedef {{x: number[], y: number[], label: number[]}} Points */
/** @typedef {{kind: "points", classes: string[], raw: Points, seen: Points, statistics: Statistics}} Scatter */

const SHOWN = 8; // samples
const REST = 150; // ms without a change, while a field is typed

export class Preview {
  #api;
  #seed = 0;
  #roll = 0; // of the augmentation
  #key = "";
  /** @type {AbortController | null} */
  #running = null;
  /** @type {Scatter | null} */
  #scatter = null;
  /** @type {Pictures | Scatter | null} what is on the screen now */
  shown = null;
  #onShown;

  /** @param {Api} api @param {() => void} [onShown] other samples are on the screen */
  constructor(api, onShown = () => {}) {
    this.#api = api;
    this.#onShown = onShown;
    onThemeChange(() => this.#scatter && this.#showPoints(this.#scatter));
  }

  /** @param {Config} config its data set, and what differs from the defaults */
  show({ dataset, standardize, augment, points, noise }) {
    const query = new URLSearchParams({ standardize: String(standardize === true), augment: String(augment === true) });
    for (const [name, value] of Object.entries({ points, noise })) if (value != null) query.set(name, String(value));
    this.#load(dataset, query);
  }

  /** Other samples, and with augmentation other crops. @param {Config} config */
  again(config) {
    this.#seed += 1;
    this.show(config);
  }

  /** The same samples, cropped and flipped anew. @param {Config} config */
  reroll(config) {
    this.#roll += 1;
    this.show(config);
  }

  /** @param {string} dataset @param {URLSearchParams} query */
  async #load(dataset, query) {
    query.set("count", String(SHOWN));
    query.set("seed", String(this.#seed));
    if (query.get("augment") === "true") query.set("roll", String(this.#roll));
    const path = `/api/datasets/${encodeURIComponent(dataset)}/preview?${query}`;
    if (path === this.#key) return;
    this.#key = path;
    this.#running?.abort();
    const running = new AbortController();
    this.#running = running;
    const figure = byId("sees");
    const isOther = figure.dataset.dataset !== dataset;
    if (isOther) {
      figure.dataset.state = "loading";
      this.shown = null;
    }
    figure.dataset.dataset = dataset;
    if (!isOther) await new Promise((resolve) => setTimeout(resolve, REST));
    if (this.#running !== running) return;
    try {
      const preview = await patiently(() => this.#api.get(path, running.signal, WARMING), running.signal);
      if (this.#running === running) this.#show(preview);
    } catch (error) {
      if (this.#running !== running) return;
      if (!(error instanceof Problem)) throw error;
      if (error.status === 422 && figure.dataset.state === "ready") return; // said beside the field; the picture before it stays
      this.#say(error.status === 409 ? "" : error.message);
    }
  }

  /** @param {Pictures | Scatter} preview */
  #show(preview) {
    byId("sees").dataset.state = "ready";
    byId("sees").dataset.kind = preview.kind;
    byId("sees-roll").hidden = preview.kind === "points" || !this.#key.includes("augment=true");
    this.#scatter = preview.kind === "points" ? preview : null;
    showStatistics(byId("sees-statistics"), preview.statistics);
    if (preview.kind === "points") this.#showPoints(preview);
    else this.#showPictures(preview);
    this.shown = preview;
    this.#onShown();
  }

  /** @param {Pictures} preview */
  #showPictures({ samples, raw_shape, seen_shape }) {
    const picture = (/** @type {string} */ source, /** @type {string} */ label) =>
      make("img", { src: source, alt: "", title: label });
    byId("sees-pictures").replaceChildren(
      ...samples.map(({ raw, label }) => picture(raw, label)),
      ...samples.map(({ seen, label }) => picture(seen, label)),
    );
    const size = (/** @type {number[]} */ shape) => shape.slice(1).join("×");
    const crop = size(raw_shape) === size(seen_shape) ? "" : `, ${size(seen_shape)}`;
    setText(byId("sees-caption"), `as stored, and as the network sees it${crop}`);
    byId("sees-pictures").setAttribute("aria-label", `Samples: ${samples.map((one) => one.label).join(", ")}`);
  }

  /** @param {Scatter} preview */
  #showPoints(preview) {
    const canvases = [make("canvas"), make("canvas")].map((canvas) => /** @type {HTMLCanvasElement} */ (canvas));
    byId("sees-pictures").replaceChildren(...canvases);
    const limit = Math.max(...[preview.raw, preview.seen].flatMap(({ x, y }) => [...x, ...y].map(Math.abs)));
    drawPoints(canvases[0], preview.raw, limit);
    drawPoints(canvases[1], preview.seen, limit);
    setText(byId("sees-caption"), "as stored, and as the network sees it");
    byId("sees-pictures").setAttribute("aria-label", `Points of the classes ${preview.classes.join(" and ")}`);
  }

  /** @param {string} message */
  #say(message) {
    byId("sees").dataset.state = "absent";
    byId("sees-pictures").replaceChildren();
    byId("sees-statistics").replaceChildren();
    byId("sees-roll").hidden = true;
    setText(byId("sees-caption"), message);
  }
}
