import assert from "node:assert/strict";
import { test } from "node:test";
import { SCHEMA } from "./fields.mjs";
import { readSchema } from "../../static/js/recipe/schema.js";
import { figure, graveFirst, nameOf, remedyWords, sinceWords, titleOf } from "../../static/js/diagnosis/words.js";

const titled = { hidden_sizes: "Hidden layer sizes", learning_rate: "Learning rate", dropout: "Dropout", early_stopping_patience: "Early stopping" };
const FIELDS = readSchema({
  properties: Object.fromEntries(Object.entries(titled).map(([name, title]) => [name, { ...SCHEMA.properties[name], title }])),
});

test("a remedy is an imperative that says up or down", () => {
  const config = { learning_rate: 0.1, hidden_sizes: [4], dropout: 0, early_stopping_patience: null };
  assert.equal(remedyWords({ learning_rate: 0.00001 }, config, FIELDS), "Lower the learning rate to 0.00001");
  assert.equal(remedyWords({ hidden_sizes: [16, 8], dropout: 0.5 }, config, FIELDS), "Set the hidden layer sizes to 16, 8 and raise the dropout to 0.5");
  assert.equal(remedyWords({ early_stopping_patience: 5 }, config, FIELDS), "Set the early stopping to 5");
});

test("figures are written by what they are", () => {
  assert.equal(figure("train_accuracy", 0.5), "50.0\u202f%");
  assert.equal(figure("dead_share_conv1", 1), "100.0\u202f%");
  assert.equal(figure("step_seconds", 0.0014), "1.4\u202fms");
  assert.equal(figure("best_epoch", 1200), "1,200");
  assert.equal(figure("learning_rate", 0.1), "0.1");
  assert.equal(figure("loss", "NaN"), "NaN");
  assert.equal(figure("loss", "Infinity"), "∞");
  assert.equal(figure("learning_rate", 0.00001), "0.00001");
  assert.equal(figure("fall_per_epoch", 0.0000123456), "0.0000123");
  assert.equal(figure("epoch_seconds", 952), "15\u202fmin 52\u202fs");
  assert.equal(nameOf("dead_share_conv1", FIELDS), "dead in conv1");
  assert.equal(nameOf("guessing_loss", FIELDS), "loss of guessing");
  assert.equal(nameOf("learning_rate", FIELDS), "learning rate");
});

test("since when, by epoch where its length is known, and a title for every kind", () => {
  assert.equal(sinceWords(120, 9), "since epoch 14, step 120");
  assert.equal(sinceWords(120, 0), "since step 120");
  assert.equal(titleOf("too_slow"), "It is too slow");
  assert.equal(titleOf("of_later"), "of later");
});

test("what is grave stands above the rest, which keeps its order", () => {
  const found = ["dead_units", "small_batch", "diverging"].map((kind) => ({ kind, sinceStep: 1, message: "", evidence: {}, remedy: null }));
  assert.deepEqual(graveFirst(found).map(({ kind }) => kind), ["diverging", "dead_units", "small_batch"]);
});
