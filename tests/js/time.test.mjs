import assert from "node:assert/strict";
import test from "node:test";

import { JobFold } from "../../static/js/log/fold.js";
import { figuresAt } from "../../static/js/time/figures.js";
import { Moment } from "../../static/js/time/moment.js";
import { foldAt, lastUpTo, placesOf } from "../../static/js/time/moments.js";

/** A fold of three epochs of two steps; the second epoch is the best. */
function trained() {
  const fold = new JobFold();
  let seq = 0;
  const add = (/** @type {string} */ type, /** @type {Record<string, any>} */ more) =>
    fold.apply([/** @type {any} */ ({ seq: ++seq, at: "2026-01-01T00:00:00Z", type, attempt: 1, ...more })]);
  const evaluate = (/** @type {number} */ epoch, /** @type {number} */ accuracy) => {
    for (const split of ["validation", "test"]) {
      add("metrics", { split, columns: { step: [2 * epoch], epoch: [epoch], loss: [1 - accuracy], accuracy: [split === "test" ? accuracy - 0.1 : accuracy] } });
    }
  };
  evaluate(0, 0.2);
  for (const [epoch, accuracy] of [[1, 0.5], [2, 0.9], [3, 0.7]]) {
    const steps = [2 * epoch - 1, 2 * epoch];
    add("metrics", { split: "train", columns: { step: steps, epoch: [epoch, epoch], loss: [1 / steps[0], 1 / steps[1]], accuracy: [accuracy, accuracy], learning_rate: [0.1, 0.1], train_seconds: [steps[0], steps[1]] } });
    evaluate(epoch, accuracy);
  }
  add("snapshot", { kind: "layers", step: 3, epoch: 2, data: {} });
  return fold;
}

/** @type {any} */
const JOB = { best: { epoch: 2, step: 4, accuracy: 0.9, loss: 0.1, test: { accuracy: 0.8, loss: 0.2 } }, images_per_second: 100 };

test("one can go to every evaluation and every picture, in order and once each", () => {
  const places = placesOf(trained(), ["layers", "confusion"]);
  assert.deepEqual(places.map(({ step, epoch }) => [step, epoch]), [[0, 0], [2, 1], [3, 2], [4, 2], [6, 3]]);
  assert.deepEqual([-1, 0, 1, 3, 5, 99].map((step) => lastUpTo(places, step)), [-1, 0, 0, 2, 3, 4]);
});

test("a log up to a step knows nothing of what came later", () => {
  const then = foldAt(trained(), 2);
  assert.equal(then.splits.train.length, 2);
  assert.equal(then.splits.validation.last("step"), 2);
  assert.deepEqual(then.snapshots.of("layers"), []);
  assert.equal(foldAt(trained(), 3).snapshots.of("layers").length, 1);
});

test("figures of a moment are those of then, the best epoch as it was known", () => {
  const fold = trained();
  const smoothed = [1, 2, 3, 4, 5, 6];
  const then = figuresAt(fold, JOB, smoothed, 2);
  assert.equal(then["validation-accuracy"]?.value?.toFixed(2), "0.50");
  assert.equal(then["test-accuracy"]?.value?.toFixed(2), "0.40");
  assert.equal(then["train-loss"]?.value, 0.5);
  assert.equal(then["train-loss"]?.text, "2.000");
  assert.equal(then.speed, null);
  const end = figuresAt(fold, JOB, smoothed, 6);
  assert.equal(end["validation-accuracy"]?.value?.toFixed(2), "0.70");
  assert.equal(end["test-accuracy"]?.value?.toFixed(2), "0.80", "of the best epoch");
  const before = figuresAt(fold, JOB, smoothed, 0);
  assert.equal(before["train-loss"]?.value, null);
  assert.equal(before["validation-accuracy"]?.value?.toFixed(2), "0.20");
});

test("a moment is told once, and only when it is another one", () => {
  const moment = new Moment();
  /** @type {(number | null)[]} */
  const told = [];
  moment.addEventListener("change", () => told.push(moment.at));
  for (const step of [null, 3, 3, 5, null, null]) moment.look(step);
  assert.deepEqual(told, [3, 5, null]);
});
