import assert from "node:assert/strict";
import test from "node:test";

import { foundIn, foundWords, nextOrder } from "../../static/js/jobs/find.js";
import { groupsOf } from "../../static/js/jobs/groups.js";

/** @param {string} id @param {Record<string, any>} [more] @returns {any} */
function job(id, more = {}) {
  return { id, status: "completed", study_id: null, ...more };
}

/** @type {import("../../static/js/jobs/find.js").Read} */
const read = {
  text: (/** @type {any} */ { id, called = "" }) => `${id} ${called}`,
  ofJob: (/** @type {any} */ { id, status, best = null, time = null }) => ({ name: id, status, best, time }),
  ofStudy: ({ jobs }) => ({ name: "study", status: "completed", best: Math.max(...jobs.map((/** @type {any} */ one) => one.best)), time: 1 }),
};
const NONE = { words: "", status: "", order: null };

/** @param {any[]} jobs @param {Partial<import("../../static/js/jobs/find.js").Wish>} wish */
function look(jobs, wish) {
  const { groups, found } = foundIn(groupsOf(jobs), { ...NONE, ...wish }, read);
  return { order: groups.map((group) => group.jobs.map(({ id }) => id)), found: found && [...found] };
}

test("without a wish nothing is left out and nothing moves", () => {
  assert.deepEqual(look([job("b"), job("a")], {}), { order: [["b"], ["a"]], found: null });
});

test("every word is looked for, in any case and any order", () => {
  const jobs = [job("a", { called: "Dropout 0.5 digits" }), job("b", { called: "dropout 0.2" }), job("c", { called: "digits" })];
  assert.deepEqual(look(jobs, { words: " DIGITS  drop " }).found, ["a"]);
  assert.deepEqual(look(jobs, { words: "nothing such" }).found, []);
});

test("what starts or stops is found as running", () => {
  const jobs = [job("a", { status: "starting" }), job("b", { status: "stopping" }), job("c", { status: "queued" }), job("d")];
  assert.deepEqual(look(jobs, { status: "running" }).found, ["a", "b"]);
  assert.deepEqual(look(jobs, { status: "queued", words: "d" }).found, []);
});

test("sorted by a figure, what has none is last in both directions, and studies stand by their own", () => {
  const jobs = [job("a", { best: 0.5 }), job("b"), job("c", { study_id: "s", best: 0.7 }), job("d", { study_id: "s", best: 0.9 })];
  assert.deepEqual(look(jobs, { order: { column: "best", descending: true } }).order, [["d", "c"], ["a"], ["b"]]);
  assert.deepEqual(look(jobs, { order: { column: "best", descending: false } }).order, [["a"], ["c", "d"], ["b"]]);
});

test("names are in the order of numbers, states in the order in which they need a look", () => {
  assert.deepEqual(look([job("run 10"), job("run 9")], { order: { column: "name", descending: false } }).order, [["run 9"], ["run 10"]]);
  const states = [job("a", { status: "failed" }), job("b"), job("c", { status: "stopping" }), job("d", { status: "queued" })];
  assert.deepEqual(look(states, { order: { column: "status", descending: false } }).order, [["c"], ["d"], ["b"], ["a"]]);
});

test("a head gives its own order, then the other, then the newest first", () => {
  const first = nextOrder(null, "best");
  assert.deepEqual(first, { column: "best", descending: true });
  assert.deepEqual(nextOrder(first, "best"), { column: "best", descending: false });
  assert.equal(nextOrder({ column: "best", descending: false }, "best"), null);
  assert.deepEqual(nextOrder(first, "name"), { column: "name", descending: false });
});

test("how many were found is said, none too", () => {
  assert.deepEqual([foundWords(3, 50), foundWords(0, 50)], ["3 of 50", "None of 50 matches."]);
});
