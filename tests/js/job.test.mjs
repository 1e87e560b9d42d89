import assert from "node:assert/strict";
import test from "node:test";

import { readState, writeState } from "../../static/js/job/address.js";
import { configRows, historyRows } from "../../static/js/job/config_rows.js";
import { countsOfTypes, eventsOf } from "../../static/js/job/told.js";
import { JobFold } from "../../static/js/log/fold.js";
import { FIELDS as fields } from "./fields.mjs";

/** @param {number} seq @param {string} type @param {Record<string, any>} more @returns {any} */
function entry(seq, type, more) {
  return { seq, at: "2026-01-01T00:00:00Z", type, attempt: 1, ...more };
}

test("the address holds who is on the charts and the moment, and reads back equal", () => {
  const state = { shown: ["a", "b"], colors: [1, 4], at: 120 };
  assert.equal(writeState(state), "?shown=a,b&colors=1,4&at=120");
  assert.deepEqual(readState(writeState(state)), state);
  assert.equal(writeState({ shown: [], colors: [], at: null }), "");
  assert.deepEqual(readState("?at=-3&shown=<b>"), { shown: [], colors: [], at: null });
  assert.equal(readState("?at=0").at, 0);
  assert.equal(writeState(state, "lesson=A"), "?shown=a,b&colors=1,4&at=120&lesson=A");
  assert.equal(writeState({ shown: [], colors: [], at: null }, "lesson=A"), "?lesson=A");
  const inside = { shown: [], colors: [], at: null, inside: "confusion" };
  assert.equal(writeState(inside), "?inside=confusion");
  assert.deepEqual(readState("?inside=confusion"), inside);
  assert.equal(readState("?inside=<b>").inside, undefined);
});

test("a config tells its own fields, what they were at the start, and what is as usual", () => {
  const usual = Object.fromEntries(fields.map(({ name, initial }) => [name, initial]));
  const job = /** @type {any} */ ({ config: { ...usual, name: "mine", learning_rate: 0.02, momentum: 0.9 }, original_config: { ...usual, momentum: 0.9 } });
  const { own, usual: rest } = configRows(job, fields);
  assert.deepEqual(own.map(({ name, now, start }) => [name, now, start]).sort(), [["learning_rate", "0.02", "0.1"], ["momentum", "0.9", null]]);
  assert.ok(!rest.some(({ name }) => name === "learning_rate" || name === "name"));
  assert.ok(!rest.some(({ name }) => name === "lr_gamma"), "a constant rate has no factor");
});

test("a field that was adjusted back to its default is still told", () => {
  const usual = Object.fromEntries(fields.map(({ name, initial }) => [name, initial]));
  const job = /** @type {any} */ ({ config: usual, original_config: { ...usual, learning_rate: 1 } });
  assert.deepEqual(configRows(job, fields).own.map(({ name, start }) => [name, start]), [["learning_rate", "1"]]);
});

test("the history has the newest first, and what is only asked for on top", () => {
  const changes = [
    { step: 5, field: "learning_rate", before: 0.1, after: 0.05 },
    { step: 9, field: "weight_decay", before: 0, after: 0.001 },
  ];
  const rows = historyRows(changes, { epochs: 20 }, { epochs: 10 }, fields);
  assert.deepEqual(rows.map(({ step, field, before, after }) => [step, field, before, after]), [
    [null, "epochs", "10", "20"],
    [9, "weight_decay", "0", "0.001"],
    [5, "learning_rate", "0.1", "0.05"],
  ]);
});

test("a log is told in words, the newest first, and says what a rewind made void", () => {
  const told = [
    entry(1, "status", { status: "running", device: "cuda:0" }),
    entry(2, "checkpoint", { epoch: 1, step: 10, is_best: true }),
    entry(3, "diagnosis", { kind: "plateau", since_step: 12, message: "It rests." }),
    entry(4, "checkpoint", { epoch: 2, step: 20, is_best: false }),
    entry(5, "change", { step: 21, field: "learning_rate", before: 0.1, after: 0.02 }),
    entry(6, "status", { status: "interrupted", reason: "worker_lost" }),
    entry(7, "rewind", { to_step: 10 }),
    entry(8, "checkpoint", { epoch: 2, step: 20, is_best: true }),
    entry(9, "note", { level: "warning", message: "The disk is nearly full." }),
  ];
  const events = eventsOf(told);
  assert.deepEqual(events.map(({ text, isVoid }) => (isVoid ? "void " : "") + text), [
    "The disk is nearly full.",
    "epoch 2, step 20, the best so far",
    "back to step 10: the steps after it come again",
    "interrupted: its process ended unexpectedly",
    "learning rate 0.1 → 0.02, from step 21",
    "void epoch 2, step 20",
    "void It stands still. It rests.",
    "epoch 1, step 10, the best so far",
    "running on GPU 0",
  ]);
  assert.deepEqual(countsOfTypes(events), { note: 1, checkpoint: 3, rewind: 1, status: 2, change: 1, diagnosis: 1 });
});

test("a fold keeps its story whether it was streamed or recalled, without rows and pictures", () => {
  const entries = [
    entry(1, "status", { status: "running" }),
    entry(2, "snapshot", { kind: "layers", step: 0, epoch: 0 }),
    entry(3, "checkpoint", { epoch: 1, step: 10, is_best: true }),
    entry(4, "rewind", { to_step: 5 }),
  ];
  const [streamed, recalled] = [new JobFold(), new JobFold()];
  streamed.apply(entries);
  recalled.seed(/** @type {any} */ ({}), 4);
  recalled.recall(entries);
  for (const { told } of [streamed, recalled]) assert.deepEqual(told.map(({ seq }) => seq), [1, 3, 4]);
});
