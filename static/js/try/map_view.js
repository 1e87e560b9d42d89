/**
 * A class map drawn over its picture: cells in their class's colour, the surer the stronger.
 * Rule: the canvas is only looked at; what the pointer or the arrow keys are on is said in words beside it.
 */

import { make, setText } from "../dom.js";
import { cellAt, cellBeside, cellWords, colorToken, hasGaps, opacityOf, placeOf, resultWords, shares, windowOf } from "./cells.js";

/** @typedef {import("./cells.js").ClassMap} ClassMap */

const SHOWN_CLASSES = 12; // in the legend
const HINT = "Point at the picture, or move with the arrow keys, to see what each cell of the map says.";
const HOW_MOSAIC =
  "A tile is recovered when the cell that sees exactly this tile names its class. Other cells see parts of several tiles, or the gap, and may say anything.";
const WHY_GAPS =
  "Between the tiles lies what the network reads as zeros, like the padding around the pictures it learned, so that no tile looks into the next.";
const HOW_PICTURE =
  "Each cell answers for the window around it, as large as the pictures the network learned from. It always names one of its classes, even where there is none of them.";

export class MapView {
  #found;
  #canvas = make("canvas", { "aria-hidden": "true" });
  #cell = make("p", { class: "map-cell", id: "try-cell", role: "status" }, HINT);
  #stage;
  /** @type {number | null} cell that is looked at */
  #at = null;
  #resized = new ResizeObserver(() => this.#draw());

  /** @param {HTMLElement} element to fill @param {ClassMap} found */
  constructor(element, found) {
    this.#found = found;
    const label = `${resultWords(found)}. Class map of ${found.map.rows} rows and ${found.map.columns} columns; arrow keys move over it.`;
    const picture = make("img", { src: found.picture, alt: "", width: String(found.width), height: String(found.height) });
    this.#stage = make(
      "div",
      { class: "map-stage", id: "try-stage", tabindex: "0", role: "application", "aria-label": label, "aria-describedby": "try-cell" },
      picture,
      this.#canvas,
      ...(found.tiles ?? []).map((tile) => this.#mark(tile)),
    );
    element.replaceChildren(make("div", { class: "class-map" }, this.#stage, this.#words()));
    this.#stage.addEventListener("pointermove", (event) => this.#point(event));
    this.#stage.addEventListener("pointerleave", () => this.#lookAt(null));
    this.#stage.addEventListener("focus", () => this.#lookAt(this.#at ?? 0));
    this.#stage.addEventListener("blur", () => this.#lookAt(null));
    this.#stage.addEventListener("keydown", (event) => this.#step(event));
    this.#resized.observe(this.#stage);
  }

  /** @param {boolean} on */
  show(on) {
    this.#stage.classList.toggle("map-off", !on);
  }

  /** @param {import("./cells.js").Tile} tile */
  #mark({ top, left, class_index: own, found_index: seen, recovered }) {
    const { classes, width, height, tile_side: side = 0 } = this.#found;
    const words = recovered ? `✓ ${classes[own]}` : `✗ ${classes[seen]}`;
    const title = recovered ? `${classes[own]}, recovered` : `a ${classes[own]}, taken for ${classes[seen]}`;
    const mark = make("span", { class: "tile-mark", title, "data-recovered": String(recovered) }, words);
    mark.style.left = `${(100 * left) / width}%`;
    mark.style.top = `${(100 * (top + side)) / height}%`;
    mark.style.setProperty("--tile-width", `${(100 * side) / width}%`);
    return mark;
  }

  #words() {
    const found = this.#found;
    const all = shares(found);
    const legend = all.slice(0, SHOWN_CLASSES).map(({ classIndex, share }) => {
      const percent = share < 0.01 ? "< 1 %" : `${Math.round(100 * share)} %`;
      const row = make("li", {}, found.classes[classIndex], make("small", {}, percent));
      row.style.setProperty("--class-color", `var(${colorToken(classIndex)})`);
      return row;
    });
    const rest = all.length - legend.length;
    return make(
      "div",
      { class: "map-words" },
      make("p", { class: "map-count", id: "try-result" }, resultWords(found)),
      this.#cell,
      make("ul", { class: "map-legend", "aria-label": "Classes on the map, with their share of its cells" }, ...legend),
      ...(rest > 0 ? [make("p", { class: "note" }, `and ${rest} more classes on fewer cells`)] : []),
      make("p", { class: "note" }, found.tiles ? HOW_MOSAIC : HOW_PICTURE),
      ...(hasGaps(found) ? [make("p", { class: "note" }, WHY_GAPS)] : []),
    );
  }

  /** @param {PointerEvent} event */
  #point(event) {
    const box = this.#stage.getBoundingClientRect();
    const x = ((event.clientX - box.left) / box.width) * this.#found.width;
    const y = ((event.clientY - box.top) / box.height) * this.#found.height;
    this.#lookAt(cellAt(this.#found.map, x, y));
  }

  /** @param {KeyboardEvent} event */
  #step(event) {
    const next = cellBeside(this.#found.map, this.#at ?? 0, event.key);
    if (next === null) return;
    event.preventDefault();
    this.#lookAt(next);
  }

  /** @param {number | null} cell */
  #lookAt(cell) {
    if (cell === this.#at) return;
    this.#at = cell;
    setText(this.#cell, cell === null ? HINT : cellWords(this.#found, cell));
    this.#draw();
  }

  #draw() {
    const { width, height, map, class_indices: indices, probabilities } = this.#found;
    const { clientWidth, clientHeight } = this.#stage;
    if (!clientWidth || !this.#stage.isConnected) return;
    const canvas = /** @type {HTMLCanvasElement} */ (this.#canvas);
    canvas.width = Math.round(clientWidth * devicePixelRatio);
    canvas.height = Math.round(clientHeight * devicePixelRatio);
    const context = canvas.getContext("2d");
    if (!context) return;
    context.scale(canvas.width / width, canvas.height / height);
    const style = getComputedStyle(document.documentElement);
    for (let cell = 0; cell < indices.length; cell += 1) {
      const { left, top, side } = placeOf(map, cell);
      context.globalAlpha = opacityOf(probabilities[cell]);
      context.fillStyle = style.getPropertyValue(colorToken(indices[cell]));
      context.fillRect(left, top, side, side);
    }
    if (this.#at !== null) this.#outline(context, style.getPropertyValue("--focus"));
  }

  /** What the cell that is looked at saw. @param {CanvasRenderingContext2D} context @param {string} color */
  #outline(context, color) {
    const { left, top, side } = windowOf(this.#found.map, this.#at ?? 0);
    const line = (2 * this.#found.width) / this.#stage.clientWidth; // 2 px on the screen
    context.globalAlpha = 1;
    context.strokeStyle = color;
    context.lineWidth = line;
    context.strokeRect(left + line / 2, top + line / 2, side - line, side - line);
  }
}
