/** Comparing jobs: their figures, the table, its CSV, the scatter, parallel coordinates, and curves that grow. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { CompareCurves, merged, widthOf } from "../../static/js/compare/curves.js";
import { figureOf, judgedBy, meanKnown, trainTestGap, waitedSeconds } from "../../static/js/compare/figures.js";
import { coordinates, layoutOf, pathOf } from "../../static/js/compare/parallel.js";
import { columnsOf, csvOf, rowsOf, sorted } from "../../static/js/compare/rows.js";
import { scatterOf, xChoices } from "../../static/js/compare/scatter.js";
import { offChartWords, pictureOf, tracesOf, wholeX } from "../../static/js/compare/traces.js";
import { unitsOf } from "../../static/js/compare/units.js";
import { config, FIELDS } from "./fields.mjs";

/** @param {string} id @param {Record<string, any>} changes @param {Record<string, any>} [more] @returns {any} */
function job(id, changes, more = {}) {
  const of = config(changes);
  return {
    id, name: `job ${id}`, status: "completed", reason: null, config: of, original_config: of, created_at: "2026-01-01T00:00:00Z", started_at: "2026-01-01T00:00:30Z",
    finished_at: null, device: "cpu", attempt: 1, epoch: 2, step: 100, total_steps: 100, train_seconds: 5, images_per_second: 1000, forked_from: null, best: null, latest: null, study_id: null, ...more,
  };
}

/** @param {number} accuracy @param {number | string} [loss] */
function tested(accuracy, loss = 0.5) {
  return { latest: { train: null, validation: null, test: { accuracy, loss } } };
}

const JOBS = [
  job("a", { learning_rate: 0.1, seed: 0 }, tested(0.8)),
  job("b", { learning_rate: 0.1, seed: 1 }, tested(0.9)),
  job("c", { learning_rate: 10, seed: 0, batch_size: "full" }, { ...tested(0.5, "Infinity"), train_seconds: 50 }),
  job("d", { learning_rate: 1000, seed: 0 }, { status: "queued", started_at: null, step: 0, train_seconds: 0, images_per_second: null }),
];
const none = () => ({ step: [], epoch: [], loss: [], accuracy: [], rows: [], train_seconds: [] });
/** @type {import("../../static/js/compare/rows.js").Read} */
const read = (figure, one) => figure.read({ job: one, columnsOf: none, parameters: () => null });

test("figures: what is not known is null, and the queue is apart from training", () => {
  assert.equal(waitedSeconds(JOBS[0]), 30);
  assert.equal(waitedSeconds(JOBS[3]), null);
  assert.equal(read(figureOf("train_seconds"), JOBS[3]), null, "nothing was trained yet");
  assert.equal(read(figureOf("final_loss"), JOBS[2]), Infinity);
  assert.equal(read(figureOf("best_test"), JOBS[0]), null, "no epoch was chosen");
  assert.equal(judgedBy(JOBS), "final_test");
  assert.equal(judgedBy([job("v", {}, { best: { accuracy: 0.9 } })]), "best_validation");
  assert.equal(meanKnown([1, null, 3]), 2);
  assert.equal(meanKnown([null, Infinity]), Infinity);
  assert.equal(meanKnown([null]), null);
});

test("the gap is over the steps of the epoch that was tested", () => {
  const train = { epoch: [1, 2, 2, 3], accuracy: [0, 0.9, 0.6, 1], rows: [4, 1, 2, 1] };
  const test = { epoch: [0, 1, 2], accuracy: [0.1, 0.2, 0.5] };
  const columns = /** @type {any} */ ((/** @type {string} */ _, /** @type {string} */ split) => (split === "train" ? train : test));
  assert.ok(Math.abs((trainTestGap({ job: JOBS[0], columnsOf: columns, parameters: () => null }) ?? 0) - 0.2) < 1e-12);
  assert.equal(trainTestGap({ job: JOBS[0], columnsOf: none, parameters: () => null }), null);
});

test("what came out stands before many fields, and after few", () => {
  const many = { learning_rate: 0.3, batch_size: 7, points: 90, hidden_sizes: [8], momentum: 0.5, standardize: true };
  const namesOf = (/** @type {any[]} */ jobs) => columnsOf(unitsOf(jobs, FIELDS, false), FIELDS, read).map(({ name }) => name);
  const names = namesOf([JOBS[0], job("m", many, tested(0.7))]);
  assert.ok(Object.keys(many).every((field) => names.includes(field)), names.join(" "));
  assert.equal(names[0], "status");
  assert.ok(names.indexOf("final_test") < names.indexOf("learning_rate"));
  const few = namesOf([JOBS[0], JOBS[2]]);
  assert.ok(few.indexOf("learning_rate") < few.indexOf("status"));
});

test("columns are the fields that differ and the figures there are", () => {
  const units = unitsOf(JOBS, FIELDS, false);
  const names = columnsOf(units, FIELDS, read).map(({ name }) => name);
  assert.deepEqual(names.slice(0, 5), ["learning_rate", "batch_size", "seed", "status", "final_test"]);
  assert.ok(!names.includes("best_validation") && !names.includes("parameters"));
  const together = columnsOf(unitsOf(JOBS, FIELDS, true), FIELDS, read).map(({ name }) => name);
  assert.deepEqual(together.slice(0, 4), ["learning_rate", "batch_size", "seeds", "status"]);
});

test("a row of several seeds is their mean with the deviation", () => {
  const units = unitsOf(JOBS, FIELDS, true);
  const rows = rowsOf(units, columnsOf(units, FIELDS, read), read);
  assert.equal(rows.length, 3);
  assert.equal(rows[0].cells.get("final_test")?.text, "85.0\u202f% ± 7.1");
  assert.equal(rows[0].cells.get("status")?.text, "2 completed");
  assert.equal(rows[2].cells.get("final_test")?.text, "–");
  const twice = unitsOf([...JOBS, job("e", { learning_rate: 0.1, seed: 1 }, { ...tested(0.2), step: 3 })], FIELDS, true);
  const [again] = rowsOf(twice, columnsOf(twice, FIELDS, read), read);
  assert.deepEqual([again.cells.get("seeds")?.text, again.cells.get("final_test")?.text], ["2", "85.0\u202f% ± 7.1"], "of a seed trained twice the longer counts");
});

test("rows are sorted by value, what is not known last either way", () => {
  const units = unitsOf(JOBS, FIELDS, false);
  const columns = columnsOf(units, FIELDS, read);
  const rows = rowsOf(units, columns, read);
  const ids = (/** @type {string} */ column, /** @type {boolean} */ descending) => sorted(rows, columns, { column, descending }).map(({ unit }) => unit.key).join("");
  assert.equal(ids("final_test", true), "bacd");
  assert.equal(ids("final_test", false), "cabd");
  assert.equal(ids("learning_rate", true), "dcab");
  assert.equal(ids("batch_size", false), "abdc", "words come after numbers");
  assert.equal(ids("final_loss", true), "cabd", "infinite is known");
  assert.equal(ids("nothing", true), "abcd");
});

test("CSV has a row a job, figures in full, and no formulas", () => {
  const named = [job("x", { name: '=1+"a",b' }, { name: '=1+"a",b', ...tested(0.123456789) }), job("y", { learning_rate: 1 })];
  const [head, first, second, rest] = csvOf(named, FIELDS, read).split("\r\n");
  assert.match(head, /^id,name,status,reason,.*,learning_rate,best_validation_accuracy,.*train_test_gap.*waited_seconds,parameters$/);
  assert.match(first, /^x,"'=1\+""a"",b",completed,,/);
  assert.ok(first.includes(",0.123456789,"));
  assert.equal(second.split(",").length, head.split(",").length);
  assert.equal(rest, "");
});

test("the scatter is logarithmic over decades and says what has no place on it", () => {
  const units = unitsOf(JOBS, FIELDS, true);
  const theme = { card: "#fff", quiet: "#888" };
  assert.deepEqual(xChoices(JOBS, FIELDS, read).map(({ name }) => name), ["learning_rate", "train_seconds", "steps", "images_per_second"]);
  const { plot, drawn, left } = scatterOf(units, { x: "learning_rate", y: "final_test" }, FIELDS, read, new Map(), theme);
  assert.deepEqual([plot.x.type, drawn, left], ["log", 3, 1]);
  assert.ok((plot.x.range?.[1] ?? 0) > 3, "the axis is whole before the last value comes");
  const [single, mean] = plot.traces;
  assert.deepEqual(single.y, [0.8, 0.9]);
  assert.ok(Math.abs(mean.y[0] - 0.85) < 1e-9 && mean.error_y.array[0] > 0.07);
  assert.equal(scatterOf(units.slice(0, 1), { x: "learning_rate", y: "final_test" }, FIELDS, read, new Map(), theme).plot.x.type, "linear");
});

test("a number of the data is offered after those of the training", () => {
  const jobs = [job("a", { points: 20, learning_rate: 1 }), job("b", {})];
  const fields = FIELDS.map((field) => (field.name === "points" ? { ...field, group: "data" } : field));
  assert.deepEqual(xChoices(jobs, fields, read).slice(0, 2).map(({ name }) => name), ["learning_rate", "points"]);
});

test("parallel coordinates: decades evenly, words in order, broken where nothing is known", () => {
  const units = unitsOf(JOBS, FIELDS, true);
  const { axes } = coordinates(units, FIELDS, "final_test", read);
  assert.deepEqual(axes.map(({ title }) => title), ["lr", "batch", "training time", "final test"]);
  assert.deepEqual(axes[0].places.map((place) => Number(place?.toFixed(3))), [0, 0.5, 1]);
  assert.deepEqual(axes[0].ticks.map(({ label }) => label), ["0.1", "10", "1,000"]);
  assert.deepEqual(axes[1].places, [0, 1, 0]);
  assert.equal(axes[3].places[2], null);
  assert.equal(pathOf([0, null, 1, 0.5], { xs: [0, 10, 20, 30], top: 0, bottom: 10 }), "M0.0 10.0M20.0 0.0L30.0 5.0");
});

test("an axis says that it is logarithmic, tells its ends apart, and has room for its words", () => {
  const rates = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.1, 1, 9, 50].map((rate, i) => job(`r${i}`, { learning_rate: rate, dataset: i % 2 ? "circles" : "digits" }, { ...tested(0.975 + i / 1e5), train_seconds: 0.12 + i / 1000 }));
  const { axes } = coordinates(unitsOf(rates, FIELDS, false), FIELDS, "final_test", read);
  const of = (/** @type {string} */ title) => /** @type {any} */ (axes.find((axis) => axis.title === title));
  assert.deepEqual(of("lr").ticks.map(({ label }) => label), ["0.0001", "0.001", "0.01", "0.1", "1", "10", "50"]);
  assert.ok(Math.abs(of("lr").places[2] - 1 / Math.log10(500_000)) < 1e-9, "a decade is a decade wide");
  assert.deepEqual(of("training time").ticks.map(({ label }) => label), ["0.12\u202fs", "0.13\u202fs"]);
  assert.deepEqual(of("final test").ticks.map(({ label }) => label), ["97.5\u202f%", "97.51\u202f%"]);
  const { xs, width } = layoutOf(axes, 300);
  assert.ok(width > 300 && xs.every((x, i) => i === 0 || x - xs[i - 1] >= 6 * Math.max(...axes[i - 1].ticks.map(({ label }) => label.length))));
  assert.equal(layoutOf(axes, 900).width, 900);
  const long = coordinates(unitsOf([job("a", { hidden_sizes: new Array(9).fill(512) }), job("b", {})], FIELDS, false), FIELDS, "final_test", read).axes[0].ticks;
  assert.ok(long.some(({ label, whole }) => label.endsWith("…") && String(whole).length > label.length), "what is cut is there in full");
});

test("training comes in ranges of a power of two of steps, so that repetitions match", () => {
  assert.deepEqual([0, 1, 1000, 1001, 64_000].map((step) => widthOf(job("w", {}, { step }))), [1, 1, 1, 2, 64]);
  assert.equal(widthOf(job("f", {}, { step: 64_500, forked_from: { job_id: "w", step: 64_000 } })), 1, "a fork's own steps count");
  const columns = { step: [4, 6, 8, 12], epoch: [1, 1, 2, 2], loss: [1, 2, 5, 7], accuracy: [0, 0, 1, 1], train_seconds: [1, 2, 3, 4], rows: [4, 2, 2, 4] };
  const whole = merged(columns, 4);
  assert.deepEqual([whole.step, whole.loss, whole.accuracy, whole.rows, whole.epoch], [[4, 8, 12], [1, 3.5, 7], [0, 0.5, 1], [4, 4, 4], [1, 2, 2]]);
  assert.equal(merged(columns, 1), columns);
});

test("a curve is asked for once, then for what came since; ranges that a rewind cut are asked for whole", async () => {
  /** @type {string[]} */
  const asked = [];
  const rows = (/** @type {number[]} */ step, /** @type {number | null} */ rewound_to, /** @type {number} */ last_seq) => ({
    columns: { step, epoch: step, loss: step, accuracy: step, train_seconds: step, rows: step.map(() => 2) }, rewound_to, last_seq,
  });
  const answers = [rows([2, 4], null, 7), rows([6], null, 9), rows([4], 2, 12), rows([2, 4], null, 12), rows([4], null, 14)];
  const curves = new CompareCurves({ get: async (path) => answers[asked.push(path) - 1] });
  const at = (/** @type {Record<string, any>} */ more) => [job("j", {}, { status: "running", step: 1500, ...more })];
  const follow = async (/** @type {Record<string, any>} */ more) => {
    const came = new Promise((resolve) => curves.addEventListener("change", resolve, { once: true }));
    curves.follow(at(more), ["train"]);
    await came;
    return curves.columns("j", "train").step;
  };
  assert.deepEqual(await follow({}), [2, 4]);
  curves.follow(at({}), ["train"]);
  assert.equal(asked.length, 1, "nothing is new");
  assert.deepEqual(await follow({ step: 1600 }), [2, 4, 6]);
  assert.deepEqual(await follow({ attempt: 2 }), [2, 4]);
  const widened = follow({ step: 3000 });
  assert.deepEqual(curves.columns("j", "train").step, [2, 4], "what is drawn stays until the answer is there");
  assert.deepEqual(await widened, [4], "wider ranges are asked for whole");
  assert.deepEqual(asked.map((path) => path.split("&after=")[1] ?? "whole"), ["whole", "7", "9", "whole", "whole"]);
  assert.deepEqual([0, 4].map((i) => /average_over=(\d+)/.exec(asked[i])?.[1]), ["2", "4"]);
  const log = { entries: [{ status: "starting", at: "2026-01-01T00:00:01Z" }, { status: "running", at: "2026-01-01T00:00:02Z" }] };
  const { columns } = rows([4, 8], null, 15);
  answers.push(/** @type {any} */ (log), { columns: { ...columns, at: [1767225603, 1767225606] }, rewound_to: null, last_seq: 15 });
  const walled = new Promise((resolve) => curves.addEventListener("change", resolve, { once: true }));
  curves.follow(at({ step: 3000 }), ["train"], true);
  await walled;
  assert.deepEqual(curves.columns("j", "train").wall_seconds, [1, 4], "since it first ran");
  assert.match(asked.at(-1) ?? "", /&at=true$/, "all of it, as what was known is without");
  curves.keepOnly(new Set());
  assert.deepEqual(curves.columns("j", "train").step, []);
});

test("bands lie below lines, names are text, and what is not finite is marked at the top", () => {
  const units = unitsOf([job("p", { name: "<b>" }, { name: "<b>" })], FIELDS, false);
  const curve = { steps: [0, 1, 2], x: [0, 1, 2], y: [1, 2, NaN] };
  const band = { ...curve, y: [1, 2, 3], deviation: [0.5, 0.5, 0.5], of: 2, left: 0 };
  const paints = new Map([["p", { color: "#102030", dash: "dot" }]]);
  /** @type {any} */
  const scene = {
    lines: [{ unit: units[0], label: "<b>", split: "train", role: "curve", curve, band: null }, { unit: units[0], label: "<b>", split: "test", role: "mean", curve: band, band }],
    paints, metric: "loss", axis: "step", isLog: false, end: 2,
  };
  const picture = pictureOf(scene, wholeX(scene), null);
  const traces = tracesOf(scene, picture, /** @type {any} */ ({ card: "#fff", quiet: "#888", bad: "#f00" }), 100);
  assert.equal(traces[0].fill, "toself");
  assert.deepEqual(traces.slice(1, 3).map((trace) => [trace.name, trace.line.dash, trace.opacity]), [["&lt;b>", "dot", 0.6], ["&lt;b>", "dot", 1]]);
  assert.equal(traces[3].marker.symbol, "x");
  assert.match(traces[3].text[0], /train loss is not finite from step 2/);
});

test("a loss far above where all began leaves a linear axis, and is named", () => {
  const units = unitsOf([job("p", { learning_rate: 1 }), job("q", { learning_rate: 2 })], FIELDS, false);
  const line = (/** @type {number} */ i, /** @type {number[]} */ y) => ({ unit: units[i], label: units[i].label, split: "test", role: "curve", curve: { steps: [0, 1, 2], x: [0, 1, 2], y }, band: null });
  /** @type {any} */
  const scene = { lines: [line(0, [0.7, 0.5, 0.01]), line(1, [0.7, 48, 60])], paints: new Map(), metric: "loss", axis: "step", isLog: false, end: 2 };
  assert.match(offChartWords(scene), /^Above the loss chart: lr 2, more than 20 times/);
  assert.equal(pictureOf(scene, [0, 2], null).y[1], 0.8);
  const low = { ...scene, lines: [line(0, [0.01, 0.02]), line(1, [2.3, 2.2])] };
  assert.equal(offChartWords(low), "", "each is judged by where it began itself");
  assert.equal(offChartWords({ ...scene, lines: [scene.lines[0], line(1, [NaN, NaN])] }), "");
  assert.equal(offChartWords({ ...scene, isLog: true }), "");
  assert.equal(offChartWords({ ...scene, lines: [scene.lines[1]] }), "", "alone it has the whole chart");
  assert.equal(offChartWords({ ...scene, lines: [line(0, [0.7, 0.5, 0.001]), line(1, [0.7, 0.6, 0.5])] }), "", "a better one takes no other off");
});
