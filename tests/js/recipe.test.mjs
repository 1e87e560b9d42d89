import assert from "node:assert/strict";
import test from "node:test";

import { holdsConfig, readAddress, writeAddress } from "../../static/js/recipe/address.js";
import { estimateSeconds } from "../../static/js/recipe/estimate.js";
import { reasonWords } from "../../static/js/recipe/reason.js";
import { statisticsRows } from "../../static/js/recipe/statistics.js";
import { applies, differences } from "../../static/js/recipe/schema.js";
import { sentence } from "../../static/js/recipe/sentence.js";
import { parseValue, pointHint, writeValue } from "../../static/js/recipe/values.js";
import { config, field, FIELDS } from "./fields.mjs";

test("the schema says kind, choices, what an empty box means and when a field applies", () => {
  assert.deepEqual(
    ["name", "dataset", "hidden_sizes", "standardize", "lr_gamma", "batch_size", "seed"].map((name) => field(name).kind),
    ["text", "choice", "integers", "boolean", "number", "integer", "integer"],
  );
  assert.deepEqual(field("gradients").choices, ["autograd"]);
  assert.deepEqual(field("batch_size").words, ["full"]);
  assert.equal(field("patience").optional, true);
  assert.deepEqual(["learning_rate", "momentum", "seed"].map((name) => field(name).changeable), ["running", "fork", null]);
  assert.equal(applies(field("lr_gamma"), config()), false);
  assert.equal(applies(field("lr_gamma"), config({ lr_schedule: "exponential" })), true);
});

test("the number of points and their noise count for data sets of points alone", () => {
  const noisy = config({ points: 400, noise: 0.3 });
  assert.equal(applies(field("noise"), noisy), true);
  assert.deepEqual(differences(noisy, FIELDS), { points: 400, noise: 0.3 });
  assert.equal(applies(field("noise"), { ...noisy, dataset: "digits" }), false);
  assert.deepEqual(differences({ ...noisy, dataset: "digits" }, FIELDS), { dataset: "digits" });
});

test("only what differs and has an effect is sent", () => {
  const changed = config({ optimizer: "adam", momentum: 0.9, hidden_sizes: [16], lr_gamma: 0.5 });
  assert.deepEqual(differences(changed, FIELDS), { hidden_sizes: [16], optimizer: "adam" });
});

test("a config read back from its address is the same", () => {
  const cases = [
    config(),
    config({ dataset: "digits", hidden_sizes: [16, 8], batch_size: "full", standardize: true, patience: 3 }),
    config({ hidden_sizes: [], learning_rate: 0.003, momentum: 0.9, name: "two words & more" }),
  ];
  for (const one of cases) {
    const state = { config: one, job: "a_b-1", shown: ["a_b-1", "c2"] };
    const query = writeAddress(state, FIELDS);
    assert.deepEqual(readAddress(query, FIELDS), state);
    assert.ok(holdsConfig(query, FIELDS));
  }
});

test("an address holds differences only, readable", () => {
  const query = writeAddress({ config: config({ hidden_sizes: [16, 8] }), job: null, shown: [] }, FIELDS);
  assert.equal(query, "hidden_sizes=16,8");
});

test("an address with only a job holds no config; strange ids are left out", () => {
  assert.equal(holdsConfig("?job=abc", FIELDS), false);
  assert.deepEqual(readAddress("?job=../x&shown=ok,<b>,ok", FIELDS).shown, ["ok"]);
  assert.equal(readAddress("?job=../x", FIELDS).job, null);
});

test("a link brings its jobs' colours along, where all of them have one", () => {
  const state = { config: config({ epochs: 3 }), job: "b", shown: ["a", "b"], colors: [3, 1] };
  const query = writeAddress(state, FIELDS);
  assert.match(query, /&shown=a,b&colors=3,1$/);
  assert.equal(readAddress(writeAddress({ ...state, inside: "filters" }, FIELDS), FIELDS).inside, "filters");
  assert.deepEqual(readAddress(query, FIELDS), { ...state, config: readAddress(query, FIELDS).config });
  assert.doesNotMatch(writeAddress({ ...state, colors: [3, null] }, FIELDS), /colors/);
  assert.deepEqual(readAddress("?shown=a,<b>,c&colors=9x,2,3", FIELDS).colors, [null, 3]);
});

test("text becomes the field's value, and what cannot be read stays text for the server to explain", () => {
  assert.deepEqual(parseValue(field("hidden_sizes"), "16, 8 4"), [16, 8, 4]);
  assert.deepEqual(parseValue(field("hidden_sizes"), ""), []);
  assert.deepEqual(parseValue(field("hidden_sizes"), "16, x"), [16, "x"]);
  assert.equal(parseValue(field("batch_size"), " full "), "full");
  assert.equal(parseValue(field("batch_size"), "1,000"), 1000);
  assert.equal(parseValue(field("learning_rate"), "1e-3"), 0.001);
  for (const text of ["0,5", "1,000", "1,5"]) assert.equal(parseValue(field("learning_rate"), text), text, "a comma is no point");
  for (const text of ["0,2", "1,5", "0,500"]) assert.equal(parseValue(field("batch_size"), text), text);
  assert.equal(parseValue(field("batch_size"), "1,000,000"), 1000000);
  assert.equal(pointHint(" 0,2"), "write 0.2 with a point");
  assert.equal(pointHint("0, 2"), "");
  assert.equal(parseValue(field("learning_rate"), "fast"), "fast");
  assert.equal(parseValue(field("learning_rate"), ""), "");
  assert.equal(parseValue(field("patience"), ""), null);
  assert.equal(writeValue(field("hidden_sizes"), [16, 8]), "16, 8");
});

test("time is estimated from the newest job of the same work only", () => {
  const measured = [
    { config: config({ dataset: "digits" }), images_per_second: 10, threads: 1 },
    { config: config({ seed: 9, learning_rate: 1 }), images_per_second: 1000, threads: 1 },
    { config: config(), images_per_second: 1, threads: 1 },
  ];
  assert.equal(estimateSeconds({ ...config(), epochs: 5 }, 200, measured), 1);
  assert.equal(estimateSeconds({ ...config({ hidden_sizes: [9] }), epochs: 5 }, 200, measured), null);
  assert.equal(estimateSeconds({ ...config(), epochs: "x" }, 200, measured), null);
});

test("the sentence names data, network and optimizer", () => {
  const words = sentence({ ...config({ hidden_sizes: [16], standardize: true }), dropout: 0.5, epochs: 3 }, "Circles", "MLP");
  assert.equal(words, "standardized Circles · mlp with 16 hidden units, dropout 0.5 · SGD 0.1, batches of 128, 3 epochs");
});

test("a data set says which augmentations keep its labels, and why", () => {
  const facts = /** @type {any} */ ({ title: "Digits", label_keeping_augmentations: ["crop"], augmentation_reason: "A mirrored one is none." });
  assert.equal(reasonWords(facts), "Digits: crop, no flip. A mirrored one is none.");
  assert.equal(reasonWords({ ...facts, label_keeping_augmentations: ["crop", "flip"] }), "Digits: crop and flip. A mirrored one is none.");
  assert.equal(reasonWords({ ...facts, label_keeping_augmentations: [], augmentation_reason: "Points." }), "Digits: nothing to augment. Points.");
});

test("channel statistics are told before and after, and a tiny mean is zero", () => {
  const statistics = { samples: 9, channels: ["red", "green"], before: { mean: [0.4914, 0.5], deviation: [0.247, 0.25] }, after: { mean: [-0.00004, -0.01], deviation: [1, 0.9996] } };
  assert.deepEqual(statisticsRows(statistics), [["red", "0.491 ± 0.247", "0.000 ± 1.000"], ["green", "0.500 ± 0.250", "−0.010 ± 1.000"]]);
});
