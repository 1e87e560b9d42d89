import assert from "node:assert/strict";
import test from "node:test";

import { evaluatedPart, statisticsOf, trainParts } from "../../static/js/charts/statistics.js";
import { JobFold } from "../../static/js/log/fold.js";
import { evaluation, seeded, trainRows } from "./log_entries.mjs";

/** @param {JobFold} fold @returns {any} */
const shown = (fold) => ({ id: "a", label: "a", slot: 1, fold, stepsPerEpoch: 10 });

test("figures are those of the definition, over all parts together", () => {
  const values = [3, 1, 4, 1, 5, 9, 2, 6];
  const part = (/** @type {number} */ from, /** @type {number} */ to) => ({ step: Int32Array.from(values.slice(from, to), (_, i) => 10 * (from + i)), value: Float32Array.from(values.slice(from, to)) });
  const found = statisticsOf([part(0, 3), part(3, 8)]);
  const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
  const middle = 35;
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const products = values.reduce((sum, one, i) => sum + (10 * i - middle) * (one - mean), 0);
  const steps = values.reduce((sum, _, i) => sum + (10 * i - middle) ** 2, 0);
  assert.ok(found);
  assert.deepEqual([found.count, found.least, found.greatest, found.first, found.last, found.notFinite], [8, 1, 9, 3, 6, 0]);
  assert.ok(Math.abs(found.mean - mean) < 1e-12);
  assert.ok(Math.abs(found.deviation - Math.sqrt(squares / 7)) < 1e-12);
  assert.ok(Math.abs(found.slope - products / steps) < 1e-12);
});

test("a large level does not swallow a small deviation", () => {
  const value = Float64Array.from({ length: 1000 }, (_, i) => 1e9 + (i % 2));
  const found = statisticsOf([{ step: Int32Array.from(value, (_, i) => i), value }]);
  assert.ok(Math.abs((found?.deviation ?? 0) - 0.50025) < 1e-4);
});

test("what is not finite is counted and left out; nothing has no figures; one value has no slope", () => {
  const found = statisticsOf([{ step: Int32Array.of(1, 2, 3), value: Float32Array.of(NaN, 2, Infinity) }]);
  assert.deepEqual([found?.count, found?.notFinite, found?.mean], [1, 2, 2]);
  assert.ok(Number.isNaN(found?.slope) && Number.isNaN(found?.deviation));
  assert.equal(statisticsOf([]), null);
});

test("a range takes the rows that lie in it, on each axis", () => {
  const fold = new JobFold();
  fold.apply([trainRows(1, 1, 30), evaluation(2, "test", 10, 1), evaluation(3, "test", 20, 2), evaluation(4, "test", 30, 3)]);
  const steps = (/** @type {any} */ axis, /** @type {[number, number]} */ range) => trainParts(shown(fold), "loss", axis, range).parts.flatMap(({ step }) => [...step]);
  assert.deepEqual(steps("step", [4.5, 7]), [5, 6, 7]);
  assert.deepEqual(steps("step", [5, 5]), [5]);
  assert.deepEqual(steps("epoch", [0.45, 0.7]), [5, 6, 7]);
  assert.deepEqual(steps("time", [0.045, 0.075]), [5, 6, 7]);
  assert.deepEqual(steps("step", [40, 50]), []);
  assert.deepEqual([...evaluatedPart(shown(fold), "loss", "epoch", [1, 2.5], "test").step], [10, 20]);
  assert.deepEqual([...evaluatedPart(shown(fold), "loss", "epoch", [3.5, 4], "test").step], []);
});

test("of a sample no figures are made: the steps that are lacking are told", () => {
  const fold = seeded(new JobFold());
  fold.apply([trainRows(2, 1001, 10)]);
  assert.deepEqual(trainParts(shown(fold), "loss", "step", [300, 1005]).lacking, { from: 300, to: 1005 });
  assert.equal(trainParts(shown(fold), "loss", "step", [1001, 1005]).lacking, null);
});
