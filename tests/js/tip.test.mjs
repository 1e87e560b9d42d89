import assert from "node:assert/strict";
import test from "node:test";

import { CausalAverage } from "../../static/js/charts/smooth.js";
import { endOf, tipLines } from "../../static/js/charts/tip_lines.js";
import { JobFold } from "../../static/js/log/fold.js";
import { rewind, trainRows } from "./log_entries.mjs";

const FRAME = /** @type {any} */ ({ x: [0, 100], y: [0, 1], logarithmic: false, width: 200, height: 50 });
const shown = (/** @type {JobFold} */ fold) => /** @type {any} */ ({ id: "a", slot: 3, fold, stepsPerEpoch: 10 });
const smoothed = (/** @type {JobFold} */ fold) => new CausalAverage(0).over(fold.splits.train.column("loss"));
const lines = (/** @type {JobFold} */ fold, /** @type {any} */ end, frame = FRAME, axis = "step") =>
  tipLines("loss", shown(fold), end, frame, /** @type {any} */ ({ axis, smoothed: smoothed(fold) }));
const points = (/** @type {string} */ d) => d.split(/(?=[ML])/).map((part) => [part[0], ...part.slice(1).split(",").map(Number)]);

/** Two steps drawn, two more have come: their losses are 1/3 and 1/4. */
function grown() {
  const fold = new JobFold();
  fold.apply([trainRows(1, 1, 2)]);
  const end = endOf(shown(fold));
  fold.apply([trainRows(2, 3, 2)]);
  return { fold, end };
}

test("a tip begins at the last step drawn and stands where the chart would draw it", () => {
  const { fold, end } = grown();
  const found = lines(fold, end);
  assert.deepEqual(found.map(({ role, slot }) => [role, slot]), [["raw", 3], ["smooth", 3]]);
  for (const { d } of found) assert.deepEqual(points(d), [["M", 4, 25], ["L", 6, 33.3], ["L", 8, 37.5]]);
});

test("on an axis of epochs and of decades too", () => {
  const { fold, end } = grown();
  const [raw] = lines(fold, end, { ...FRAME, x: [0, 1], y: [-1, 0], logarithmic: true }, "epoch");
  const height = (/** @type {number} */ loss) => Number((-Math.log10(loss) * 50).toFixed(1));
  assert.deepEqual(points(raw.d), [["M", 40, height(1 / 2)], ["L", 60, height(1 / 3)], ["L", 80, height(1 / 4)]]);
});

test("nothing came, nothing is known of the job, or steps were voided: no tip", () => {
  const { fold, end } = grown();
  assert.deepEqual(lines(fold, endOf(shown(fold))), []);
  assert.deepEqual(lines(fold, undefined), []);
  fold.apply([rewind(3, 1), trainRows(4, 2, 5)]);
  assert.deepEqual(lines(fold, end), []);
});

test("a loss that is no number leaves a hole, and so does zero on decades", () => {
  const fold = new JobFold();
  const rows = trainRows(1, 1, 5);
  rows.columns.loss = /** @type {any} */ ([0.5, 0.5, "NaN", 0.25, 0.25]);
  fold.apply([/** @type {any} */ (rows)]);
  const d = lines(fold, { rows: 0, generation: fold.generation })[0].d;
  assert.deepEqual(points(d).map(([pen]) => pen), ["M", "L", "M", "L"]);
});

test("thousands of steps become no more points than there are pixels", () => {
  const fold = new JobFold();
  fold.apply([trainRows(1, 1, 1)]);
  const end = endOf(shown(fold));
  fold.apply([trainRows(2, 2, 5000)]);
  const [raw] = lines(fold, end, { ...FRAME, x: [0, 100_000] });
  assert.ok(points(raw.d).length <= 2 * 12, `${points(raw.d).length} points`);
});
