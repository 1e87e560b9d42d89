import assert from "node:assert/strict";
import { test } from "node:test";
import { figure, nameOf, remedyWords, sinceWords, titleOf } from "../../static/js/diagnosis/words.js";

test("a remedy is an imperative that says up or down", () => {
  const config = { learning_rate: 0.1, hidden_sizes: [4], dropout: 0, early_stopping_patience: null };
  assert.equal(remedyWords({ learning_rate: 0.01 }, config), "Lower the rate to 0.01");
  assert.equal(remedyWords({ hidden_sizes: [16, 8], dropout: 0.5 }, config), "Set the hidden sizes to 16, 8 and raise the dropout to 0.5");
  assert.equal(remedyWords({ early_stopping_patience: 5 }, config), "Set the early stopping patience to 5");
});

test("figures are written by what they are", () => {
  assert.equal(figure("train_accuracy", 0.5), "50.0\u202f%");
  assert.equal(figure("dead_share_conv1", 1), "100.0\u202f%");
  assert.equal(figure("step_seconds", 0.0014), "1.4\u202fms");
  assert.equal(figure("best_epoch", 1200), "1,200");
  assert.equal(figure("learning_rate", 0.1), "0.1");
  assert.equal(figure("loss", "NaN"), "NaN");
  assert.equal(figure("loss", "Infinity"), "∞");
  assert.equal(nameOf("dead_share_conv1"), "dead in conv1");
  assert.equal(nameOf("guessing_loss"), "loss of guessing");
});

test("since when, by epoch where its length is known, and a title for every kind", () => {
  assert.equal(sinceWords(120, 9), "since epoch 14, step 120");
  assert.equal(sinceWords(120, 0), "since step 120");
  assert.equal(titleOf("too_slow"), "It is too slow");
  assert.equal(titleOf("of_later"), "of later");
});
