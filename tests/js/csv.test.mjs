import assert from "node:assert/strict";
import test from "node:test";

import { csvOf, fileName } from "../../static/js/charts/csv.js";
import { csvField } from "../../static/js/csv_field.js";
import { JobFold } from "../../static/js/log/fold.js";
import { evaluation, seeded, trainRows } from "./log_entries.mjs";

/** @param {JobFold} fold @param {string} [label] @returns {any} */
const shown = (fold, label = "lr 0.1") => ({ id: "a", label, slot: 1, fold, stepsPerEpoch: 10 });

test("the rows in view are there, exact, with what they are rows of", () => {
  const fold = new JobFold();
  fold.apply([trainRows(1, 1, 20), evaluation(2, "test", 10, 1, "NaN"), evaluation(3, "test", 20, 2)]);
  const lines = csvOf([shown(fold, 'a "b", c')], "step", [8.5, 10.5]).split("\r\n");
  assert.deepEqual(lines, [
    "job,name,split,step,epoch,loss,accuracy,learning_rate,train_seconds,rows",
    `a,"a ""b"", c",train,9,1,${Math.fround(1 / 9)},${Math.fround(1 - 1 / 9)},0.1,0.09,every`,
    `a,"a ""b"", c",train,10,1,${Math.fround(0.1)},${Math.fround(0.9)},0.1,0.1,every`,
    'a,"a ""b"", c",test,10,1,NaN,0.75,,,every',
    "",
  ]);
  const epochs = csvOf([shown(fold)], "epoch", [0.85, 1]).split("\r\n").map((line) => line.split(",")[3]);
  assert.deepEqual(epochs, ["step", "9", "10", "10", undefined]);
});

test("what a table program would take for a formula stays text, and numbers stay numbers", () => {
  for (const start of ["=", "+", "-", "@", "\t"]) assert.equal(csvField(`${start}1+1`), `'${start}1+1`);
  for (const start of ["\r", "\n"]) assert.equal(csvField(`${start}=1`), `"'${start}=1"`);
  assert.equal(csvField('=HYPERLINK("//x","y")'), `"'=HYPERLINK(""//x"",""y"")"`);
  assert.equal(csvField(["=1", 2]), "'=1 2");
  assert.equal(csvField("x;=1+1"), "x;'=1+1");
  assert.equal(csvField("x\t -1"), "x\t '-1");
  for (const start of [" =", "\u00a0=", "＝", "＠"]) assert.equal(csvField(`${start}1`), `'${start}1`);
  assert.deepEqual([-0.5, 1e-7, NaN, -Infinity, null, true, [16, 8], "a=b"].map(csvField), ["-0.5", "1e-7", "NaN", "-Infinity", "", "true", "16 8", "a=b"]);
  const fold = new JobFold();
  fold.apply([trainRows(1, 1, 1)]);
  assert.ok(csvOf([shown(fold, "@SUM(A1)")], "step", [0, 9]).includes(",'@SUM(A1),train,"));
});

test("rows of a sample say so", () => {
  const fold = seeded(new JobFold());
  fold.apply([trainRows(2, 1001, 1)]);
  const rows = csvOf([shown(fold)], "step", [500, 1001]).trim().split("\r\n").slice(1).map((line) => line.split(","));
  assert.deepEqual(rows.map((row) => [row[3], row.at(-1)]), [["999", "sampled"], ["1000", "sampled"], ["1001", "every"]]);
});

test("a file is called by the selected job and what it shows", () => {
  const fold = new JobFold();
  assert.equal(fileName([shown(fold, "b"), shown(fold, "Circles · lr 0.1")], "loss"), "livetrain-circles-lr-0-1-and-1-more-loss");
  assert.equal(fileName([], "accuracy"), "livetrain-accuracy");
});
