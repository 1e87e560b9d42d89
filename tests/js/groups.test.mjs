import assert from "node:assert/strict";
import test from "node:test";

import { figuresOfStudy, groupsOf, nameWithin } from "../../static/js/jobs/groups.js";
import { KnownStudies } from "../../static/js/jobs/known_studies.js";

/** @param {string} id @param {Record<string, any>} [more] @returns {any} */
function job(id, more = {}) {
  return { id, status: "completed", step: 10, total_steps: 10, train_seconds: 2, best: null, latest: null, study_id: "s", ...more };
}

const score = (/** @type {number} */ accuracy) => ({ accuracy, loss: 1 });

test("a study's jobs stand together where its newest one is", () => {
  const jobs = [job("d", { study_id: null }), job("c"), job("b", { study_id: "t" }), job("a")];
  const found = groupsOf(jobs).map(({ study, jobs: those }) => [study, those.map(({ id }) => id)]);
  assert.deepEqual(found, [[null, ["d"]], ["s", ["c", "a"]], ["t", ["b"]]]);
});

test("a study is said by its jobs: how many ended, how far the others are, the best of them", () => {
  const jobs = [
    job("a", { best: { accuracy: 0.8 }, latest: { test: score(0.99) } }),
    job("b", { status: "failed", best: { accuracy: 0.9 } }),
    job("c", { status: "running", step: 5 }),
    job("d", { status: "queued", step: 0, train_seconds: null, latest: { test: score(1) } }),
  ];
  const { status, done, total, share, best, trainSeconds } = figuresOfStudy(jobs, null);
  assert.deepEqual([status, done, total, share, best?.id, trainSeconds], ["running", 2, 4, 2.5 / 4, "b", 6]);
});

test("where nothing is held out the best is told by the test", () => {
  const jobs = [job("a", { latest: { test: score(0.7) } }), job("b", { latest: { test: score(0.9) } }), job("c")];
  assert.equal(figuresOfStudy(jobs, null).best?.id, "b");
  assert.equal(figuresOfStudy([job("c")], null).best, null);
});

test("a study that waits, rests, or ended short is said to", () => {
  const of = (/** @type {string[]} */ ...statuses) => figuresOfStudy(statuses.map((status, i) => job(String(i), { status })), null);
  assert.deepEqual(
    [of("queued", "queued"), of("queued", "completed"), of("paused", "completed"), of("completed"), of("starting", "queued")].map(({ status }) => status),
    ["queued", "running", "paused", "completed", "running"],
  );
  const { status, failed } = of("failed", "stopped", "failed");
  assert.deepEqual([status, failed], ["stopped", 2]);
  assert.equal(of("failed", "completed").status, "completed");
});

test("what is not listed of a study is counted by the server", () => {
  const summary = /** @type {any} */ ({ id: "s", job_count: 300, statuses: { completed: 100, running: 1, queued: 199 } });
  const { done, total, isWhole, status } = figuresOfStudy([job("a"), job("b")], summary);
  assert.deepEqual([done, total, isWhole, status], [100, 300, false, "running"]);
  const grown = figuresOfStudy([job("a"), job("b")], { ...summary, job_count: 1 });
  assert.deepEqual([grown.done, grown.total, grown.isWhole], [2, 2, true]);
});

test("a job's name within its study leaves the study's name out", () => {
  assert.equal(nameWithin("Rates · lr 1 · seed 0", "Rates"), "lr 1 · seed 0");
  assert.equal(nameWithin("mine", "Rates"), "mine");
  assert.equal(nameWithin("Rates · lr 1", ""), "Rates · lr 1");
});

test("the server is asked once for a study, and again only when its jobs changed and are not all listed", async () => {
  let asked = 0;
  const studies = new KnownStudies(async () => {
    asked += 1;
    return /** @type {any[]} */ ([{ id: "s", name: "Rates", job_count: 3 }]);
  });
  const look = (/** @type {any[]} */ ...jobs) => studies.look(groupsOf(jobs));
  await look(job("a", { study_id: null }));
  assert.deepEqual([asked, studies.get("s")], [0, null]);
  await look(job("a"), job("b"));
  await look(job("a"), job("b"));
  assert.deepEqual([asked, studies.get("s")?.name], [1, "Rates"]);
  await look(job("a", { status: "running" }), job("b"));
  assert.equal(asked, 2);
  await look(job("a"), job("b"), job("c"));
  assert.equal(asked, 2);
});

test("a question that failed is asked again", async () => {
  let asked = 0;
  const studies = new KnownStudies(() => Promise.reject(new Error(`away ${(asked += 1)}`)));
  await studies.look(groupsOf([job("a")]));
  await studies.look(groupsOf([job("a")]));
  assert.equal(asked, 2);
});
