import assert from "node:assert/strict";
import test from "node:test";

import { CausalAverage } from "../../static/js/charts/smooth.js";

/** @param {number[]} values @param {number} beta */
function byDefinition(values, beta) {
  return values.map((_, n) => {
    let sum = 0;
    let weight = 0;
    for (let i = 0; i <= n; i += 1) {
      sum += (1 - beta) * beta ** (n - i) * values[i];
      weight += (1 - beta) * beta ** (n - i);
    }
    return sum / weight;
  });
}

const VALUES = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];

test("it is the exponential average divided by the weight it has so far", () => {
  const smoothed = new CausalAverage(0.9).over(VALUES);
  byDefinition(VALUES, 0.9).forEach((expected, i) => assert.ok(Math.abs(smoothed[i] - expected) < 1e-6));
});

test("drawn points never move when more arrive", () => {
  const average = new CausalAverage(0.95);
  const early = [...average.over(VALUES.slice(0, 6))];
  const late = [...average.over(VALUES)];
  assert.deepEqual(late.slice(0, 6), early);
});

test("without smoothing it is the curve itself", () => {
  assert.deepEqual([...new CausalAverage(0).over(VALUES)], VALUES);
});

test("a value that is not finite is a hole and does not spoil what follows", () => {
  const smoothed = new CausalAverage(0.5).over([1, NaN, 1, Infinity, 1]);
  assert.deepEqual([...smoothed], [1, NaN, 1, NaN, 1]);
});

test("after a rewind it starts anew", () => {
  const average = new CausalAverage(0.9);
  average.over(VALUES, 0);
  const other = [7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7];
  assert.ok([...average.over(other, 1)].every((value) => Math.abs(value - 7) < 1e-6));
});

test("it grows beyond its first capacity", () => {
  const smoothed = new CausalAverage(0.9).over(new Float32Array(5000).fill(2));
  assert.equal(smoothed.length, 5000);
  assert.ok(Math.abs(smoothed[4999] - 2) < 1e-6);
});

test("a sample's extremes are holes, and the average begins with the first row after them", () => {
  const average = new CausalAverage(0.9);
  assert.deepEqual([...average.over([9, 0, 9], 0, 3)], [NaN, NaN, NaN]);
  const late = [...average.over([9, 0, 9, ...VALUES], 0, 3)];
  assert.deepEqual(late.slice(0, 3), [NaN, NaN, NaN]);
  assert.deepEqual(late.slice(3), [...new CausalAverage(0.9).over(VALUES)]);
  assert.deepEqual([...average.over([9, 0, ...VALUES], 1, 2)].slice(2), late.slice(3));
});
