import assert from "node:assert/strict";
import test from "node:test";

import { Columns, countUpTo, TRAIN_KINDS } from "../../static/js/log/columns.js";
import { JobFold } from "../../static/js/log/fold.js";
import { AT, evaluation, rewind, status, trainRows } from "./log_entries.mjs";

test("rows arrive in columns, exactly once however often an entry comes", () => {
  const fold = new JobFold();
  const log = [status(1, "queued"), trainRows(2, 1, 40), evaluation(3, "test", 40, 4), trainRows(4, 41, 3000)];
  fold.apply(log);
  const { applied } = fold.apply(log);
  assert.equal(applied, 0);
  const steps = fold.splits.train.column("step");
  assert.equal(steps.length, 3040);
  assert.ok(steps.every((step, i) => step === i + 1));
  assert.equal(fold.splits.test.length, 1);
  assert.equal(fold.missing, 0);
  assert.equal(fold.lastSeq, 4);
  assert.equal(fold.newestAt, AT);
});

test("a gap stops the fold, is counted, and is healed by what was missing", () => {
  const fold = new JobFold();
  fold.apply([trainRows(1, 1, 5)]);
  const { complete } = fold.apply([trainRows(4, 16, 5)]);
  assert.equal(complete, false);
  assert.equal(fold.missing, 2);
  assert.equal(fold.lastSeq, 1);
  assert.equal(fold.splits.train.length, 5);
  fold.apply([trainRows(2, 6, 5), trainRows(3, 11, 5), trainRows(4, 16, 5)]);
  assert.equal(fold.missing, 0);
  assert.equal(fold.splits.train.length, 20);
});

test("steps that a log lacks are counted as missing", () => {
  const fold = new JobFold();
  fold.apply([trainRows(1, 1, 10), trainRows(2, 14, 3)]);
  assert.equal(fold.missing, 3);
});

test("a rewind voids what came after its step, and the steps come again", () => {
  const fold = new JobFold();
  fold.apply([trainRows(1, 1, 100), evaluation(2, "validation", 60, 6), evaluation(3, "validation", 100, 10)]);
  fold.apply([{ seq: 4, at: AT, type: "rewind", to_step: 60 }]);
  assert.equal(fold.splits.train.length, 60);
  assert.deepEqual([...fold.splits.validation.column("step")], [60]);
  assert.equal(fold.generation, 1);
  fold.apply([trainRows(5, 61, 40)]);
  assert.equal(fold.missing, 0);
  assert.equal(fold.splits.train.last("step"), 100);
});

test("a fork's log begins after the step it was forked at", () => {
  const fold = new JobFold({ firstStep: 501 });
  assert.equal(fold.missing, 0);
  fold.apply([trainRows(1, 501, 20)]);
  assert.equal(fold.missing, 0);
  fold.apply([trainRows(2, 525, 1)]);
  assert.equal(fold.missing, 4);
});

test("when everything comes again nothing is missing, in a fork neither", () => {
  for (const firstStep of [1, 501]) {
    const fold = new JobFold({ firstStep });
    fold.apply([evaluation(1, "test", 0, 0), trainRows(2, firstStep, 40), rewind(3, -1)]);
    assert.deepEqual([fold.splits.train.length, fold.splits.test.length, fold.missing], [0, 0, 0]);
    fold.apply([evaluation(4, "test", 0, 0), trainRows(5, firstStep, 3)]);
    assert.equal(fold.missing, 0);
    fold.apply([trainRows(6, firstStep + 4, 1)]);
    assert.equal(fold.missing, 1);
  }
});

test("a rewind into a sample leaves only what comes after it to be missing", () => {
  const fold = new JobFold();
  const none = { step: [], epoch: [], loss: [], accuracy: [] };
  fold.seed({ train: { ...trainRows(0, 1, 1).columns, step: [1, 400, 1000], epoch: [1, 4, 10], loss: [3, 2, 1], accuracy: [0, 0, 1], learning_rate: [1, 1, 1], train_seconds: [0, 1, 2] }, validation: none, test: none }, 7);
  fold.apply([rewind(8, 500), trainRows(9, 501, 5)]);
  assert.deepEqual([fold.splits.train.length, fold.missing], [7, 0]);
  fold.apply([rewind(10, -1), trainRows(11, 1, 5)]);
  assert.deepEqual([fold.splits.train.length, fold.missing], [5, 0]);
});

test("changes stay where a later attempt makes them again; checkpoints after its step are void", () => {
  const fold = new JobFold();
  const saved = (/** @type {number} */ seq, /** @type {number} */ step, is_best = false) => ({ seq, at: AT, type: "checkpoint", attempt: 1, epoch: step / 10, step, is_best });
  fold.apply([
    status(1, "running"), trainRows(2, 1, 60), saved(3, 60), saved(4, 20, true), trainRows(5, 61, 40),
    { seq: 6, at: AT, type: "change", step: 90, field: "learning_rate", before: 0.1, after: 0.01 },
    saved(7, 100), status(8, "interrupted"),
  ]);
  assert.deepEqual(fold.marks.checkpoints.map((one) => [one.step, one.isBest]), [[20, true], [60, false], [100, false]]);
  fold.apply([status(9, "queued", { attempt: 2 }), { ...rewind(10, 60), attempt: 2 }, { ...trainRows(11, 61, 9), attempt: 2 }]);
  assert.deepEqual(fold.marks.checkpoints.map((one) => one.step), [20, 60]);
  assert.deepEqual(fold.marks.changes, [{ step: 90, field: "learning_rate", before: 0.1, after: 0.01 }]);
  assert.deepEqual(fold.marks.resumes, [{ step: 60, attempt: 2 }]);
  const now = { learning_rate: 0.01, epochs: 9 };
  const original = { learning_rate: 0.1, epochs: 5 };
  assert.deepEqual(fold.marks.configAt(now, original, 89), { learning_rate: 0.1, epochs: 9 });
  assert.deepEqual(fold.marks.configAt(now, original, 90), now);
  assert.deepEqual([fold.attempt, fold.missing], [2, 0]);
});

test("an attempt that goes on without a rewind is marked too, one from the beginning is not", () => {
  const fold = new JobFold();
  fold.apply([trainRows(1, 1, 10), { ...trainRows(2, 11, 10), attempt: 2 }]);
  assert.deepEqual(fold.marks.resumes, [{ step: 10, attempt: 2 }]);
  fold.apply([{ ...rewind(3, -1), attempt: 3 }, { ...trainRows(4, 1, 10), attempt: 3 }]);
  assert.deepEqual(fold.marks.resumes, []);
});

test("an epoch's steps are known from its evaluation", () => {
  const fold = new JobFold();
  fold.apply([evaluation(1, "test", 0, 0)]);
  assert.equal(fold.stepsPerEpoch, 0);
  fold.apply([evaluation(2, "test", 30, 3)]);
  assert.equal(fold.stepsPerEpoch, 10);
});

test("a sampled opening goes on with the stream without doubling rows", () => {
  const fold = new JobFold();
  const sample = trainRows(0, 1, 1).columns;
  const sampled = { ...sample, step: [1, 400, 1000], epoch: [1, 4, 10], loss: [3, 2, 1], accuracy: [0, 0, 1], learning_rate: [1, 1, 1], train_seconds: [0, 1, 2] };
  const none = { step: [], epoch: [], loss: [], accuracy: [] };
  fold.seed({ train: sampled, validation: none, test: none }, 7);
  fold.apply([trainRows(8, 991, 20)]);
  assert.deepEqual([...fold.splits.train.column("step")].slice(0, 5), [1, 400, 1000, 1001, 1002]);
  assert.equal(fold.splits.train.length, 13);
  assert.equal(fold.missing, 0);
});

test("non-finite losses are kept as they are", () => {
  const fold = new JobFold();
  fold.apply([evaluation(1, "test", 10, 1, "NaN"), evaluation(2, "test", 20, 2, "Infinity")]);
  assert.deepEqual(fold.splits.test.column("loss"), Float32Array.of(NaN, Infinity));
});

test("status, device and notes follow the log", () => {
  const fold = new JobFold();
  fold.apply([
    status(1, "running", { device: "cpu" }),
    { seq: 2, at: AT, type: "note", level: "warning", message: "skipped cat.png" },
    status(3, "failed", { reason: "diverged", message: "not finite at step 12" }),
  ]);
  assert.equal(fold.device, "cpu");
  assert.deepEqual(fold.notes, [{ level: "warning", message: "skipped cat.png" }]);
  assert.deepEqual(fold.status, { status: "failed", reason: "diverged", message: "not finite at step 12" });
});

test("counting up to a value counts equals and respects the length", () => {
  const sorted = Int32Array.of(1, 2, 2, 5, 0, 0);
  assert.deepEqual([0, 1, 2, 4, 9].map((value) => countUpTo(sorted, value, 4)), [0, 1, 3, 3, 4]);
});

test("a column that an entry lacks is a hole, not a zero", () => {
  const columns = new Columns(TRAIN_KINDS);
  columns.append({ step: Int32Array.of(1), loss: Float32Array.of(2) });
  assert.ok(Number.isNaN(columns.last("train_seconds")));
});

test("an undone change leaves what the config had, not what the schedule had made of it", () => {
  const { marks } = new JobFold();
  const rate = (/** @type {number} */ step, /** @type {number} */ before, /** @type {number} */ after) => marks.addChange({ step, field: "learning_rate", before, after });
  rate(200, 0.04, 0.3);
  rate(300, 0.2, 0.02);
  rate(250, 0.25, 0.5); // made by an attempt that went on from before step 250
  const at = (/** @type {number} */ step) => marks.configAt({ learning_rate: 0.02, epochs: 9 }, { learning_rate: 0.1, epochs: 9 }, step).learning_rate;
  assert.deepEqual([199, 200, 260, 300].map(at), [0.1, 0.3, 0.5, 0.02]);
});
