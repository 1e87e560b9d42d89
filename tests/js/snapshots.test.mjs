import assert from "node:assert/strict";
import { test } from "node:test";
import { JobFold } from "../../static/js/log/fold.js";

/** @param {number} seq @param {string} kind @param {number} step @returns {any} */
const snapshot = (seq, kind, step) => ({ seq, at: "", type: "snapshot", kind, step, epoch: 1, media_type: "application/json", bytes: 2, url: `/s/${seq}`, data: [] });

test("snapshots are kept kind by kind, and a rewind voids the later ones", () => {
  const fold = new JobFold();
  const diagnosis = /** @type {any} */ ({ seq: 3, at: "", type: "diagnosis", kind: "plateau", since_step: 2, message: "flat" });
  fold.apply([snapshot(1, "norms", 1), snapshot(2, "boundary", 2), diagnosis, snapshot(4, "norms", 5)]);
  assert.deepEqual(fold.snapshots.kinds, ["norms", "boundary"]);
  assert.deepEqual(fold.snapshots.of("norms").map(({ step }) => step), [1, 5]);
  assert.equal(fold.snapshots.diagnoses[0].message, "flat");
  fold.apply([/** @type {any} */ ({ seq: 5, at: "", type: "rewind", to_step: 1 })]);
  assert.deepEqual(fold.snapshots.of("norms").map(({ step }) => step), [1]);
  assert.deepEqual(fold.snapshots.kinds, ["norms"]);
  assert.deepEqual(fold.snapshots.diagnoses, []);
});
