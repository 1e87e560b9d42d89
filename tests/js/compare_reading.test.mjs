/** Compare's charts read: what lines say at a place, as rows of a file, and as names on a picture. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { fittingNames } from "../../static/js/charts/names.js";
import { nearest } from "../../static/js/charts/readout.js";
import { curveOf } from "../../static/js/compare/lines.js";
import { linesCsv } from "../../static/js/compare/lines_csv.js";
import { lineReadings } from "../../static/js/compare/reading.js";

const band = { steps: [10, 20], x: [1, 2], y: [0.5, 0.25], deviation: [0.1, 0.05], of: 2, left: 0, rows: [10, 10] };
const mean = { unit: { key: "a" }, jobs: ["a", "b"], label: "lr 1 · 2 seeds", split: "train", role: "mean", curve: band, band };
const single = { unit: { key: "a" }, jobs: ["b"], label: "lr 1 · seed 1", split: "train", role: "single", curve: { ...band, y: [0.6, NaN] }, band: null };
const tested = { ...mean, split: "test", curve: { ...band, rows: undefined }, band: { ...band, rows: undefined } };
const other = { unit: { key: "c" }, jobs: ["c"], label: "=lr 2", split: "train", role: "curve", curve: { steps: [5], x: [0.5], y: [0.9], rows: [5] }, band: null };
/** @type {any} */
const scene = { lines: [mean, single, tested, other], paints: new Map([["a", { color: "#102030", dash: "dot" }]]), metric: "loss", axis: "epoch", beta: 0.9 };
/** @type {any} */
const picture = { y: [0, 1], logarithmic: false };

test("at a place every line and band has its row, with what was known there", () => {
  const { columns, readings } = lineReadings(scene, picture, { x: 1.4, slack: 0.01, height: 0.55 });
  assert.deepEqual(columns, ["curve", "train, smoothed", "test"]);
  assert.deepEqual(readings.map(({ label, cells }) => [label, ...cells]), [
    ["lr 1 · 2 seeds", "0.500 ±\u00a00.100", "0.500 ±\u00a00.100"],
    ["lr 1 · seed 1", "0.600", "–"],
    ["=lr 2", "–", "–"],
  ]);
  assert.deepEqual(readings[0].paint, { color: "#102030", dash: "dot" });
  const late = lineReadings(scene, picture, { x: 1.9, slack: 0.01, height: null }).readings;
  assert.deepEqual(late[0].cells, ["0.250 ±\u00a00.050", "0.500 ±\u00a00.100"], "the nearest row of training, but the last evaluation up to there");
  assert.equal(late[1].cells[0], "NaN");
  assert.deepEqual(lineReadings(scene, picture, { x: 2.5, slack: 0.01, height: null }).readings[0].cells, ["–", "–"]);
  const share = lineReadings({ ...scene, metric: "accuracy" }, picture, { x: 1, slack: 0, height: null }).readings[0].cells[0];
  assert.equal(share, "50.0\u202f% ±\u00a010.0");
});

test("where not all rows find room the nearest to the pointer stay, in their order", () => {
  const { readings } = lineReadings(scene, picture, { x: 1, slack: 0.01, height: 0.61 });
  assert.deepEqual(nearest(readings, 1).map(({ label }) => label), ["lr 1 · seed 1"]);
  assert.deepEqual(nearest(readings, 2).map(({ label }) => label), ["lr 1 · 2 seeds", "lr 1 · seed 1"]);
  assert.equal(nearest(readings, 3), readings);
});

test("the lines in view as CSV: bands with mean and deviation, each row of which jobs and steps", () => {
  assert.deepEqual(linesCsv(scene, [0.9, 1.5]).split("\r\n"), [
    "jobs,name,seeds,split,step,epoch,loss,deviation,smoothing,rows",
    "a b,lr 1 · 2 seeds,2,train,10,1,0.5,0.1,0.9,10",
    "b,lr 1 · seed 1,1,train,10,1,0.6,,0.9,10",
    "a b,lr 1 · 2 seeds,2,test,10,1,0.5,0.1,,",
    "",
  ]);
  assert.match(linesCsv({ ...scene, axis: "step" }, [0, 1]), /^jobs,name,seeds,split,step,loss,deviation/);
  assert.match(linesCsv(scene, [0, 0.6]), /c,'=lr 2,1,train,5,0.5,0.9,,0.9,5/);
});

test("by the clock a job stands where its rows were made, a fork from when it began itself", () => {
  const columns = { step: [10, 20], epoch: [1, 2], loss: [1, 1], accuracy: [0, 0], rows: [1, 1], train_seconds: [1, 2], wall_seconds: [3, 9] };
  const of = (/** @type {any} */ job, /** @type {any} */ split) => curveOf(job, split, "loss", { axis: "wall", beta: 0 }, () => columns).x;
  assert.deepEqual(of({ id: "a" }, "train"), [3, 9]);
  assert.deepEqual(of({ id: "b", forked_from: { step: 5 } }, "test"), [3, 9]);
});

test("names on a picture take as many rows as they need, and those without room are counted", () => {
  const names = Array.from({ length: 50 }, (_, i) => ({ label: `learning rate ${i}`, color: "#000000", dash: "solid" }));
  const of = (/** @type {number} */ amount) => fittingNames({ names: names.slice(0, amount), key: [] }, 600, 300).height;
  assert.deepEqual([of(2), of(5)], [19, 38]);
  const { shown } = fittingNames({ names, key: [{ label: "test", color: "#000000", dash: "solid" }] }, 600, 100);
  assert.equal(shown.length, 16);
  assert.deepEqual(shown.slice(-2).map(({ label }) => label), ["and 36 more", "test"]);
});
