import assert from "node:assert/strict";
import test from "node:test";

import { Averages } from "../../static/js/charts/averages.js";
import { placeWords } from "../../static/js/charts/place.js";
import { valuesAt } from "../../static/js/charts/values.js";
import { JobFold } from "../../static/js/log/fold.js";
import { evaluation, seeded, trainRows } from "./log_entries.mjs";

const averages = new Averages();

/** @param {JobFold} fold @returns {any} */
const shown = (fold) => ({ id: "a", label: "a", slot: 1, fold, stepsPerEpoch: 10 });

function folded() {
  const fold = new JobFold();
  fold.apply([evaluation(1, "test", 0, 0, 0.9), trainRows(2, 1, 20), evaluation(3, "test", 10, 1, 0.4), evaluation(4, "validation", 20, 2, 0.3)]);
  return fold;
}

test("a place reads the nearest step's own loss, its average, and the evaluations up to it", () => {
  const fold = folded();
  const values = valuesAt(shown(fold), "loss", "step", 12.4, 1, averages);
  assert.equal(values?.step, 12);
  assert.equal(values?.raw, Math.fround(1 / 12));
  assert.equal(values?.smooth, averages.ofFold(fold, "loss")[11]);
  assert.equal(values?.test, Math.fround(0.4));
  assert.equal(values?.validation, null, "it comes later");
  assert.equal(valuesAt(shown(fold), "loss", "epoch", 2, 1, averages)?.validation, Math.fround(0.3));
  assert.equal(valuesAt(shown(fold), "loss", "time", 0.12, 1, averages)?.step, 12);
});

test("beyond a job's curve there is nothing to read", () => {
  assert.equal(valuesAt(shown(folded()), "loss", "step", 25, 1, averages), null);
  assert.equal(valuesAt(shown(folded()), "loss", "step", 20.5, 1, averages)?.step, 20);
  assert.equal(valuesAt(shown(new JobFold()), "loss", "step", 1, 1, averages), null);
});

test("a sampled place says so, and a piece that was fetched there is read instead", () => {
  const fold = seeded(new JobFold());
  assert.deepEqual([valuesAt(shown(fold), "loss", "step", 405, 1, averages)?.step, valuesAt(shown(fold), "loss", "step", 405, 1, averages)?.every], [401, false]);
  const step = Int32Array.from({ length: 21 }, (_, i) => 390 + i);
  const rows = { step, epoch: step, loss: Float32Array.from(step), accuracy: Float32Array.from(step), train_seconds: Float64Array.from(step) };
  fold.detail.add({ key: "32768:0", from: 390, to: 410, first: 390, points: 21, isSeen: true }, rows, true);
  const values = valuesAt(shown(fold), "loss", "step", 405, 1, averages);
  assert.deepEqual([values?.step, values?.raw, values?.every], [405, 405, true]);
});

test("a place is called by its axis", () => {
  assert.equal(placeWords(1234.4, "step", 100), "step 1,234");
  assert.equal(placeWords(2.345, "epoch", 3), "epoch 2.35");
  assert.equal(placeWords(2.345, "epoch", 30), "epoch 2.3");
  assert.match(placeWords(2.34, "time", 30), /^trained 2\.3/);
  assert.deepEqual([placeWords(0.1234, "wall", 0.4), placeWords(2.345, "time", 4)], ["elapsed 0.123\u202fs", "trained 2.35\u202fs"]);
});
