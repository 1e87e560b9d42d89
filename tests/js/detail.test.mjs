import assert from "node:assert/strict";
import test from "node:test";

import { Averages } from "../../static/js/charts/averages.js";
import { stepsSeen, stepsX } from "../../static/js/charts/axis.js";
import { curvesOf } from "../../static/js/charts/curves.js";
import { Finer } from "../../static/js/charts/finer.js";
import { resolutionWords } from "../../static/js/charts/resolution.js";
import { runsOf } from "../../static/js/charts/runs.js";
import { Detail, WHOLE } from "../../static/js/log/detail.js";
import { JobFold } from "../../static/js/log/fold.js";
import { rewind, seeded, trainRows } from "./log_entries.mjs";

const MILLION = { from: 1, to: 1_000_000 };

/** @param {number} from @param {number} to @param {number} [stride] */
function rows(from, to, stride = 1) {
  const step = Int32Array.from({ length: Math.floor((to - from) / stride) + 1 }, (_, i) => from + i * stride);
  return { step, loss: Float32Array.from(step, (one) => one % 7), accuracy: new Float32Array(step.length), train_seconds: Float64Array.from(step, (one) => one / 1000) };
}

/** @param {number} from @param {number} to @param {number} [width] */
const span = (from, to, width = WHOLE) => ({ key: `${width}:${from - 1}`, from, to, first: from, points: 0, isSeen: true });

test("the whole of a million steps needs nothing finer, a part of it does, and a small one every step", () => {
  const detail = new Detail();
  assert.deepEqual(detail.wishes(MILLION, MILLION), []);
  const [quarter] = detail.wishes({ from: 300_000, to: 500_000 }, MILLION);
  assert.deepEqual([quarter.from, quarter.to, quarter.points], [262_145, 524_288, 4096]);
  const wishes = detail.wishes({ from: 500_000, to: 501_000 }, MILLION);
  assert.equal(wishes.length, 1);
  assert.deepEqual([wishes[0].from, wishes[0].to], [491_521, 524_288]);
  assert.equal(wishes[0].from - wishes[0].first, 700, "smoothing is led in");
  assert.equal(wishes[0].points, wishes[0].to - wishes[0].first + 1, "every step");
});

test("pieces end where the sample does, begin where the job does, and what is seen comes first", () => {
  const detail = new Detail();
  const sampled = { from: 501, to: 240_000 };
  const [first] = detail.wishes({ from: 501, to: 600 }, sampled);
  assert.deepEqual([first.from, first.first], [501, 501]);
  const [last, before] = detail.wishes({ from: 230_000, to: 250_000 }, sampled);
  assert.deepEqual([last.from, last.to, last.isSeen], [229_377, 240_000, true]);
  assert.deepEqual([before.to, before.isSeen], [229_376, false]);
  assert.deepEqual(detail.wishes({ from: 240_001, to: 240_100 }, sampled), [], "those steps were streamed");
});

test("what was fetched is not wished for again, on its own level and on coarser ones", () => {
  const detail = new Detail();
  detail.add(span(491_521, 524_288), rows(491_521, 524_288), true);
  assert.deepEqual(detail.wishes({ from: 508_000, to: 509_000 }, MILLION), []);
  assert.deepEqual(detail.wishes({ from: 500_000, to: 515_000 }, MILLION), []);
});

test("the finest piece counts, and where there is none the sample does", () => {
  const detail = new Detail();
  detail.add(span(1, 100_000, 131_072), rows(1, 100_000, 50), false);
  detail.add(span(30_000, 40_000), rows(30_000, 40_000), true);
  const found = detail.over({ from: 20_000, to: 120_000 }).map(({ from, to, piece }) => [from, to, piece?.every]);
  assert.deepEqual(found, [[20_000, 29_999, false], [30_000, 40_000, true], [40_001, 100_000, false], [100_001, 120_000, undefined]]);
  assert.deepEqual(detail.over({ from: 20_000, to: 120_000 }, 50_000).map(({ piece }) => piece?.every), [false, undefined], "no patch in a wide view");
  assert.equal(detail.at(35_000)?.every, true);
  assert.equal(new Detail().at(5), null);
});

test("no more than a dozen pieces are kept, the ones used last", () => {
  const detail = new Detail();
  for (let i = 0; i < 12; i += 1) detail.add(span(i * WHOLE + 1, (i + 1) * WHOLE), rows(1, 2), true);
  detail.wishes({ from: 1000, to: 2000 }, MILLION);
  detail.add(span(20 * WHOLE + 1, 21 * WHOLE), rows(1, 2), true);
  assert.equal(detail.size, 12);
  assert.ok(detail.has("32768:0"), "it was looked at");
  assert.ok(!detail.has("32768:32768"));
});

test("a rewind voids the pieces behind it", () => {
  const fold = seeded(new JobFold());
  fold.detail.add(span(1, 400), rows(1, 400), true);
  fold.detail.add(span(401, 1000), rows(401, 1000), true);
  fold.apply([rewind(2, 500)]);
  assert.deepEqual([fold.detail.at(300)?.every, fold.detail.at(450)], [true, null]);
  assert.deepEqual(fold.sampledSpan, { from: 1, to: 500 });
});

test("runs follow each other: sample, every step of a piece, sample, and what was streamed", () => {
  const fold = seeded(new JobFold());
  fold.apply([trainRows(2, 1001, 3)]);
  fold.detail.add(span(390, 410), rows(380, 410), true);
  const runs = runsOf(fold).map((run) => [run.every, ...run.column("step").subarray(run.first, run.end)]);
  assert.deepEqual([runs[0], runs[1].slice(0, 3), runs[1].length, runs[2], runs[3]], [[false, 1, 2], [true, 390, 391], 22, [false, 999, 1000], [true, 1001, 1002, 1003]]);
  const part = runsOf(fold, { from: 405, to: 1001 }).map((run) => run.end - run.first);
  assert.deepEqual(part, [6, 2, 1]);
});

test("a piece is drawn as steps with their average, and joined to the sample around it", () => {
  const fold = seeded(new JobFold());
  fold.detail.add(span(390, 410), rows(380, 410), true);
  const averages = new Averages();
  const view = { axis: /** @type {const} */ ("step"), stepsPerEpoch: 10, from: 0, to: 1003, columns: 9000 };
  assert.equal(curvesOf(fold, "loss", [], { ...view, to: 100_000 }).find(({ role }) => role === "raw")?.x.length, 0);
  const curves = curvesOf(fold, "loss", averages.ofFold(fold, "loss"), view, (piece) => averages.ofPiece(piece, "loss"));
  const by = Object.fromEntries(curves.map((curve) => [curve.role, curve]));
  assert.deepEqual(by.sampled.x, [1, 2, 2, 410, 999, 1000]);
  assert.ok(Number.isNaN(by.sampled.y[2]), "a hole where every step is drawn");
  assert.deepEqual([by.raw.x[0], by.raw.x[1], by.raw.x.length], [2, 390, 22]);
  assert.deepEqual([by.smooth.x[0], by.smooth.x.length], [390, 21], "not from where it was led in");
});

test("the average of a piece is the one of all steps once it was led in", () => {
  const averages = new Averages();
  averages.beta = 0.99;
  const all = { from: 1, to: 5000, every: true, width: WHOLE, rows: rows(1, 5000) };
  const piece = { ...all, rows: rows(3301, 5000) };
  const [whole, part] = [averages.ofPiece(all, "loss"), averages.ofPiece(piece, "loss")];
  for (const step of [4001, 4500, 5000]) assert.ok(Math.abs(whole[step - 1] / part[step - 3301] - 1) < 0.001);
});

test("on time the steps in view are found among the rows there are, and places among a piece's", () => {
  const fold = seeded(new JobFold());
  assert.deepEqual(stepsSeen(fold, "step", 10, [2.5, 400.5]), { from: 3, to: 400 });
  assert.deepEqual(stepsSeen(fold, "epoch", 10, [1, 2]), { from: 10, to: 20 });
  assert.deepEqual(stepsSeen(fold, "time", 10, [1.5, 2.5]), { from: 2, to: 401 });
  assert.deepEqual(stepsX(fold, [400], "time", 10), [2]);
  fold.detail.add(span(390, 410), rows(390, 410), true);
  assert.deepEqual(stepsX(fold, [400], "time", 10), [0.4]);
});

/** A job of 300,000 steps opened by a sample. */
function longJob() {
  const fold = new JobFold();
  const none = { step: [], epoch: [], loss: [], accuracy: [] };
  const { step, loss, accuracy, train_seconds } = rows(1, 300_000, 100);
  const train = { step: [...step], epoch: [...step], loss: [...loss], accuracy: [...accuracy], learning_rate: [...loss], train_seconds: [...train_seconds] };
  fold.seed({ train, validation: none, test: none }, 1);
  return { id: "a", fold, stepsPerEpoch: 10 };
}

test("finer rows are asked for once the view rests, and only what is still wanted", async () => {
  const job = longJob();
  /** @type {string[]} */
  const asked = [];
  const finer = new Finer(async (id, query) => {
    asked.push(`${id} ${query}`);
    return { columns: { step: [...rows(1, 3).step], loss: [1, 2, 3] }, sampled: false };
  });
  finer.look([job], "step", [0, 300_000]);
  assert.equal(finer.resolution, "sampled");
  finer.look([job], "step", [100_000, 120_000]);
  finer.look([job], "step", [110_000, 111_000]);
  assert.equal(finer.resolution, "coming");
  await new Promise((resolve) => finer.addEventListener("rows", resolve, { once: true }));
  assert.deepEqual(asked, ["a split=train&from_step=97605&to_step=131072&max_points=33468&at=true&encoding=typed"]);
  finer.look([job], "step", [110_000, 111_000]);
  assert.equal(finer.resolution, "every");
});

test("when finer rows cannot be fetched that is said, and the sample stays", async () => {
  const job = longJob();
  const finer = new Finer(() => Promise.reject(new Error("away")));
  finer.look([job], "step", [110_000, 111_000]);
  await new Promise((resolve) => {
    finer.addEventListener("resolution", () => finer.resolution === "failed" && resolve(undefined));
  });
  assert.match(resolutionWords(finer.resolution), /tried again/);
  assert.equal(job.fold.detail.size, 0);
});
