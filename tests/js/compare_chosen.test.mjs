/** Comparing jobs: which are compared, and what became of them. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Chosen } from "../../static/js/compare/chosen.js";
import { MOST_JOBS } from "../../static/js/compare/state.js";
import { JobsFeed } from "../../static/js/jobs/feed.js";

/** @param {string} id @returns {any} */
function job(id) {
  return { id, name: `job ${id}`, created_at: "2026-01-01", config: {}, status: "completed" };
}

/** @param {string[]} there jobs that the server has */
function chosenOf(there) {
  /** @type {string[]} */
  const asked = [];
  const get = async (/** @type {string} */ path) => {
    asked.push(path);
    const ids = new URL(path, "http://x").searchParams.getAll("id");
    return { jobs: ids.filter((id) => there.includes(id)).map(job) };
  };
  const feed = new JobsFeed({ address: () => "", list: async () => [] });
  return { chosen: new Chosen({ get }, feed), feed, asked };
}

/** @param {Chosen} chosen */
async function loaded(chosen) {
  while (chosen.isLoading) await new Promise((resolve) => chosen.addEventListener("change", resolve, { once: true }));
}

test("jobs that are not listed are asked for at once, and those that are no more are named", async () => {
  const { chosen, feed, asked } = chosenOf(["a", "b"]);
  feed.apply([job("c")]);
  chosen.set(["a", "gone", "c", "b"]);
  await loaded(chosen);
  assert.equal(asked.length, 1);
  assert.deepEqual(chosen.jobs.map(({ id }) => id), ["a", "c", "b"], "in the order they were chosen");
  assert.deepEqual(chosen.missing, ["gone"]);
  feed.apply([{ id: "b", deleted: true }]);
  assert.deepEqual(chosen.missing, ["gone", "job b"], "by its name where it was known");
  assert.deepEqual(chosen.ids, ["a", "gone", "c", "b"], "they stay in the link until they are left out");
  chosen.dropMissing();
  assert.deepEqual(chosen.ids, ["a", "c"]);
});

test("there is room for so many; the others are counted", async () => {
  const ids = Array.from({ length: MOST_JOBS + 3 }, (_, i) => `j${i}`);
  const { chosen, asked } = chosenOf(ids);
  chosen.set(ids);
  await loaded(chosen);
  assert.deepEqual([chosen.jobs.length, chosen.leftOut, asked.length], [MOST_JOBS, 3, 2]);
  chosen.remove(["j0"]);
  assert.equal(chosen.leftOut, 0);
  chosen.add([job("j0"), job("j1")]);
  assert.equal(chosen.ids.length, MOST_JOBS, "each once");
});
