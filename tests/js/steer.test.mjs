import assert from "node:assert/strict";
import test from "node:test";

import { Asked, hasUnsaved, makesSense } from "../../static/js/steer/asked.js";
import { offerAt } from "../../static/js/steer/offer.js";
import { scaleOf } from "../../static/js/steer/scale.js";
import { Steering } from "../../static/js/steer/steering.js";
import { Waiting } from "../../static/js/steer/waiting.js";

/** What the config's schema says of the fields that can be adjusted. */
const SLIDING = /** @type {Record<string, any>} */ ({
  learning_rate: { name: "learning_rate", kind: "number", initial: 0.1, greatest: 1e6 },
  weight_decay: { name: "weight_decay", kind: "number", initial: 0, greatest: 1e3 },
  dropout: { name: "dropout", kind: "number", initial: 0, greatest: 1 },
  epochs: { name: "epochs", kind: "integer", initial: 10, greatest: 1e6 },
});

/** @param {string} status @param {Record<string, any>} [more] @returns {any} */
function job(status, more = {}) {
  return { id: "a", status, attempt: 1, step: 10, ...more };
}

test("each button is there only where it makes sense", () => {
  const sense = (/** @type {string} */ status) =>
    /** @type {const} */ (["pause", "resume", "step", "stop"]).filter((action) => makesSense(job(status), action)).join(" ");
  assert.deepEqual(
    ["queued", "running", "paused", "stopping", "completed", "stopped", "failed", "interrupted"].map(sense),
    ["pause stop", "pause stop", "resume step stop", "", "", "resume", "resume", "resume"],
  );
  assert.equal(makesSense(job("failed", { reason: "diverged" }), "resume"), false);
  assert.equal(makesSense(job("interrupted", { will_restart: true }), "stop"), true);
  assert.deepEqual(["running", "paused", "queued"].map((status) => hasUnsaved(job(status))), [true, false, false]);
});

test("what was asked for is said until the job itself shows it", () => {
  const asked = new Asked();
  asked.ask(job("starting"), "pause");
  assert.equal(asked.of(job("running")), "pause");
  assert.equal(asked.of(job("paused")), null);
  assert.equal(asked.of(job("running")), null);
  asked.ask(job("stopped"), "resume");
  assert.equal(asked.of(job("stopped")), "resume");
  assert.equal(asked.of(job("stopped", { attempt: 2 })), null);
});

test("a single step is done when the job stands one step further", () => {
  const asked = new Asked();
  asked.ask(job("paused"), "step");
  assert.equal(asked.of(job("paused")), "step");
  assert.equal(asked.of(job("paused", { step: 11 })), null);
});

test("a wish that nothing comes of can be made again after a while", () => {
  let now = 0;
  const asked = new Asked(() => now);
  asked.ask(job("running"), "stop");
  now = 59_000;
  assert.equal(asked.of(job("running")), "stop");
  now = 61_000;
  assert.equal(asked.of(job("running")), null);
});

test("a refused call takes its wish back, and says why", async () => {
  const api = { post: () => Promise.reject(new Error("no")) };
  const steering = new Steering(/** @type {any} */ (api), /** @type {any} */ ({ job: () => job("running") }));
  await assert.rejects(steering.ask("a", "pause"), /no/);
  assert.equal(steering.wishOf(job("running")), null);
});

test("a fork from the end is offered as many epochs again, any other the config as it was", () => {
  const saved = (/** @type {number} */ step, /** @type {number} */ epoch) => ({ step, epoch, is_best: false, bytes: 1, url: "" });
  const done = job("completed", { total_steps: 100 });
  assert.deepEqual(offerAt(done, saved(100, 10), { epochs: 10 }), { epochs: 20 });
  assert.deepEqual(offerAt(done, saved(90, 9), { epochs: 10 }), {});
  assert.deepEqual(offerAt(job("stopped", { total_steps: 100 }), saved(97, 10), { epochs: 10 }), {});
});

test("an adjustment is waited for until the log has it, also one back to the config's own value", () => {
  let now = 0;
  const waiting = new Waiting(() => now);
  const made = (/** @type {string} */ field, /** @type {number} */ after) => ({ step: 1, field, before: 0, after });
  const log = [made("learning_rate", 0.1)];
  waiting.ask({ learning_rate: 0.1, epochs: 3 }, log);
  waiting.settle(log, { learning_rate: 0.1, epochs: 9 });
  assert.deepEqual(waiting.changes, { learning_rate: 0.1, epochs: 3 });
  waiting.settle([...log, made("epochs", 5)], { learning_rate: 0.1, epochs: 5 }); // the current epoch is the fifth
  assert.deepEqual(waiting.changes, { learning_rate: 0.1 });
  waiting.ask({ learning_rate: 0.2 }, log);
  waiting.forget({ learning_rate: 0.1 });
  waiting.settle([...log, made("learning_rate", 0.1)], { learning_rate: 0.1 });
  assert.deepEqual(waiting.changes, { learning_rate: 0.2 });
  now = 11_000;
  waiting.settle(log, { learning_rate: 0.1 });
  assert.deepEqual(waiting.changes, { learning_rate: 0.2 });
  waiting.settle(log, { learning_rate: 0.2 });
  assert.deepEqual(waiting.changes, {});
});

test("a slider gives every number it shows back, and stands still for what lies beyond its ends", () => {
  const job = { epoch: 3, epochs: 40 };
  for (const name of ["learning_rate", "weight_decay", "dropout", "epochs"]) {
    const scale = scaleOf(/** @type {any} */ (SLIDING[name]), job);
    const values = Array.from({ length: scale.last + 1 }, (_, position) => scale.toValue(position));
    assert.deepEqual(values.map((value) => scale.toPosition(value)), values.map((_, position) => position), name);
    assert.ok(values.every((value, i) => !i || value > values[i - 1]), `${name} grows`);
  }
  const rate = scaleOf(/** @type {any} */ (SLIDING.learning_rate), job);
  assert.deepEqual([rate.toValue(0), rate.toValue(rate.last)], [0.00001, 10]);
  assert.equal(rate.toPosition(1e6), rate.last);
  assert.equal(rate.toValue(rate.toPosition(0.1) + 20), 1, "a decade has twenty steps");
  const decay = scaleOf(/** @type {any} */ (SLIDING.weight_decay), job);
  assert.deepEqual([decay.toValue(0), decay.toPosition(0), decay.toPosition(1e-9)], [0, 0, 1]);
  const epochs = scaleOf(/** @type {any} */ (SLIDING.epochs), job);
  assert.deepEqual([epochs.toValue(0), epochs.toValue(epochs.last)], [3, 80]);
  const many = scaleOf(/** @type {any} */ (SLIDING.epochs), { epoch: 1, epochs: 100_000 });
  assert.ok(many.last <= 200);
});
