import assert from "node:assert/strict";
import test from "node:test";

import { placed, waitingOf } from "../../static/js/jobs/queue_order.js";
import { outcomeOf, someNames } from "../../static/js/jobs/several_words.js";

/** @param {string} id @param {number | null} position @returns {any} */
function job(id, position, status = "queued") {
  return { id, name: id.toUpperCase(), status, queue_position: position };
}

test("what waits is in the server's order, and a moved job takes the place of the one it stands at", () => {
  const waiting = waitingOf([job("c", 3), job("x", null, "running"), job("a", 1), job("b", 2), job("d", 4)]);
  assert.deepEqual(waiting.map(({ id }) => id), ["a", "b", "c", "d"]);
  assert.equal(placed(waiting, ["c", "a", "b", "d"], "c"), 1);
  assert.equal(placed(waiting, ["b", "a"], "a"), 2, "of the first two only");
  const without = waitingOf([job("f", 6), job("e", 5)]);
  assert.equal(placed(without, ["f", "e"], "f"), 5, "earlier ones are not listed");
});

test("what came of several jobs is said, and each failure is named", () => {
  const jobs = ["a", "b", "c", "d", "e"].map((id) => job(id, null));
  assert.equal(someNames(jobs.slice(0, 4)), "“A”, “B”, “C”, “D”");
  assert.equal(someNames(jobs), "“A”, “B”, “C” and 2 more");
  const results = jobs.slice(0, 3).map((one, i) => ({ job: one, problem: i === 1 ? "It still trains." : "" }));
  assert.equal(outcomeOf(results, "Deleted"), "Deleted: 2 of 3. “B”: It still trains.");
  assert.equal(outcomeOf(results.slice(0, 1), "Deleted"), "Deleted: 1.");
});
