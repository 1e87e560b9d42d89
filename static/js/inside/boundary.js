/**
 * The decision boundary of a network on points: how likely it holds each class to be, all over the plane, and
 * the points it learns from. Rule: the points are the job's own; without them nothing is placed by guess.
 */

import { onThemeChange, readTheme } from "../charts/theme.js";
import { fromTemplate, setAttribute, setText, within } from "../dom.js";
import { contour, shaded, shareOfOne, SIDE, ticks } from "./plane.js";

/** @typedef {import("./kinds.js").Drawing} Drawing */
/** @typedef {import("./plane.js").Rgb} Rgb */
/** @typedef {{x: number[], y: number[], label: number[], of: number}} Points */
/**
 * @typedef {{extent: [number, number, number, number], classes: string[], train: Points, validation: Points,
 *   test: Points}} Told
 */

const RADIUS = 3.2; // CSS pixels, of few points
const FEW = 400; // more points than these are drawn smaller
const TICKS = 5;
const INSET = 6; // CSS pixels between an axis number and the edge

/** @param {CanvasRenderingContext2D} context @param {string} color @returns {Rgb} */
function rgb(context, color) {
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
  return [red, green, blue];
}

/** @param {number} value @returns {string} */
function tickWords(value) {
  return String(value).replace("-", "−");
}

/** @param {Points} points @returns {string} */
function countWords({ x, of }) {
  const all = of.toLocaleString("en");
  return x.length < of ? `${x.length.toLocaleString("en")} of ${all}` : all;
}

class BoundaryView {
  /** @type {Drawing | null} */
  #drawing = null;
  #element = fromTemplate("boundary-view");
  #cells = document.createElement("canvas");
  #size = 0;

  constructor() {
    this.#cells.width = this.#cells.height = SIDE;
    for (const box of this.#element.querySelectorAll("input")) box.addEventListener("change", () => this.#draw());
    onThemeChange(() => this.#draw());
    new ResizeObserver(() => this.#canvas.clientWidth !== this.#size && this.#draw()).observe(this.#canvas);
  }

  get #canvas() {
    return /** @type {HTMLCanvasElement} */ (within(this.#element, "canvas"));
  }

  /** @param {Drawing} drawing */
  show(drawing) {
    this.#drawing = drawing;
    if (this.#element.parentElement !== drawing.element) drawing.element.replaceChildren(this.#element);
    this.#draw();
  }

  #draw() {
    const canvas = this.#canvas;
    this.#size = canvas.clientWidth;
    const context = canvas.getContext("2d");
    if (!this.#drawing || !this.#size || !context) return;
    const levels = new Uint8Array(this.#drawing.content);
    const told = /** @type {Told | null} */ (this.#drawing.beside);
    const theme = readTheme();
    const density = window.devicePixelRatio || 1;
    canvas.width = canvas.height = Math.round(this.#size * density);
    this.#shade(context, levels, theme);
    context.setTransform(density, 0, 0, density, 0, 0);
    this.#line(context, levels, theme.ink);
    if (told) {
      this.#axes(context, told.extent, theme);
      this.#points(context, told, theme);
    }
    this.#write(levels, told);
  }

  /** @param {CanvasRenderingContext2D} context @param {Uint8Array} levels @param {import("../charts/theme.js").Theme} theme */
  #shade(context, levels, theme) {
    const cells = /** @type {CanvasRenderingContext2D} */ (this.#cells.getContext("2d", { willReadFrequently: true }));
    const [zero, one, between] = [theme.jobs[0], theme.jobs[1], theme.card].map((color) => rgb(cells, color));
    cells.putImageData(new ImageData(shaded(levels, [zero, one], between), SIDE, SIDE), 0, 0);
    context.imageSmoothingQuality = "high";
    context.drawImage(this.#cells, 0, 0, context.canvas.width, context.canvas.height);
  }

  /** @param {CanvasRenderingContext2D} context @param {Uint8Array} levels @param {string} color */
  #line(context, levels, color) {
    context.strokeStyle = color;
    context.lineWidth = 1.5;
    context.lineCap = "round";
    context.beginPath();
    for (const [x, y, toX, toY] of contour(levels)) {
      context.moveTo(x * this.#size, y * this.#size);
      context.lineTo(toX * this.#size, toY * this.#size);
    }
    context.stroke();
  }

  /** @param {CanvasRenderingContext2D} context @param {Told["extent"]} extent @param {import("../charts/theme.js").Theme} theme */
  #axes(context, [left, right, bottom, top], theme) {
    const size = this.#size;
    context.font = `11px ${theme.font}`;
    context.fillStyle = theme.ink;
    context.globalAlpha = 0.65;
    context.textAlign = "center";
    context.textBaseline = "bottom";
    for (const value of ticks(left, right, TICKS)) {
      const x = ((value - left) / (right - left)) * size;
      context.fillRect(x, size - 4, 1, 4);
      if (x > 24 && x < size - 14) context.fillText(tickWords(value), x, size - INSET);
    }
    context.textAlign = "left";
    context.textBaseline = "middle";
    for (const value of ticks(bottom, top, TICKS)) {
      const y = ((top - value) / (top - bottom)) * size;
      context.fillRect(0, y, 4, 1);
      if (y > 12 && y < size - 24) context.fillText(tickWords(value), INSET, y);
    }
    context.globalAlpha = 1;
  }

  /** @param {CanvasRenderingContext2D} context @param {Told} told @param {import("../charts/theme.js").Theme} theme */
  #points(context, { extent: [left, right, bottom, top], train, validation, test }, theme) {
    const size = this.#size;
    const radius = RADIUS * (train.x.length + test.x.length > FEW ? 0.75 : 1);
    /** @param {Points} points @param {(x: number, y: number, color: string) => void} draw */
    const each = ({ x, y, label }, draw) => {
      for (let i = 0; i < x.length; i += 1) {
        const across = ((x[i] - left) / (right - left)) * size;
        draw(across, ((top - y[i]) / (top - bottom)) * size, theme.jobs[label[i] % theme.jobs.length]);
      }
    };
    context.lineWidth = 1;
    if (/** @type {HTMLInputElement} */ (within(this.#element, "[name=test]")).checked) {
      each(test, (x, y, color) => {
        context.beginPath();
        context.arc(x, y, radius, 0, 2 * Math.PI);
        context.fillStyle = theme.card;
        context.strokeStyle = color;
        context.lineWidth = 1.5;
        context.fill();
        context.stroke();
      });
    }
    context.lineWidth = 1;
    context.strokeStyle = theme.card;
    each(train, (x, y, color) => {
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.fillStyle = color;
      context.fill();
      context.stroke();
    });
    each(validation, (x, y, color) => {
      const reach = radius * 1.45;
      context.beginPath();
      context.moveTo(x, y - reach);
      for (const [across, down] of [[reach, 0], [0, reach], [-reach, 0]]) context.lineTo(x + across, y + down);
      context.closePath();
      context.fillStyle = color;
      context.fill();
      context.stroke();
    });
  }

  /** @param {Uint8Array} levels @param {Told | null} told */
  #write(levels, told) {
    const share = Math.round(100 * shareOfOne(levels));
    const [zero, one] = told?.classes ?? ["class 0", "class 1"];
    for (const [name, words, part] of /** @type {const} */ ([["zero", zero, 100 - share], ["one", one, share]])) {
      setText(within(this.#element, `[data-class=${name}] b`), words);
      setText(within(this.#element, `[data-class=${name}] span`), `${part} % of the area`);
    }
    for (const name of /** @type {const} */ (["train", "validation", "test"])) {
      const points = told?.[name];
      const words = points ? countWords(points) : "";
      setText(within(this.#element, `[data-count=${name}]`), words);
      within(this.#element, `[data-split=${name}]`).hidden = !points?.of;
    }
    const label = `The plane as the network sees it: ${zero} on ${100 - share} %, ${one} on ${share} % of the area`;
    setAttribute(this.#canvas, "aria-label", label);
  }
}

/** @type {BoundaryView | null} */
let view = null;

/** @param {Drawing} drawing */
export function drawBoundary(drawing) {
  view ??= new BoundaryView();
  view.show(drawing);
}
