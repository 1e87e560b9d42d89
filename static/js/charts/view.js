/**
 * What part of a curve is looked at. Rule: null means "follow the newest point"; a zoom stays until it is let go.
 */

/** @typedef {[number, number]} Range */
/** @typedef {{x: Range | null, y: Record<string, Range | null>}} Zoomed */

const SMALLEST = 1e-9; // a zoom narrower than this is a slip of the hand

export class View {
  /** @type {Range | null} */
  x = null;
  /** @type {Record<string, Range | null>} y per chart */
  y = {};

  get isLive() {
    return this.x === null && Object.values(this.y).every((range) => range === null);
  }

  /** @param {string} chart @param {{x?: Range | null, y?: Range | null}} ranges */
  zoom(chart, { x, y }) {
    if (x && x[1] - x[0] > SMALLEST) this.x = x;
    if (y && y[1] - y[0] > SMALLEST) this.y[chart] = y;
  }

  /** @returns {Zoomed} */
  get zoomed() {
    return { x: this.x, y: { ...this.y } };
  }

  /** @param {Zoomed} zoomed as it was once */
  look({ x, y }) {
    this.x = x;
    this.y = { ...y };
  }

  /** The ranges of another axis mean nothing on this one. */
  live() {
    this.x = null;
    this.y = {};
  }

  /** @param {string} chart */
  releaseY(chart) {
    this.y[chart] = null;
  }
}
