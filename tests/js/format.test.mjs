import assert from "node:assert/strict";
import test from "node:test";

import { about, bytes, count, decimal, delay, duration, ordinal, percent, points, shape } from "../../static/js/format.js";
import { factsWords, missingWords } from "../../static/js/recipe/facts.js";

const plain = (/** @type {string} */ text) => text.replaceAll("\u202f", " ");

test("numbers keep three digits and non-finite ones their name", () => {
  assert.deepEqual([0, 0.0123, 1.5, 12.345, 123.45, 12345, 0.00001234, 3e7].map(decimal), ["0.000", "0.012", "1.500", "12.35", "123.5", "12,345", "0.0000123", "3e7"]);
  assert.deepEqual([NaN, Infinity, -Infinity, null].map(decimal), ["NaN", "∞", "−∞", "–"]);
  assert.equal(count(1191170), "1,191,170");
});

test("shares, gaps, sizes and places", () => {
  assert.equal(plain(percent(0.7891)), "78.9 %");
  assert.equal(plain(points(-0.019)), "−1.9 pt");
  assert.deepEqual([999, 1500, 170_498_071, 2e9].map((size) => plain(bytes(size))), ["999 B", "1.5 kB", "170 MB", "2.0 GB"]);
  assert.deepEqual([1, 2, 3, 4, 11, 12, 13, 21, 112].map(ordinal), ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th"]);
  assert.equal(shape([3, 32, 30]), "32×30×3");
  assert.equal(shape([1000]), "1,000");
});

test("durations read as people say them", () => {
  assert.deepEqual([0.84, 9.96, 59.7, 952, 3599.6, 7260, 200_000].map((s) => plain(duration(s))), ["0.8 s", "10 s", "1 min 00 s", "15 min 52 s", "1 h 00 min", "2 h 01 min", "2 days 7 h"]);
  assert.deepEqual([0.2, 45, 1440, 9000].map((s) => plain(about(s))), ["1 s", "45 s", "24 min", "2.5 h"]);
  assert.equal(plain(delay(41.4)), "41 ms");
  assert.equal(plain(delay(2500)), "2.5 s");
});

test("a data set says its sizes, and what Start would do when it is not here", () => {
  const facts = /** @type {any} */ ({ title: "CIFAR-10", kind: "images", input_shape: [3, 32, 32], classes: Array(10), train_size: 50000, test_size: 10000, available: false, download_bytes: 170e6, location: "/data/cifar10" });
  assert.equal(factsWords(facts), "50,000 + 10,000 pictures 32×32×3 · 10 classes");
  assert.match(missingWords(facts), /Start downloads 170\u202fMB first.*\/data\/cifar10/);
  assert.equal(missingWords({ ...facts, available: true }), "");
  assert.match(missingWords({ ...facts, download_bytes: null }), /not on this machine\. Put it into \/data\/cifar10/);
});
