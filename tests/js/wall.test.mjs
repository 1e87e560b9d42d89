import assert from "node:assert/strict";
import test from "node:test";

import { newestX, stepsX } from "../../static/js/charts/axis.js";
import { JobFold } from "../../static/js/log/fold.js";
import { wallSeconds, withWall } from "../../static/js/log/wall.js";
import { status, trainRows } from "./log_entries.mjs";

const later = (/** @type {any} */ entry, /** @type {number} */ seconds) => ({ ...entry, at: new Date(Date.parse(entry.at) + 1000 * seconds).toISOString() });
const close = (/** @type {ArrayLike<number>} */ found, /** @type {number[]} */ wanted) => wanted.forEach((one, i) => assert.ok(Math.abs(found[i] - one) < 1e-6, `${found[i]} is not ${one}`));

test("a row was made as long before its entry was written as was trained since", () => {
  close(wallSeconds(Float64Array.of(1, 1.01, 1.03), 5, NaN), [4.97, 4.98, 5]);
});

test("a clock that was set back stands still", () => {
  close(wallSeconds(Float64Array.of(1, 2, 3), 5, 4.5), [4.5, 4.5, 5]);
});

test("a pause takes time on the wall and none of the training", () => {
  const fold = new JobFold();
  fold.apply([later(status(1, "running"), 10), later(trainRows(2, 1, 10), 10.2), later(status(3, "paused"), 10.2), later(status(4, "running"), 70), later(trainRows(5, 11, 10), 70.1)]);
  assert.ok(Math.abs(newestX(fold, "wall", 10) - 60.1) < 1e-6);
  assert.ok(Math.abs(newestX(fold, "time", 10) - 0.2) < 1e-9);
  close(stepsX(fold, [10, 20], "wall", 10), [0.2, 60.1]);
});

test("a sample's rows have the server's moments, and none where it told none", () => {
  const step = Int32Array.of(1, 2);
  close(withWall({ step, at: Float64Array.of(100, 130) }, 90).wall_seconds, [10, 40]);
  assert.ok(withWall({ step }, 90).wall_seconds.every(Number.isNaN));
});
