/**
 * A picture of probabilities over the plane, from its bytes to colours and lines: pure, no document.
 * Rule: row after row from the top, a byte at the centre of its cell, 255 where class 1 is certain.
 */

export const SIDE = 64; // cells
const EVEN = 127.5; // both classes are as likely
const STRENGTH = 0.6; // of a class's colour where it is certain: its points stand out in full colour

/** @typedef {[number, number, number]} Rgb 0 to 255 each */
/** @typedef {[number, number, number, number]} Line from x, y to x, y; in shares of the side, y down */

/**
 * @param {Uint8Array} levels
 * @param {[Rgb, Rgb]} colors of class 0 and 1
 * @param {Rgb} between where both are as likely
 * @returns {Uint8ClampedArray<ArrayBuffer>} four bytes a cell, as a canvas takes them
 */
export function shaded(levels, colors, between) {
  const pixels = new Uint8ClampedArray(4 * SIDE * SIDE);
  for (let i = 0; i < SIDE * SIDE; i += 1) {
    const lean = levels[i] / EVEN - 1;
    const color = colors[lean < 0 ? 0 : 1];
    const amount = STRENGTH * Math.abs(lean);
    for (let j = 0; j < 3; j += 1) pixels[4 * i + j] = between[j] + amount * (color[j] - between[j]);
    pixels[4 * i + 3] = 255;
  }
  return pixels;
}

/**
 * Where both classes are as likely, cell by cell between the centres.
 * @param {Uint8Array} levels @returns {Line[]}
 */
export function contour(levels) {
  /** @type {Line[]} */
  const lines = [];
  const at = (/** @type {number} */ cell) => (cell + 0.5) / SIDE;
  for (let row = 0; row < SIDE - 1; row += 1) {
    for (let column = 0; column < SIDE - 1; column += 1) {
      const corner = row * SIDE + column;
      const [a, b, c, d] = [corner, corner + 1, corner + SIDE + 1, corner + SIDE].map((i) => levels[i] - EVEN);
      /** @type {[number, number][]} */
      const crossings = [];
      if (a * b < 0) crossings.push([at(column + a / (a - b)), at(row)]);
      if (b * c < 0) crossings.push([at(column + 1), at(row + b / (b - c))]);
      if (c * d < 0) crossings.push([at(column + d / (d - c)), at(row + 1)]);
      if (d * a < 0) crossings.push([at(column), at(row + a / (a - d))]);
      for (let i = 0; i + 1 < crossings.length; i += 2) lines.push([...crossings[i], ...crossings[i + 1]]);
    }
  }
  return lines;
}

/** @param {Uint8Array} levels @returns {number} the share of the area in which class 1 is more likely */
export function shareOfOne(levels) {
  let count = 0;
  for (let i = 0; i < SIDE * SIDE; i += 1) if (levels[i] > EVEN) count += 1;
  return count / (SIDE * SIDE);
}

/** @param {number} low @param {number} high @param {number} most @returns {number[]} round numbers in between */
export function ticks(low, high, most) {
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const size = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const found = [];
  for (let i = Math.ceil(low / size); i * size <= high; i += 1) found.push(Number((i * size).toPrecision(12)));
  return found;
}
