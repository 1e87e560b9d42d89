/** Numbers and fields in words, as the server writes them: tests/test_writing.py reads the same table. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { number, percent, setting, took } from "../../static/js/format.js";
import { part, titles } from "../../static/js/recipe/naming.js";
import { readSchema } from "../../static/js/recipe/schema.js";

const TABLE = JSON.parse(readFileSync(new URL("../data/written.json", import.meta.url), "utf8"));
const plain = (text) => text.replaceAll("\u202f", " ");
const known = (value) => (typeof value === "string" ? Number(value) : value);

test("numbers are written as the table says", () => {
  for (const [kind, write] of Object.entries({ number, percent, setting, took })) {
    for (const [value, words] of TABLE[kind]) assert.equal(plain(write(known(value))), words, `${kind} of ${value}`);
  }
  assert.equal(number(null), "–");
});

/** What the config's schema says of the fields in the table; tests/test_writing.py asks the real one. */
const said = {
  learning_rate: { title: "Learning rate", short: "lr", type: "number" },
  batch_size: { title: "Batch size", short: "batch", anyOf: [{ type: "integer" }, { const: "full" }] },
  gradients: { title: "Gradients", enum: ["autograd", "by_hand"] },
  loss_reduction: { title: "Gradient of the batch", short: "gradient", enum: ["mean", "sum"] },
  loss: { title: "Loss", enum: ["cross_entropy", "mse"], speaks: true },
  optimizer: { title: "Optimizer", enum: ["sgd", "adam"], speaks: true },
  standardize: { title: "Standardization", short: "standardize", type: "boolean" },
  batch_norm: { title: "Batch normalization", short: "batch norm", type: "boolean" },
  hidden_sizes: { title: "Hidden layer sizes", short: "hidden", type: "array" },
  train_size: { title: "Training samples", short: "samples", empty: "all samples", type: "integer" },
  noise: { title: "Noise", empty: "own noise", type: "number" },
  early_stopping_patience: { title: "Early stopping", short: "patience", empty: "no early stopping", type: "integer" },
  weight_decay: { title: "Weight decay", type: "number" },
  dataset: { title: "Data set", enum: ["fashion_mnist"], speaks: true },
  architecture: { title: "Architecture", enum: ["lenet5"], speaks: true },
};
const FIELDS = readSchema({ properties: said });

test("fields are called as the table says", () => {
  for (const [name, value, words] of TABLE.part) {
    const field = FIELDS.find((one) => one.name === name);
    assert.equal(part(field, value), words, `${name} ${value}`);
  }
});

test("titles are the config's own", () => {
  assert.equal(titles(FIELDS, ["hidden_sizes"]), "Hidden layer sizes");
  assert.equal(titles(FIELDS, ["learning_rate", "weight_decay"]), "Learning rate and weight decay");
  assert.equal(titles(FIELDS, ["loss", "gradients", "noise"]), "Loss, gradients and noise");
});
