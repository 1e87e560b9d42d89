import assert from "node:assert/strict";
import test from "node:test";

import { labelsOf, tagsOf } from "../../static/js/jobs/differ.js";
import { lackWords } from "../../static/js/jobs/data.js";
import { JobsFeed, LISTED } from "../../static/js/jobs/feed.js";
import { Palette, SLOTS } from "../../static/js/jobs/palette.js";
import { epochAccuracy, figuresOf } from "../../static/js/jobs/tiles.js";
import { calledWords, givenName, hasDiverged, isStoppable, leftWords, originWords, outcomeWords, progressShare, reasonWords, statusWords, stopWords, tallyWords } from "../../static/js/jobs/words.js";
import { startsIn, startsWords } from "../../static/js/jobs/starts.js";
import { JobFold } from "../../static/js/log/fold.js";
import { Selection } from "../../static/js/selection.js";
import { config, FIELDS } from "./fields.mjs";
import { evaluation, seeded, trainRows } from "./log_entries.mjs";

/** @param {string} id @param {Record<string, any>} [more] @returns {any} */
function job(id, more = {}) {
  return { id, name: id, status: "running", config: config(more.config), created_at: `2026-01-0${id.length}`, ...more };
}

test("jobs are told apart by what differs among them", () => {
  const jobs = [
    { id: "a", config: config({ hidden_sizes: [16], standardize: true }) },
    { id: "b", config: config({ hidden_sizes: [16] }) },
    { id: "c", config: config({ hidden_sizes: [16], dataset: "digits", momentum: 0.9 }) },
  ];
  const tags = tagsOf(jobs, FIELDS);
  assert.deepEqual(tags.get("a"), ["circles", "standardize"]);
  assert.deepEqual(tags.get("b"), ["circles"]);
  assert.deepEqual(tags.get("c"), ["digits", "momentum 0.9"]);
});

test("a default that means something is said beside other values, one that means nothing is not", () => {
  const rates = [{ id: "a", config: config() }, { id: "b", config: config({ learning_rate: 0.02 }) }];
  assert.deepEqual([...tagsOf(rates, FIELDS).values()], [["lr 0.1"], ["lr 0.02"]]);
  const ladder = [{ id: "a", config: config() }, { id: "b", config: config({ standardize: true }) }];
  assert.deepEqual([...tagsOf(ladder, FIELDS).values()], [["baseline"], ["standardize"]]);
  const same = [{ id: "a", config: config() }, { id: "b", config: config() }];
  assert.deepEqual([...tagsOf(same, FIELDS).values()], [[], []]);
});

test("an mlp is told by its widths, another network by its name", () => {
  const jobs = [
    { id: "a", config: config() },
    { id: "b", config: config({ hidden_sizes: [16] }) },
    { id: "c", config: config({ architecture: "alexnet" }) },
  ];
  const tags = tagsOf(jobs, FIELDS);
  assert.deepEqual(["a", "b", "c"].map((id) => tags.get(id)), [["mlp 4"], ["mlp 16"], ["alexnet"]]);
});

test("a single job is told by its differences from the defaults", () => {
  const tags = tagsOf([{ id: "a", config: config({ hidden_sizes: [16, 8], learning_rate: 1 }) }], FIELDS);
  assert.deepEqual(tags.get("a"), ["mlp 16, 8", "lr 1"]);
});

test("a colour stays with its job and jobs shown together differ", () => {
  const palette = new Palette();
  const ids = Array.from({ length: SLOTS }, (_, i) => `job${i}`);
  const slots = ids.map((id) => palette.assign(id, ids));
  assert.equal(new Set(slots).size, SLOTS);
  assert.equal(palette.assign("job3", []), slots[3]);
  const reloaded = new Palette(ids.map((id) => [id, palette.slotOf(id)]));
  assert.deepEqual(ids.map((id) => reloaded.slotOf(id)), slots);
  assert.equal(new Palette([["x", 99]]).slotOf("x"), null);
});

test("colours go by the order on the charts, whichever job is heard of first", () => {
  const shown = ["a", "b", "c"];
  const [forth, back] = [new Palette(), new Palette()];
  for (const id of shown) forth.assign(id, shown);
  for (const id of [...shown].reverse()) back.assign(id, shown);
  assert.deepEqual(shown.map((id) => back.slotOf(id)), shown.map((id) => forth.slotOf(id)));
});

test("of two jobs of one colour the one that comes to the charts later takes another, for good", () => {
  const palette = new Palette([["old", 3], ["new", 3]]);
  assert.equal(palette.assign("new", ["new"]), 3);
  const other = palette.assign("old", ["new", "old"]);
  assert.notEqual(other, 3);
  assert.equal(palette.assign("new", ["new", "old"]), 3);
  palette.assign("old", ["old"]);
  assert.deepEqual([palette.slotOf("old"), palette.slotOf("new")], [other, 3]);
});

test("a new job takes a colour that no job beside it has", () => {
  const palette = new Palette(Array.from({ length: SLOTS }, (_, i) => /** @type {[string, number]} */ ([`job${i + 1}`, i + 1])));
  assert.equal(palette.assign("new", ["job1", "job2", "new"]), 3);
});

test("jobs started one after the other differ, so that they can be overlaid later", () => {
  const palette = new Palette();
  assert.deepEqual(["a", "b", "c"].map((id) => palette.assign(id, [id])), [1, 2, 3]);
});

test("states are said in words", () => {
  assert.equal(statusWords(job("a", { status: "queued", queue_position: 2 })), "waiting, 2nd");
  assert.equal(statusWords(job("a", { status: "completed" })), "completed");
  assert.equal(reasonWords(job("a", { reason: "diverged", error: "at step 3" })), "the loss left the finite numbers");
  assert.equal(outcomeWords(job("a", { reason: "diverged", error: "not finite at step 3" })), "Not finite at step 3");
  assert.equal(outcomeWords(job("a", { reason: "out_of_memory", error: null })), "Out of memory");
  assert.equal(outcomeWords(job("a", { reason: null, error: null })), "");
  assert.equal(leftWords(job("a", { eta_seconds: 30 })), "30\u202fs left");
  assert.equal(leftWords(job("a", { status: "completed", eta_seconds: 0 })), "");
  assert.equal(progressShare(job("a", { step: 25, total_steps: 100 })), 0.25);
  assert.equal(tallyWords([job("a"), job("b", { status: "queued" }), job("c", { status: "failed" })]), "1 running · 1 waiting · 1 done");
  assert.equal(tallyWords([job("a", { status: "paused" }), job("b", { status: "stopping" })]), "1 running · 1 paused");
  assert.equal(tallyWords([job("a"), job("b", { status: "queued" })], true), "1+ running · 1+ waiting");
  const fork = job("a", { forked_from: { job_id: "b", step: 1200 } });
  assert.equal(originWords(fork, "b"), "fork of b at step 1,200");
  assert.equal(originWords(fork, ""), "fork of a job not listed here at step 1,200");
  assert.equal(originWords(job("a"), ""), "");
});

/** @param {() => Promise<any[]>} list */
function connectedFeed(list) {
  /** @type {any[]} */
  const sockets = [];
  const feed = new JobsFeed({ address: () => "", list, open: () => /** @type {any} */ (sockets[sockets.push({ close() {} }) - 1]) });
  const connect = () => {
    feed.start();
    sockets.at(-1).onopen();
    return (/** @type {any[]} */ jobs) => sockets.at(-1).onmessage({ data: JSON.stringify(jobs) });
  };
  const ids = () => feed.newestFirst.map((one) => one.id);
  return { feed, connect, ids };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("the list may come in several frames; what follows are changes", async () => {
  const { feed, connect, ids } = connectedFeed(() => assert.fail("the first connection asks for nothing"));
  const say = connect();
  say([job("bb")]);
  say([job("a")]);
  assert.deepEqual(ids(), ["bb", "a"]);
  say([{ id: "a", deleted: true }, job("ccc")]);
  assert.deepEqual(ids(), ["ccc", "bb"]);
  assert.equal(feed.job("a"), null);
});

test("after a cut what was deleted meanwhile is forgotten, what was heard of since is not", async () => {
  const { feed, connect, ids } = connectedFeed(async () => [job("bb")]);
  connect()([job("bb"), job("a")]);
  /** @type {string[]} */
  const told = [];
  feed.addEventListener("change", (event) => told.push(.../** @type {any} */ (event).detail));
  connect()([job("ccc")]);
  feed.put(job("dddd"));
  await settled();
  assert.deepEqual(ids(), ["dddd", "ccc", "bb"]);
  assert.deepEqual(told, ["ccc", "dddd", "a"]);
});

test("a job older than a full list is kept, and a list that does not come forgets nothing", async () => {
  const listed = Array.from({ length: LISTED }, (_, i) => job(`listed${i}`, { created_at: `2026-02-${1000 - i}` }));
  const { connect, ids } = connectedFeed(async () => listed);
  connect()([job("a"), job("new", { created_at: "2026-03" })]);
  connect();
  await settled();
  assert.deepEqual(ids(), ["a"]);
  const lost = connectedFeed(() => Promise.reject(new Error("no answer")));
  lost.connect()([job("a")]);
  lost.connect();
  await settled();
  assert.deepEqual(lost.ids(), ["a"]);
});

test("a name that a person gave or changed is said, a made-up one is not", () => {
  assert.equal(givenName(job("a", { name: "digits · mlp", config: { name: null } })), "");
  assert.equal(givenName(job("a", { name: "renamed", config: { name: "renamed" } })), "renamed");
});

test("the test score shown is the one of the epoch that validation chose", () => {
  const fold = new JobFold();
  fold.apply([trainRows(1, 1, 20), evaluation(2, "validation", 20, 2), evaluation(3, "test", 20, 2)]);
  const best = { epoch: 1, step: 10, accuracy: 0.9, loss: 0.2, test: { accuracy: 0.88, loss: 0.3 } };
  const figures = figuresOf(fold, job("a", { best, images_per_second: 1540 }), fold.splits.train.column("loss"));
  assert.equal(figures["test-accuracy"]?.value, 0.88);
  assert.equal(figures["validation-accuracy"]?.value, 0.75);
  assert.equal(figures.speed?.text, "1,540/s");
});

test("with nothing held out the newest test score counts and validation has no tile", () => {
  const fold = new JobFold();
  fold.apply([trainRows(1, 1, 20), evaluation(2, "test", 20, 2)]);
  const figures = figuresOf(fold, job("a", { best: null }), []);
  assert.equal(figures["test-accuracy"]?.value, 0.75);
  assert.equal(figures["validation-accuracy"], null);
  const mean = (epochAccuracy(fold, 2) ?? 0) - 0.75;
  assert.ok(Math.abs((figures.gap?.value ?? 0) - mean) < 1e-6);
});

test("an epoch's training accuracy is the mean of its steps", () => {
  const fold = new JobFold();
  fold.apply([trainRows(1, 1, 25)]);
  const expected = Array.from({ length: 10 }, (_, i) => 1 - 1 / (11 + i)).reduce((a, b) => a + b) / 10;
  assert.ok(Math.abs((epochAccuracy(fold, 2) ?? 0) - expected) < 1e-6);
  assert.equal(epochAccuracy(fold, 9), null);
});

test("what the feed has said of a new job is newer than the answer that made it", () => {
  const { feed, connect } = connectedFeed(async () => []);
  connect()([job("a", { status: "running" })]);
  feed.put(job("a", { status: "queued" }));
  assert.equal(feed.job("a")?.status, "running");
});

test("a fork is looked at beside its parent, whatever was shown", () => {
  const selection = new Selection();
  selection.select("parent");
  selection.compare("fork", "parent");
  assert.deepEqual([selection.job, selection.shown], ["fork", ["parent", "fork"]]);
});

test("a selected job makes room unless others were ticked", () => {
  const selection = new Selection();
  selection.select("a");
  selection.select("b");
  assert.deepEqual([selection.job, selection.shown], ["b", ["b"]]);
  selection.tick("a", true);
  selection.select("c");
  assert.deepEqual(selection.shown, ["b", "a", "c"]);
  selection.forget("c");
  assert.deepEqual([selection.job, selection.shown], ["a", ["b", "a"]]);
  selection.tick("a", false);
  assert.deepEqual([selection.job, selection.shown], ["b", ["b"]]);
  selection.tick("b", false);
  assert.deepEqual([selection.job, selection.shown], ["b", ["b"]]);
});

test("of a sample no mean is said: the newest step's own loss is, and no gap, until there are steps enough", () => {
  const fold = seeded(new JobFold());
  fold.apply([evaluation(2, "test", 1000, 100)]);
  const early = figuresOf(fold, job("a", { best: null }), [NaN]);
  assert.deepEqual([early["train-loss"]?.text, early["train-loss"]?.note], ["1.000", "the newest step's own"]);
  assert.deepEqual([early.gap?.value, early.gap?.text], [null, "–"]);
  fold.apply([trainRows(3, 1001, 100), evaluation(4, "test", 1100, 110)]);
  const late = figuresOf(fold, job("a", { best: null }), [0.5]);
  assert.equal(late["train-loss"]?.text, "0.500");
  assert.ok((late.gap?.value ?? 0) > 0.2);
});

test("the job of a link is on the charts, whatever is ticked there", () => {
  const selection = new Selection();
  selection.restore({ job: "a", shown: ["b"] });
  assert.deepEqual(selection.shown, ["b", "a"]);
  selection.restore({ job: null, shown: ["b"] });
  assert.deepEqual(selection.shown, ["b"]);
});

test("a job that would be started again can be kept from it, and one that diverged is known as such", () => {
  const lost = job("a", { status: "interrupted", reason: "worker_lost" });
  assert.deepEqual([isStoppable(lost), stopWords(lost)], [false, "Stop"]);
  const waits = { ...lost, will_restart: true };
  assert.deepEqual([isStoppable(waits), stopWords(waits)], [true, "Do not restart"]);
  assert.deepEqual([hasDiverged(job("a", { status: "failed", reason: "diverged" })), hasDiverged(lost)], [true, false]);
});

test("forks that differ in their origin only are told by it", () => {
  const fork = (/** @type {string} */ id, /** @type {number} */ step) => job(id, { name: `circles · from step ${step}`, forked_from: { job_id: "p", step } });
  const jobs = [job("p", { name: "circles" }), fork("a", 1200), fork("b", 30)];
  assert.deepEqual([...labelsOf(jobs, FIELDS).values()], ["circles", "circles · from step 1,200", "circles · from step 30"]);
  const other = { ...fork("c", 30), config: config({ learning_rate: 0.5 }) };
  assert.deepEqual([...labelsOf([jobs[1], other], FIELDS).values()], ["lr 0.1", "lr 0.5"]);
});

test("jobs of a study are told by what differs, not by the study's name that all bear", () => {
  const named = (/** @type {string} */ id, /** @type {number} */ rate, study = "s") =>
    job(id, { name: `Learning rate · lr ${rate} · seed 0`, study_id: study, config: config({ name: `Learning rate · lr ${rate} · seed 0`, learning_rate: rate }) });
  assert.deepEqual([...labelsOf([named("a", 0.01), named("b", 0.1)], FIELDS).values()], ["lr 0.01", "lr 0.1"]);
  const own = job("c", { name: "mine", config: config({ name: "mine", learning_rate: 0.5 }) });
  assert.deepEqual([...labelsOf([named("a", 0.01), own], FIELDS).values()], ["lr 0.01", "mine"]);
  const twins = [named("a", 0.1), named("b", 0.1, "t")];
  assert.deepEqual([...labelsOf(twins, FIELDS).values()], twins.map(({ name }) => name), "where nothing differs the names are all there is");
});

test("a fork of a fork says its step once", () => {
  const fork = job("a", { name: "circles · from step 14,883", forked_from: { job_id: "p", step: 14_883 } });
  assert.equal(originWords(job("b", { forked_from: { job_id: "a", step: 14_883 } }), calledWords(fork)), "fork of circles at step 14,883");
  const named = { ...fork, config: config({ name: "x · from step 1" }), name: "x · from step 1" };
  assert.equal(calledWords(named), "x · from step 1");
});

test("a job lacks its data where they are gone or others, and only then", () => {
  const learned = job("a", { config: { dataset: "flowers" }, data_fingerprint: "f1" });
  const lying = (/** @type {any} */ more) => [{ name: "digits", fingerprint: null }, { name: "flowers", state: "ready", fingerprint: "f1", ...more }];
  assert.equal(lackWords(learned, lying({})), "");
  assert.equal(lackWords({ ...learned, data_fingerprint: null }, lying({ fingerprint: "f2" })), "", "of an older job");
  assert.equal(lackWords(learned, lying({ fingerprint: null })), "", "files that were not read yet");
  assert.match(lackWords(learned, []), /^The data set flowers that the job learned from is not here any more; upload/);
  assert.match(lackWords(learned, lying({ state: "unpacking" })), /not here any more/);
  const replaced = lackWords(learned, lying({ fingerprint: "f2", created_at: "2026-01-02T03:04:05.678Z" }));
  assert.match(replaced, /^The data set flowers was replaced at 2026-01-02 03:04 UTC: it no longer holds/);
  assert.match(replaced, /start a new job\.$/);
  assert.match(lackWords(learned, lying({ fingerprint: "f2" })), /^The files of data set flowers were changed/);
});

test("a waiting job may start when those that train are done, and nothing is said where that is not known", () => {
  const cpu = [{ name: "cpu", slots: 2 }];
  const trains = (/** @type {string} */ id, /** @type {number | null} */ left) => job(id, { device: "cpu", eta_seconds: left });
  const waits = (/** @type {number} */ position, device = "auto") => job(`w${position}`, { status: "queued", queue_position: position, config: { device } });
  const two = [trains("a", 300), trains("b", 120), waits(1), waits(2), waits(3)];
  assert.deepEqual([1, 2, 3].map((position) => startsIn(waits(position), two, cpu)), [120, 300, null]);
  assert.equal(startsWords(waits(1), two, cpu), "in about 2\u202fmin");
  assert.equal(startsWords(waits(2), two, cpu), "within about 5\u202fmin", "the one before it may be done sooner");
  assert.equal(startsWords(waits(1), [trains("a", 300), trains("b", null)], cpu), "", "one does not know");
  assert.equal(startsWords(waits(1), [trains("a", 300)], cpu), "", "a slot is free: it starts at once");
  assert.equal(startsWords(trains("a", 300), two, cpu), "");
  const more = [...cpu, { name: "cuda:0", slots: 1 }];
  assert.equal(startsIn(waits(1), two, more), null, "the device is not known");
  assert.equal(startsIn(waits(1, "cpu"), two, more), 120);
});
