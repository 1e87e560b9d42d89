import assert from "node:assert/strict";
import test from "node:test";

import { writeAddress } from "../../static/js/recipe/address.js";
import { comparison, detailsOf } from "../../static/js/recipe/details.js";
import { layersWords } from "../../static/js/recipe/layers.js";
import { excerpt, unitsOf } from "../../static/js/recipe/mistake.js";
import { measuredWords } from "../../static/js/recipe/measure.js";
import { readAddress } from "../../static/js/recipe/address.js";
import { readSchema } from "../../static/js/recipe/schema.js";

const LAYER = {
  name: "conv1", kind: "convolution", input_shape: [3, 32, 32], output_shape: [32, 32, 32], weights: 2400, biases: 32,
  receptive_field: 5, macs: 2457600, share: 0.002, memory_estimate_bytes: 1000, size_formula: "⌊…⌋ + 1 = 32",
  parameters_formula: "3·5·5·32 + 32 = 2,432", fully_connected_weights: 100663296,
};

test("a layer's details say what it would be as a fully connected one, and nothing that is not there", () => {
  const details = new Map(detailsOf(LAYER));
  assert.equal(details.get("fully connected instead"), "100,663,296 weights, 41,943 times as many");
  assert.equal(details.get("input → output"), "32×32×3 → 32×32×32");
  assert.equal(details.get("sees"), "5×5 input pixels");
  const pool = { ...LAYER, kind: "pooling", weights: 0, biases: 0, macs: 0, parameters_formula: null, fully_connected_weights: null };
  assert.deepEqual([...new Map(detailsOf(pool)).keys()], ["kind", "input → output", "output side", "sees", "memory, about"]);
});

test("parameters are compared with samples in the direction that gives more than one", () => {
  assert.match(comparison(1191170, 45000), /1,191,170 parameters, 45,000 training samples: 26 parameters for each sample/);
  assert.match(comparison(22, 180), /8\.2 samples for each parameter/);
  assert.equal(comparison(22, null), "");
});

test("a mistake's line is cut out, also behind letters of two units", () => {
  const text = "conv 8, 😀\nrelo, pool 2\nfc 3";
  assert.deepEqual(excerpt(text, 10, 14), { before: "", marked: "relo", after: ", pool 2" });
  assert.equal(unitsOf(text, 10), 11);
  assert.deepEqual(excerpt("pol 2", 0, 3), { before: "", marked: "pol", after: " 2" });
});

test("a measured time says when it was reckoned from fewer samples, or measured beside other work", () => {
  const measured = { seconds_per_step: 0.25, seconds_per_epoch: 88, batch_size: 128, timed_batch_size: 128, device: "cpu", threads: 2, jobs_beside: 0 };
  assert.equal(measuredWords(measured).replaceAll("\u202f", " "), "250 ms a step, 88 s an epoch (cpu, 2 threads).");
  assert.match(measuredWords({ ...measured, timed_batch_size: 16 }), /Reckoned from steps of 16 samples/);
  assert.match(measuredWords({ ...measured, jobs_beside: 1 }), /Measured beside a job that trains, so it is too slow/);
  assert.match(measuredWords({ ...measured, jobs_beside: 3 }), /beside 3 jobs that train/);
});

test("a typed network has a short name", () => {
  assert.equal(layersWords("Conv 16 3x3, relu,\npool 2; fc 64"), "conv16 pool2 fc64");
  assert.equal(layersWords("relu"), "no layers");
  assert.ok(layersWords("conv 100 3x3, ".repeat(30)).length <= 40);
});

test("a text of several lines reads back from the address as it was", () => {
  const fields = readSchema({ properties: { layers: { default: "relu", type: "string", multiline: true } } });
  const state = { config: { layers: "conv 8, relu,\nfc 3, tanh" }, job: null, shown: [] };
  assert.equal(fields[0].lines, true);
  assert.deepEqual(readAddress(writeAddress(state, fields), fields), state);
});
