import assert from "node:assert/strict";
import test from "node:test";

import { Endings, noticeOf, studyNoticeOf } from "../../static/js/jobs/endings.js";
import { titleWords } from "../../static/js/jobs/title.js";

const THIN = "\u202f";
const BASE = { id: "a", name: "mlp 16", config: { name: "mine", epochs: 4 }, total_steps: 200, step: 50, queue_position: null, best: null, latest: null, error: null, reason: null };
const job = (/** @type {object} */ fields) => /** @type {any} */ ({ ...BASE, status: "running", ...fields });
const best = { epoch: 2, step: 100, accuracy: 0.972, loss: 0.1, test: null };

test("a title begins with what matters: the share done, the place in the queue, the outcome", () => {
  assert.equal(titleWords(null), "Lab · Livetrain");
  assert.equal(titleWords(job({})), "25 % · mlp 16 · Livetrain");
  assert.equal(titleWords(job({ status: "paused" })), "paused at 25 % · mlp 16 · Livetrain");
  assert.equal(titleWords(job({ status: "queued", queue_position: 2 })), "waiting, 2nd · mlp 16 · Livetrain");
  assert.equal(titleWords(job({ status: "completed", step: 200 })), "completed · mlp 16 · Livetrain");
});

test("a job is told of once, and only after it was seen to go on", () => {
  const endings = new Endings();
  assert.deepEqual(endings.since([job({ status: "completed" }), job({ id: "b" })]).jobs, []);
  const done = job({ id: "b", status: "stopped" });
  assert.deepEqual(endings.since([done]).jobs, [done]);
  assert.deepEqual(endings.since([done]).jobs, []);
  assert.deepEqual(endings.since([job({ id: "b", status: "queued" })]).jobs, []);
  assert.deepEqual(endings.since([done]).jobs, [done]);
});

test("what starts again by itself has not ended", () => {
  const endings = new Endings();
  endings.since([job({})]);
  assert.deepEqual(endings.since([job({ status: "interrupted", will_restart: true })]).jobs, []);
  assert.equal(endings.since([job({ status: "interrupted", will_restart: false })]).jobs.length, 1);
});

test("a study is told of once, when nothing of it goes on", () => {
  const endings = new Endings();
  const first = job({ id: "a", study_id: "s" });
  const second = job({ id: "b", study_id: "s", status: "queued" });
  endings.since([first, second]);
  const done = job({ ...first, status: "completed", best });
  assert.equal(endings.since([done, second]).studies.size, 0);
  const all = [done, job({ ...second, status: "failed", reason: "diverged" })];
  const found = endings.since(all);
  assert.deepEqual(found.jobs, []);
  assert.deepEqual([...found.studies], [["s", all]]);
  assert.deepEqual(studyNoticeOf("Rates", all), { title: "Rates: ended", body: `1 of 2 trainings complete; best validation accuracy 97.2${THIN}%` });
});

test("a notice names the job, how it ended, why, and what it reached", () => {
  assert.deepEqual(noticeOf(job({ status: "completed", best })), { title: "mlp 16: completed", body: `Best validation accuracy 97.2${THIN}%` });
  const failed = job({ status: "failed", reason: "diverged", error: "The loss became NaN at step 6.", best });
  assert.equal(noticeOf(failed).body, `The loss became NaN at step 6; best validation accuracy 97.2${THIN}%`);
  const latest = { train: null, validation: null, test: { loss: 1, accuracy: 0.5 } };
  assert.equal(noticeOf(job({ status: "stopped", reason: "requested", latest })).body, `As requested; test accuracy 50.0${THIN}%`);
});
