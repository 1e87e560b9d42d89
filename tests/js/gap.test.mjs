import assert from "node:assert/strict";
import test from "node:test";

import { curvesOf } from "../../static/js/charts/curves.js";
import { bestOf, gapOutline } from "../../static/js/charts/gap.js";
import { countsOf } from "../../static/js/charts/marks.js";
import { pictureOf } from "../../static/js/charts/picture.js";
import { tracesOf } from "../../static/js/charts/traces.js";
import { gapOf } from "../../static/js/jobs/tiles.js";
import { JobFold } from "../../static/js/log/fold.js";
import { AT, rewind, trainRows } from "./log_entries.mjs";

/** @param {number} seq @param {number} step @param {number | string} loss @param {number} accuracy @returns {any} */
const again = (seq, step, loss, accuracy) => ({ seq, at: AT, type: "snapshot", kind: "train_evaluation", step, epoch: step / 10, media_type: "application/json", bytes: 2, url: `/s/${seq}`, data: { samples: 9, loss, accuracy } });
/** @param {number} seq @param {string} split @param {number} step @param {number} loss @param {number} accuracy @returns {any} */
const scored = (seq, split, step, loss, accuracy) => ({ seq, at: AT, type: "metrics", split, attempt: 1, columns: { step: [step], epoch: [step / 10], loss: [loss], accuracy: [accuracy] } });

function folded() {
  const fold = new JobFold();
  fold.apply([
    trainRows(1, 1, 30),
    again(2, 0, 2.5, 0.125), scored(3, "validation", 0, 2.25, 0.25), scored(4, "test", 0, 2, 0.25),
    again(5, 10, 1, 0.75), scored(6, "validation", 10, 1.5, 0.5), scored(7, "test", 10, 1.25, 0.625),
    scored(8, "validation", 20, 1.25, 0.5), scored(9, "test", 20, 1.5, 0.375),
    again(10, 30, 0.5, 1), scored(11, "validation", 30, 1.75, 0.375), scored(12, "test", 30, 2, 0.5),
  ]);
  return fold;
}

/** @param {JobFold} fold @param {"loss" | "accuracy"} metric @param {boolean} [gap] */
function drawn(fold, metric, gap = true) {
  const shown = (/** @type {string} */ id, /** @type {number} */ slot) => ({ id, label: id, slot, fold, stepsPerEpoch: 10, totalSteps: 30, done: false });
  return pictureOf(metric, [shown("other", 2), shown("selected", 1)], { axis: "epoch", x: [0, 3], y: null, logarithmic: false, columns: 600, gap, smoothed: () => [] });
}

test("training measured anew has points of its own, between the curves it is compared with", () => {
  const view = { axis: /** @type {const} */ ("step"), stepsPerEpoch: 10, from: 0, to: 30, columns: 600 };
  const curve = curvesOf(folded(), "accuracy", [], view).find(({ role }) => role === "remeasured");
  assert.deepEqual([curve?.x, curve?.y], [[0, 10, 30], [0.125, 0.75, 1]]);
});

test("the gap lies between figures of the same step only", () => {
  const fold = folded();
  fold.apply([again(13, 40, 0.25, 1)]);
  assert.deepEqual(gapOutline(fold, "accuracy", "step", 20), { x: [0, 10, 30, 30, 10, 0, null], y: [0.125, 0.75, 1, 0.375, 0.5, 0.25, null] });
  assert.deepEqual(gapOutline(fold, "loss", "epoch", 20)?.x, [0, 0.5, 1.5, 1.5, 0.5, 0, null]);
});

test("the tile tells the gap that is shaded, of the newest epoch measured", () => {
  assert.deepEqual(gapOf(folded()), { gap: 1 - 0.375, epoch: 3, train: 1, isMeasured: true });
  const early = new JobFold();
  early.apply([trainRows(1, 1, 10), again(2, 0, 2.5, 0.125), scored(3, "validation", 0, 2.25, 0.25), scored(4, "validation", 10, 1, 0.5)]);
  assert.equal(gapOf(early).isMeasured, false);
  early.apply([again(5, 10, 1, 0.75)]);
  assert.deepEqual(gapOf(early), { gap: 0.25, epoch: 1, train: 0.75, isMeasured: true });
});

test("no straight line leads over more than a small part of the training", () => {
  const fold = folded();
  assert.deepEqual(gapOutline(fold, "accuracy", "step", 10)?.x, [0, 10, 10, 0, null]);
  fold.apply([again(13, 40, 0.25, 1), scored(14, "validation", 40, 2, 0.25)]);
  assert.deepEqual(gapOutline(fold, "accuracy", "step", 10)?.x, [0, 10, 10, 0, null, 30, 40, 40, 30, null]);
});

test("where nothing is held out the gap is to the test set, and no epoch is best", () => {
  const fold = new JobFold();
  fold.apply([again(1, 0, 2, 0.1), scored(2, "test", 0, 3, 0.25), again(3, 10, "NaN", 0.5), scored(4, "test", 10, 2, 0.375)]);
  assert.deepEqual(gapOutline(fold, "accuracy", "step", 10)?.y, [0.1, 0.5, 0.375, 0.25, null]);
  assert.equal(gapOutline(fold, "loss", "step", 10), null);
  assert.equal(bestOf(fold), null);
});

test("the best epoch has the highest accuracy, of equals the lower loss, with its own test score", () => {
  const fold = folded();
  assert.deepEqual(bestOf(fold), { epoch: 2, step: 20, accuracy: 0.5, loss: 1.25, test: { accuracy: 0.375, loss: 1.5 } });
  fold.apply([scored(13, "validation", 40, 1, 0.5), scored(14, "validation", 50, 1, 0.5)]);
  assert.deepEqual([bestOf(fold)?.epoch, bestOf(fold)?.test], [4, null]);
  fold.apply([rewind(15, 10)]);
  assert.equal(bestOf(fold)?.epoch, 1);
});

test("only the selected job's gap is shaded, and only while that is wanted", () => {
  const wanted = drawn(folded(), "accuracy").series.map(({ gap, best }) => [Boolean(gap), Boolean(best)]);
  assert.deepEqual(wanted, [[false, false], [true, true]]);
  assert.ok(drawn(folded(), "accuracy", false).series.every(({ gap }) => gap === null));
});

test("the gap is one filled path below everything, the best epoch a star on top that says its test score", () => {
  const theme = /** @type {any} */ ({ jobs: ["#0072b2", "#d55e00"], card: "white", ink: "black", quiet: "grey", bad: "red" });
  const traces = tracesOf(drawn(folded(), "accuracy"), theme);
  assert.deepEqual([traces[0].fill, traces[0].fillcolor], ["toself", "rgba(0, 114, 178, 0.15)"]);
  const [line, star] = traces.slice(-2);
  assert.deepEqual([star.x, star.y, star.marker.symbol], [[2], [0.5], "star"]);
  assert.deepEqual(line.text, ["best · test 37.5\u202f%", ""]);
  assert.match(star.customdata[0], /epoch 2, validation 50\.0\u202f%, test 37\.5\u202f%/);
  assert.equal(tracesOf(drawn(folded(), "loss"), theme).at(-2).text[0], "best · test 1.500");
});

test("a figure that was measured anew is worth a drawing", () => {
  const fold = folded();
  const before = countsOf(fold);
  fold.apply([again(13, 30, 0.5, 1)]);
  assert.notEqual(countsOf(fold), before);
});
