import assert from "node:assert/strict";
import test from "node:test";

import { sample } from "../../static/js/charts/sample.js";

/** @param {number} n */
const steps = (n) => Int32Array.from({ length: n }, (_, i) => i + 1);

test("every pixel column keeps its least and greatest value, in their order", () => {
  const n = 100_000;
  const ys = Float32Array.from({ length: n }, (_, i) => Math.sin(i * 12.9898) * 43758.5453 % 1);
  const { x, y } = sample(steps(n), ys, { from: 0, to: n, columns: 100 });
  assert.ok(x.length <= 2 * 102);
  assert.ok(x.every((value, i) => i === 0 || value > x[i - 1]));
  for (let column = 0; column < 100; column += 1) {
    const inside = ys.subarray(Math.max(0, column * 1000 - 1), (column + 1) * 1000 - 1);
    const kept = y.filter((_, i) => Math.floor(x[i] / 1000) === column);
    assert.equal(Math.max(...kept), Math.max(...inside));
    assert.equal(Math.min(...kept), Math.min(...inside));
  }
});

test("a single peak among a million points is not lost", () => {
  const ys = new Float32Array(1_000_000).fill(1);
  ys[654_321] = 99;
  const { x, y } = sample(steps(1_000_000), ys, { from: 0, to: 1_000_000, columns: 300 });
  assert.equal(x[y.indexOf(99)], 654_322);
});

test("non-finite values leave a hole and a mark with their name", () => {
  const { x, y, nonFinite } = sample([1, 2, 3, 4], [5, NaN, Infinity, 6], { from: 0, to: 5, columns: 500 });
  assert.deepEqual(nonFinite, [{ x: 2, value: NaN }, { x: 3, value: Infinity }]);
  assert.deepEqual(x, [1, 2, 4]);
  assert.deepEqual(y, [5, NaN, 6]);
});

test("a zoom shows what is inside and one neighbour on each side", () => {
  const { x } = sample(steps(1000), new Float32Array(1000), { from: 500, to: 502, columns: 300 });
  assert.deepEqual(x, [499, 500, 501, 502, 503]);
});

test("few points all stay, and scale is applied to x", () => {
  const { x, y } = sample([10, 20, 30], [1, 2, 3], { from: 0, to: 3, columns: 300, scale: 0.1 });
  assert.deepEqual(x, [1, 2, 3]);
  assert.deepEqual(y, [1, 2, 3]);
});

test("nothing is nothing", () => {
  assert.deepEqual(sample([], [], { from: 0, to: 1, columns: 10 }), { x: [], y: [], nonFinite: [] });
});
