import assert from "node:assert/strict";
import test from "node:test";

import { curvesOf, newestX, stepsX } from "../../static/js/charts/curves.js";
import { accuracyExtent, logTicks, lossExtent, roundUp, xExtent } from "../../static/js/charts/extent.js";
import { countsOf, marksOf } from "../../static/js/charts/marks.js";
import { moved } from "../../static/js/charts/motion.js";
import { Pacer } from "../../static/js/charts/pacer.js";
import { pictureOf, wholeExtent } from "../../static/js/charts/picture.js";
import { tracesOf } from "../../static/js/charts/traces.js";
import { View } from "../../static/js/charts/view.js";
import { JobFold } from "../../static/js/log/fold.js";
import { evaluation, seeded, trainRows } from "./log_entries.mjs";

function folded() {
  const fold = new JobFold();
  fold.apply([evaluation(1, "test", 0, 0), trainRows(2, 1, 20), evaluation(3, "test", 10, 1), evaluation(4, "test", 20, 2)]);
  return fold;
}

test("the three axes measure the same rows in steps, epochs and seconds", () => {
  const fold = folded();
  assert.equal(newestX(fold, "step", 10), 20);
  assert.equal(newestX(fold, "epoch", 10), 2);
  assert.equal(newestX(fold, "time", 10), 0.2);
  assert.deepEqual(stepsX(fold, [0, 10, 20], "step", 10), [0, 10, 20]);
  assert.deepEqual(stepsX(fold, [0, 10, 20], "epoch", 10), [0, 1, 2]);
  assert.deepEqual(stepsX(fold, [0, 10, 20], "time", 10), [0, 0.1, 0.2]);
});

test("curves of a job: raw, smoothed, and points where there are evaluations", () => {
  const fold = folded();
  const view = { axis: /** @type {const} */ ("step"), stepsPerEpoch: 10, from: 0, to: 20, columns: 400 };
  const curves = curvesOf(fold, "loss", fold.splits.train.column("loss"), view);
  const by = Object.fromEntries(curves.map((curve) => [curve.role, curve]));
  assert.equal(by.raw.x.length, 20);
  assert.deepEqual(by.test.x, [0, 10, 20]);
  assert.deepEqual(by.validation.x, []);
  assert.equal(by.non_finite, undefined);
});

test("a sample is drawn as its own line, which the steps after it go on from", () => {
  const fold = seeded(new JobFold());
  fold.apply([trainRows(2, 1001, 3)]);
  const view = { axis: /** @type {const} */ ("step"), stepsPerEpoch: 10, from: 0, to: 1003, columns: 9000 };
  const [sampled, raw] = curvesOf(fold, "loss", [], view);
  assert.deepEqual([sampled.role, sampled.x], ["sampled", [1, 2, 400, 401, 999, 1000]]);
  assert.deepEqual([raw.role, raw.x], ["raw", [1000, 1001, 1002, 1003]]);
});

test("a loss that is not finite is marked where it happened, in words", () => {
  const fold = folded();
  fold.apply([evaluation(5, "validation", 20, 2, "NaN")]);
  const view = { axis: /** @type {const} */ ("step"), stepsPerEpoch: 10, from: 0, to: 20, columns: 400 };
  const mark = curvesOf(fold, "loss", [], view).find((curve) => curve.role === "non_finite");
  assert.deepEqual(mark?.x, [20]);
  assert.deepEqual(mark?.text, ["validation loss is NaN"]);
});

test("adjustments, resumptions and checkpoints stand where they happened, in words", () => {
  const fold = folded();
  const saved = (/** @type {number} */ seq, /** @type {number} */ step, is_best = false) => ({ seq, at: "", type: "checkpoint", epoch: step / 10, step, is_best });
  fold.apply([
    saved(5, 10, true), saved(6, 11), saved(7, 20),
    { seq: 8, at: "", type: "change", step: 21, field: "learning_rate", before: 0.1, after: 0.0125 },
    { seq: 9, at: "", type: "change", step: 21, field: "dropout", before: 0, after: 0.5 },
    { ...trainRows(10, 21, 5), attempt: 2 },
  ]);
  const view = { axis: /** @type {const} */ ("step"), stepsPerEpoch: 10, from: 0, to: 30, columns: 120 };
  assert.deepEqual(marksOf(fold, view), [
    { kind: "change", x: 21, text: "learning rate 0.1 → 0.0125, dropout 0 → 0.5, from step 21" },
    { kind: "resume", x: 20, text: "attempt 2 went on after step 20" },
    { kind: "checkpoint", x: 10, text: "checkpoint: epoch 1, step 10, the best so far" },
    { kind: "checkpoint", x: 20, text: "checkpoint: epoch 2, step 20" },
  ]);
  assert.deepEqual(marksOf(fold, { ...view, axis: "epoch", from: 1.5, to: 3 }).map(({ x }) => x), [2.1, 2, 2]);
  assert.deepEqual(marksOf(fold, { ...view, axis: "time", to: 1 }).map(({ x }) => x), [0.21, 0.2, 0.1, 0.2]);
});

test("a rewind that voids one mark is worth a drawing", () => {
  const fold = folded();
  fold.apply([{ seq: 5, at: "", type: "checkpoint", epoch: 2, step: 20, is_best: false }]);
  const before = countsOf(fold);
  fold.apply([{ seq: 6, at: "", type: "rewind", to_step: 19 }]);
  assert.notEqual(countsOf(fold), before);
});

test("marks are drawn below the curves, and a change is found anywhere on its line", () => {
  const fold = folded();
  fold.apply([{ seq: 5, at: "", type: "change", step: 9, field: "epochs", before: 10, after: 1000 }]);
  const picture = pictureOf("loss", [{ ...shown(), fold }], { axis: "step", x: [0, 20], y: [-3, 1], logarithmic: true, columns: 300, smoothed: () => [] });
  const theme = /** @type {any} */ ({ jobs: ["blue"], card: "white", quiet: "grey", bad: "red" });
  const [line, head, ...curves] = tracesOf(picture, theme);
  assert.ok(curves.every((trace) => !trace.text));
  assert.equal(line.text[4], "epochs 10 → 1,000, from step 9");
  assert.deepEqual([line.y[0], line.y[8], line.x[8], line.x[9]], [0.001, 10, 9, null]);
  assert.equal(head.x.length, 1);
});

/** @param {number} seq @param {string} kind @param {number} since_step @returns {any} */
const diagnosis = (seq, kind, since_step) => ({ seq, at: "", type: "diagnosis", kind, since_step, message: "", evidence: {} });

test("a diagnosis stands where the trouble began, on each axis, and goes with a rewind to before it", () => {
  const fold = folded();
  const before = countsOf(fold);
  fold.apply([diagnosis(5, "over_fitting", 10), diagnosis(6, "diverging", 15)]);
  assert.notEqual(countsOf(fold), before, "worth a drawing");
  const view = { axis: /** @type {const} */ ("step"), stepsPerEpoch: 10, from: 0, to: 30, columns: 120 };
  assert.deepEqual(marksOf(fold, view), [
    { kind: "diagnosis", x: 10, text: "It learns by heart, since epoch 1, step 10" },
    { kind: "diagnosis", x: 15, text: "It runs away, since epoch 2, step 15" },
  ]);
  assert.deepEqual(marksOf(fold, { ...view, axis: "epoch" }).map(({ x }) => x), [1, 1.5]);
  assert.deepEqual(marksOf(fold, { ...view, axis: "time" }).map(({ x }) => x), [0.1, 0.15]);
  assert.deepEqual(marksOf(fold, { ...view, from: 12 }).map(({ x }) => x), [15]);
  fold.apply([{ seq: 7, at: "", type: "rewind", to_step: 14 }]);
  assert.deepEqual(marksOf(fold, view).map(({ x }) => x), [10]);
});

test("diagnoses of a job cost two traces in its colour and the warning's, and none where nothing ails", () => {
  const theme = /** @type {any} */ ({ jobs: ["blue"], card: "white", quiet: "grey", warn: "orange", bad: "red" });
  const view = { axis: /** @type {const} */ ("step"), x: /** @type {[number, number]} */ ([0, 20]), y: /** @type {[number, number]} */ ([0, 1]), logarithmic: false, columns: 300, smoothed: () => [] };
  const fold = folded();
  const healthy = tracesOf(pictureOf("accuracy", [{ ...shown(), fold }], view), theme).length;
  fold.apply([diagnosis(5, "over_fitting", 10), diagnosis(6, "diverging", 15)]);
  const traces = tracesOf(pictureOf("accuracy", [{ ...shown(), fold }], view), theme);
  assert.equal(traces.length, healthy + 2);
  const [line, head] = traces;
  assert.deepEqual([line.mode, line.line.color, line.x[4], line.text[4]], ["lines", "blue", 10, "It learns by heart, since epoch 1, step 10"]);
  assert.deepEqual([head.mode, head.marker.color, head.marker.line.color, head.x], ["markers", "orange", "blue", [10, 15]]);
});

test("on time a fork's first evaluation stands where its parent was", () => {
  const fold = new JobFold({ firstStep: 501 });
  fold.apply([evaluation(1, "test", 500, 50), trainRows(2, 501, 5)]);
  assert.deepEqual(stepsX(fold, [500, 501], "time", 10), [5.01, 5.01]);
});

/** @param {Record<string, any>} [more] @returns {any} */
function shown(more = {}) {
  return { id: "a", label: "a", slot: 1, fold: folded(), stepsPerEpoch: 10, totalSteps: 1000, done: false, ...more };
}

test("the horizontal axis ends where the longest job shown is, and exactly so when all are done", () => {
  const end = (/** @type {any[]} */ jobs, /** @type {any} */ axis) => wholeExtent(jobs, axis)[1] / 1.018;
  assert.ok(Math.abs(end([shown({ done: true })], "step") - 20) < 1e-9);
  assert.ok(Math.abs(end([shown({ done: true })], "epoch") - 2) < 1e-9);
  assert.ok(end([shown({ totalSteps: 22 }), shown({ done: true })], "step") <= 22 + 1e-9);
  assert.ok(end([], "time") > 0);
});

test("a picture keeps a zoomed range and follows the data elsewhere", () => {
  const smoothed = ({ fold }) => fold.splits.train.column("loss");
  const view = { axis: /** @type {const} */ ("step"), x: /** @type {[number, number]} */ ([5, 9]), logarithmic: true, columns: 300, smoothed };
  const zoomed = pictureOf("loss", [shown()], { ...view, y: [0, 3] });
  assert.deepEqual([zoomed.x, zoomed.y, zoomed.logarithmic, zoomed.isEmpty], [[5, 9], [0, 3], true, false]);
  const accuracy = pictureOf("accuracy", [shown()], { ...view, y: null });
  assert.deepEqual([accuracy.y, accuracy.logarithmic, accuracy.share], [accuracyExtent(), false, true]);
  assert.equal(pictureOf("loss", [], { ...view, y: null }).isEmpty, true);
});

test("a smoothed line that left the finite world does not stretch the loss axis", () => {
  const smoothed = ({ fold }) => fold.splits.train.column("loss").map((/** @type {number} */ loss, /** @type {number} */ i) => (i === 19 ? 2e14 : loss));
  const picture = pictureOf("loss", [shown()], { axis: "step", x: [0, 20], y: null, logarithmic: false, columns: 300, smoothed });
  assert.ok(picture.y[1] <= 1.2);
});

test("an axis grows in round steps up to the end of the training", () => {
  assert.deepEqual([0.7, 1, 1.3, 2300, 99].map(roundUp), [0.8, 1, 1.5, 2500, 100]);
  const width = (/** @type {[number, number]} */ [from, to]) => Math.round((to - from) / 1.036);
  assert.equal(width(xExtent(230, 1000)), 250);
  assert.equal(width(xExtent(950, 970)), 970);
  assert.equal(width(xExtent(0, 1000)), 1000);
  assert.equal(width(xExtent(1100, null)), 1200);
});

test("the loss axis starts at zero and shows every evaluation, but not the rarest raw peak", () => {
  const raw = new Array(1000).fill(0.5);
  raw[3] = 80;
  assert.deepEqual(lossExtent(raw, [0.4, 0.9], false), [0, 1]);
  assert.deepEqual(lossExtent([], [48], false), [0, 60]);
  assert.deepEqual(lossExtent([...raw, ...new Array(100).fill(2e14)], [0.4, 0.9], false), [0, 1]);
  assert.ok(lossExtent([...raw, ...new Array(100).fill(2e14)], [0.4, 0.9], true)[1] > 14);
  assert.deepEqual(lossExtent([], [], false), [0, 1]);
});

test("a logarithmic loss axis is in decades around the values and survives zero", () => {
  const [bottom, top] = lossExtent([0.002, 0.5], [0, 1], true);
  assert.ok(bottom <= Math.log10(0.002) && top >= 0);
  assert.ok(lossExtent([0], [0], true).every(Number.isFinite));
});

test("a logarithmic axis has at most a handful of labels, with room for each", () => {
  assert.deepEqual(logTicks([-3, 1]), { dtick: 1, tickformat: "~g" });
  assert.deepEqual(logTicks([-8, 16]), { dtick: 4, tickformat: "~e" });
  assert.deepEqual(logTicks([-5, -2]), { dtick: 1, tickformat: "~e" });
  assert.equal(logTicks([-1, -0.5]).dtick, "D2");
  assert.equal(logTicks([-1, -0.9]).dtick, undefined);
});

test("the accuracy axis always shows nothing to all", () => {
  const [bottom, top] = accuracyExtent();
  assert.ok(bottom < 0 && top > 1);
});

test("drawing waits at least 200 ms and keeps to its share of the time", () => {
  let now = 0;
  const pacer = new Pacer(() => now);
  assert.equal(pacer.wait(), 0);
  pacer.charge(2);
  assert.equal(pacer.wait(), 200);
  now = 1000;
  pacer.charge(40);
  assert.ok(pacer.wait() >= 200 && pacer.wait() <= 40 / 0.03);
  for (let i = 0; i < 50; i += 1) pacer.charge(40);
  assert.ok(Math.abs(pacer.wait() - 40 / 0.03) < 1);
  now += 2000;
  assert.equal(pacer.wait(), 0);
});

test("a chart that its curves have left is drawn sooner, and never at once", () => {
  const pacer = new Pacer(() => 0);
  pacer.charge(80, 2);
  assert.equal(Math.round(pacer.wait({ isOutgrown: true })), Math.round(80 / 0.1));
  assert.ok(pacer.wait({ isOutgrown: true }) < pacer.wait());
  const cheap = new Pacer(() => 0);
  cheap.charge(1);
  assert.equal(cheap.wait({ isOutgrown: true }), 200);
});

test("a round of two drawings waits twice as long as one, so that the share stays", () => {
  const pacer = new Pacer(() => 0);
  pacer.charge(4, 2);
  assert.equal(pacer.wait(), 400);
  const slow = new Pacer(() => 0);
  slow.charge(80, 2);
  assert.equal(Math.round(slow.wait()), Math.round(80 / 0.03));
  assert.equal(slow.cost, 40);
});

test("a zoom stays until it is let go, and an empty one is none", () => {
  const view = new View();
  assert.ok(view.isLive);
  view.zoom("loss", { x: [5, 5] });
  assert.ok(view.isLive);
  view.zoom("loss", { x: [5, 9], y: [0, 1] });
  assert.deepEqual([view.x, view.y.loss, view.isLive], [[5, 9], [0, 1], false]);
  view.live();
  assert.ok(view.isLive);
});

test("a view is zoomed around a place and moved, never beyond what there is", () => {
  assert.deepEqual(moved([0, 100], [0, 120], { factor: 0.5 }), [25, 75]);
  assert.deepEqual(moved([0, 100], [0, 120], { factor: 0.5, at: 0.2 }), [10, 60]);
  assert.deepEqual(moved([20, 60], [0, 120], { factor: 2, at: 0.25 }), [10, 90]);
  for (const [shift, expected] of [[0.5, [50, 100]], [1, [70, 120]], [-9, [0, 50]]]) {
    assert.deepEqual(moved([25, 75], [0, 120], { shift: /** @type {number} */ (shift) }), expected);
  }
  assert.deepEqual(moved([25, 75], [0, 120], { factor: 8 }), [0, 120]);
});
