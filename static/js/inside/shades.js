/**
 * Numbers of a snapshot as what is shown of them: shares of a row, pixels of weights, words.
 * Rule: pure; knows no document.
 */

import { count, percent } from "../format.js";

/** @param {number[][]} matrix of counts @returns {number[][]} shares of each row, 0 where a row is empty */
export function rowShares(matrix) {
  return matrix.map((row) => {
    const total = row.reduce((sum, one) => sum + one, 0);
    return row.map((one) => (total ? one / total : 0));
  });
}

/** @param {{split: string, samples: number}} content @returns {string} */
export function splitWords({ split, samples }) {
  return `${count(samples)} ${split} samples`;
}

/**
 * @param {{classes: string[], confused: [number, number, number][]}} content
 * @returns {string[]} the most frequent mistakes, each in words
 */
export function mistakeWords({ classes, confused }) {
  return confused.map(([label, answer, many]) => `${classes[label]} taken for ${classes[answer]} (${count(many)})`);
}

/**
 * Pictures of weights as a canvas takes them.
 * @param {string} base64 of uint8 (units, height, width, channels)
 * @param {number[]} shape height, width and channels of one
 * @returns {Uint8ClampedArray<ArrayBuffer>[]} RGBA of each unit
 */
export function picturesOf(base64, [height, width, channels]) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const each = height * width * channels;
  return Array.from({ length: bytes.length / each }, (_, unit) => {
    const picture = new Uint8ClampedArray(height * width * 4);
    for (let i = 0; i < height * width; i += 1) {
      for (let c = 0; c < 3; c += 1) picture[4 * i + c] = bytes[unit * each + i * channels + (channels === 3 ? c : 0)];
      picture[4 * i + 3] = 255;
    }
    return picture;
  });
}

/** @param {number | string | null} value @returns {string} a share in whole percent; a dash where there is none */
export function shareWords(value) {
  return typeof value === "number" ? percent(value) : "–";
}

const plain = new Intl.NumberFormat("en-US", { maximumSignificantDigits: 3 });

/** @param {number | string | null} value @returns {string} three figures; tiny and huge ones by powers of ten */
export function figureWords(value) {
  if (value === null) return "–";
  if (typeof value === "string" || value === 0) return String(value);
  const size = Math.abs(value);
  const words = size >= 1e-5 && size < 1e5 ? plain.format(value) : value.toExponential(1);
  return words.replace(/^-/, "−");
}
