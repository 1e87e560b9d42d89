import assert from "node:assert/strict";
import test from "node:test";

import { contextOf } from "../../static/js/explain/context.js";
import { HEIGHT, scattered, WIDTH } from "../../static/js/explain/drawing.js";
import { PICTURES } from "../../static/js/explain/pictures.js";
import { ACTIVATIONS } from "../../static/js/explain/pictures/activation.js";
import { cropSide } from "../../static/js/explain/pictures/augment.js";
import { left } from "../../static/js/explain/pictures/decay.js";
import { path } from "../../static/js/explain/pictures/descent.js";
import { LOSSES } from "../../static/js/explain/pictures/loss.js";
import { BEST, validationLoss } from "../../static/js/explain/pictures/patience.js";
import { rateAt } from "../../static/js/explain/pictures/schedule.js";
import { TEXTS } from "../../static/js/explain/texts.js";

const CONFIG = {
  dataset: "circles", points: 200, noise: null, train_size: null, validation_fraction: 0.1, architecture: "mlp", hidden_sizes: [16],
  activation: "tanh", gradients: "autograd", standardize: false, augment: false, lr_schedule: "constant", lr_gamma: 0.95, dropout: 0,
  batch_norm: false, loss: "cross_entropy", loss_reduction: "mean", optimizer: "sgd", learning_rate: 0.1, momentum: 0, weight_decay: 0,
  batch_size: 128, epochs: 10, early_stopping_patience: null, seed: 0, precision: "float32",
};
const CONTEXT = {
  trainSize: 200, dataset: "circles", side: 32, raw: "data:,raw", seen: "data:,seen", seenSide: 28, inputs: 2, classes: 2,
  channels: [{ name: "red", mean: 0.49, deviation: 0.2 }],
};
const NOTHING = { trainSize: null, dataset: "", side: null, raw: null, seen: null, seenSide: null, inputs: null, classes: null, channels: [] };

/** @param {string} name @param {Record<string, any>} [changes] @param {any} [context] */
function draw(name, changes = {}, context = CONTEXT) {
  return PICTURES[name]({ ...CONFIG, ...changes }, context);
}

test("every picture belongs to an explained field and stays in its box, whatever is typed", () => {
  const typed = [{}, { learning_rate: 1e6, momentum: 0.99, weight_decay: 1e3, dropout: 0.95, epochs: 1_000_000, batch_size: 1, noise: 2, validation_fraction: 0.5 }];
  const unread = Object.fromEntries(Object.keys(CONFIG).map((name) => [name, "no such thing"]));
  for (const name of Object.keys(PICTURES)) {
    assert.ok(name in TEXTS, name);
    for (const changes of [...typed, unread, { standardize: true, augment: true, batch_norm: true, batch_size: "full", early_stopping_patience: 3 }]) {
      const drawing = draw(name, changes);
      assert.ok(drawing?.says && drawing.shapes.length, name);
      assert.doesNotMatch(drawing.says, /NaN|undefined|Infinity/, name);
      const numbers = drawing.shapes.flatMap((shape) => (shape.kind === "path" ? shape.points : [[shape.x, shape.y]]));
      for (const [x, y] of numbers) assert.ok(x >= 0 && x <= WIDTH && y >= 0 && y <= HEIGHT, `${name}: ${x}, ${y} with ${JSON.stringify(changes)}`);
    }
    draw(name, {}, NOTHING); // before the data set's facts are known
  }
});

test("explanations are short and of one kind", () => {
  for (const [name, { words }] of Object.entries(TEXTS)) assert.ok(words.length < 260 && words.endsWith("."), name);
});

test("the split says how many train, are held out and left aside", () => {
  assert.equal(draw("train_size", { train_size: 100 })?.says, "90 to train, 10 held out (10.0\u202f%), 100 left aside");
  assert.equal(draw("train_size", { dataset: "digits", validation_fraction: 0 }, { ...CONTEXT, trainSize: 1437 })?.says, "1,437 to train");
});

test("the schedule's rates are those of the training", () => {
  const rate = (/** @type {object} */ changes, /** @type {number} */ epoch) => rateAt({ ...CONFIG, ...changes }, epoch);
  assert.equal(rate({}, 9), 0.1);
  assert.ok(Math.abs(rate({ lr_schedule: "exponential" }, 2) - 0.1 * 0.95 ** 2) < 1e-12);
  assert.ok(Math.abs(rate({ lr_schedule: "cosine" }, 5) - 0.05) < 1e-12);
  assert.match(draw("lr_schedule", { lr_schedule: "exponential", epochs: 50 })?.says ?? "", /from 0.1 to 0.0081 over 50 epochs/);
});

test("steps on the parabola arrive, swing or leave it", () => {
  assert.match(draw("learning_rate", { learning_rate: 0.4 })?.says ?? "", /arrives$/);
  assert.match(draw("learning_rate", { learning_rate: 0.001 })?.says ?? "", /hardly moved$/);
  assert.match(draw("learning_rate", { learning_rate: 1.2 })?.says ?? "", /leaves the valley$/);
  assert.deepEqual(path(0.5, 0, 1).map(Math.abs), [0.9, 0]);
  const [, first, second] = path(0.1, 0.5, 2);
  assert.ok(Math.abs(second - (first - 0.1 * (0.5 * 2 * -0.9 + 2 * first))) < 1e-12);
  assert.ok(Math.abs(path(1, 0)[10]) - 0.9 < 1e-9, "at twice the inverse curvature it swings for ever");
});

test("dropout silences some hidden units and tells how much stronger the others get", () => {
  const drawing = draw("dropout", { dropout: 0.5 });
  const out = drawing?.shapes.filter((shape) => shape.kind === "dot" && shape.hollow).length ?? 0;
  assert.ok(out > 0 && out < 9);
  assert.match(drawing?.says ?? "", /2\.00 times as strong/);
  assert.equal(draw("dropout")?.shapes.filter((shape) => shape.kind === "dot" && shape.hollow).length, 0);
});

test("the network has the data set's own inputs and classes, more units than find room as dots", () => {
  const digits = { ...CONTEXT, inputs: 64, classes: 10 };
  const drawing = draw("hidden_sizes", { hidden_sizes: [32, 4] }, digits);
  assert.equal(drawing?.says, "units of each layer: 64 → 32 → 4 → 10");
  assert.deepEqual(drawing?.shapes.flatMap((shape) => (shape.kind === "text" ? [shape.text] : [])), ["64", "32", "4", "10"]);
  const numbers = (/** @type {any} */ one) => one?.shapes.flatMap((/** @type {any} */ shape) => (shape.kind === "text" ? [shape.text] : []));
  assert.deepEqual(numbers(draw("dropout", {}, digits)), ["64", "16", "10"]);
  assert.deepEqual(numbers(draw("dropout")), ["2", "16", "2"]);
  const dots = drawing?.shapes.filter((shape) => shape.kind === "dot") ?? [];
  assert.deepEqual([dots.filter((dot) => dot.r > 1).length, dots.filter((dot) => dot.r < 1).length], [8 + 8 + 4 + 8, 9]);
});

test("the crop is 7/8 of the side, drawn on the sample that is shown", () => {
  assert.deepEqual([32, 28, 8].map(cropSide), [28, 24, 7]);
  const shapes = draw("augment", { augment: true })?.shapes ?? [];
  assert.deepEqual(shapes.filter((shape) => shape.kind === "image").map((shape) => shape.href), ["data:,raw", "data:,seen"]);
  assert.equal(draw("augment", {}, { ...CONTEXT, side: null }), null, "points are not cropped");
});

test("standardization moves the channels' own bells to zero", () => {
  assert.equal(draw("standardize")?.says, "as stored: red 0.49 ± 0.20");
  assert.equal(draw("standardize", { standardize: true })?.says, "standardized, over the training set: red 0.00 ± 1.00");
});

test("batches cut an epoch as the training does, the last one smaller", () => {
  assert.match(draw("batch_size")?.says ?? "", /^2 updates an epoch of 180 samples$/);
  assert.match(draw("batch_size", { batch_size: "full" })?.says ?? "", /^1 update an epoch/);
  const [first, last] = draw("batch_size")?.shapes.filter((shape) => shape.kind === "box") ?? [];
  assert.ok(first.kind === "box" && last.kind === "box" && last.width < first.width);
});

test("losses, activations, decay and patience follow their formulas", () => {
  assert.ok(Math.abs(LOSSES.cross_entropy(0.5) - Math.LN2) < 1e-12);
  assert.equal(LOSSES.mse(0), 1);
  assert.equal(ACTIVATIONS.sigmoid(0), 0.5);
  assert.ok(Math.abs(left({ learning_rate: 0.1, weight_decay: 0.01 }, 1000) - 0.999 ** 1000) < 1e-12);
  assert.ok(validationLoss(BEST + 20) > validationLoss(BEST));
  assert.match(draw("early_stopping_patience", { early_stopping_patience: 3 })?.says ?? "", /^stops 3 epochs after/);
  assert.equal(draw("early_stopping_patience")?.says, "runs to its end");
});

test("the context comes from the facts and from the samples on the screen", () => {
  const facts = /** @type {any} */ ({ name: "cifar10", kind: "images", input_shape: [3, 32, 32], train_size: 50000, classes: ["cat", "dog", "ship"] });
  const seen = {
    samples: [{ raw: "data:,a", seen: "data:,b" }], raw_shape: [3, 32, 32], seen_shape: [3, 28, 28],
    statistics: { samples: 9, channels: ["red"], before: { mean: [0.5], deviation: [0.2] }, after: { mean: [0], deviation: [1] } },
  };
  assert.deepEqual(contextOf(facts, seen), { ...CONTEXT, dataset: "cifar10", trainSize: 50000, raw: "data:,a", seen: "data:,b", inputs: 3 * 28 * 28, classes: 3, channels: [{ name: "red", mean: 0.5, deviation: 0.2 }] });
  assert.deepEqual(contextOf(null, null), NOTHING);
  const random = scattered(1);
  assert.ok(Array.from({ length: 100 }, random).every((value) => value > 0 && value < 1));
});
