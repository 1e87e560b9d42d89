import assert from "node:assert/strict";
import test from "node:test";

import { figureWords, mistakeWords, picturesOf, rowShares, shareWords, splitWords } from "../../static/js/inside/shades.js";

test("a cell's shade is its share of the row, and an empty row has none", () => {
  assert.deepEqual(rowShares([[3, 1], [0, 0]]), [[0.75, 0.25], [0, 0]]);
});

test("a snapshot says which split it is of, and why it is the test set", () => {
  assert.equal(splitWords({ split: "validation", samples: 5000 }), "5,000 validation samples");
  assert.equal(splitWords({ split: "test", samples: 10 }), "10 test samples");
});

test("mistakes are named by their classes", () => {
  const confused = /** @type {[number, number, number][]} */ ([[0, 1, 1200]]);
  assert.deepEqual(mistakeWords({ classes: ["cat", "dog"], confused }), ["cat taken for dog (1,200)"]);
});

test("grey and coloured weights become pixels, unit by unit", () => {
  const base64 = (/** @type {number[]} */ bytes) => Buffer.from(bytes).toString("base64");
  const grey = picturesOf(base64([0, 128, 255, 1]), [1, 2, 1]);
  assert.deepEqual(grey.map((one) => [...one]), [[0, 0, 0, 255, 128, 128, 128, 255], [255, 255, 255, 255, 1, 1, 1, 255]]);
  const coloured = picturesOf(base64([9, 8, 7, 6, 5, 4]), [1, 1, 3]);
  assert.deepEqual(coloured.map((one) => [...one]), [[9, 8, 7, 255], [6, 5, 4, 255]]);
});

test("figures have three digits, tiny ones a power, and what is absent a dash", () => {
  assert.deepEqual([1234.5, 0.00012345, -0.5, 0, 3e-7, 2e6].map(figureWords), ["1,230", "0.000123", "−0.5", "0", "3.0e-7", "2.0e+6"]);
  assert.deepEqual([null, "NaN"].map(figureWords), ["–", "NaN"]);
  assert.deepEqual([0.5, null, "NaN"].map(shareWords), ["50.0\u202f%", "–", "–"]);
});
