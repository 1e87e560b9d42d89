/** A study in words and plots. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { gains, overlay, perValue, timePerValue } from "../../static/js/studies/plots.js";
import { median, numberOf, parseValues, position, secondsWords, shareWords, spansDecades, tally, verdict } from "../../static/js/studies/words.js";

const color = (slot) => `color-${slot}`;

function measure(...values) {
  return { mean: values[0], median: values[0], deviation: values.length > 1 ? 0.01 : null, values };
}

function row(label, value, accuracy, loss, more = {}) {
  const last = { accuracy: measure(accuracy), loss: measure(loss) };
  return {
    label,
    rung: null,
    values: { learning_rate: value },
    jobs: [label],
    counted: 1,
    statuses: { completed: 1 },
    has_diverged: false,
    is_best: false,
    scores: { test: { last }, validation: null },
    times: { data: measure(1), compute: measure(2), evaluation: measure(3) },
    gain: null,
    ...more,
  };
}

function study(rows, more = {}) {
  const definition = { axes: { learning_rate: rows.map((one) => one.values.learning_rate) }, seeds: [0] };
  const table = { judged_by: "test", rows };
  return { kind: "sweep", definition, table, status: "completed", statuses: { completed: rows.length }, job_count: rows.length, ...more };
}

const RATES = study([
  row("lr 0.01", 0.01, 0.9, 0.2, { is_best: true }),
  row("lr 0.1", 0.1, 0.7, 0.6),
  row("lr 1", 1, 0.5, "Infinity", { has_diverged: true }),
]);

test("values are read by the field's kind, widths with plus signs", () => {
  const field = (kind, words = []) => ({ name: "f", kind, words, optional: false });
  assert.deepEqual(parseValues(field("number"), "0.1, 1;10  100"), [0.1, 1, 10, 100]);
  assert.deepEqual(parseValues(field("integer", ["full"]), "1, full"), [1, "full"]);
  assert.deepEqual(parseValues(field("integers"), "1, 64+32"), [[1], [64, 32]]);
  assert.deepEqual(parseValues(field("number"), "fast"), ["fast"], "the server says what is wrong with it");
  assert.deepEqual(parseValues(field("number"), " "), []);
});

test("non-finite numbers come back from their names", () => {
  assert.equal(numberOf("Infinity"), Infinity);
  assert.ok(Number.isNaN(numberOf("NaN")));
  assert.equal(median(null), null);
});

test("the verdict names the best and what diverged, and is provisional while jobs train", () => {
  assert.equal(verdict(RATES), "Best: lr 0.01, with 90.0\u202f% on the test set. Diverged: lr 1.");
  assert.match(verdict({ ...RATES, statuses: { completed: 2, running: 1 } }), /^Best so far: lr 0.01/);
  const equal = study([row("a", 1, 1, 0), row("b", 2, 1, 0)]);
  assert.match(verdict(equal), /No single best/);
  assert.equal(verdict(study([row("a", 1, 1, 0)])), "");
});

test("a tally counts what failed and what was stopped", () => {
  assert.equal(
    tally({ statuses: { completed: 2, failed: 1, stopped: 1, queued: 3 }, job_count: 7 }),
    "4 of 7 trainings ended · 1 failed · 1 stopped",
  );
});

test("values per axis: logarithmic over decades, best and diverged by symbol", () => {
  const figure = perValue(RATES, "accuracy", color, "bad");
  assert.equal(figure.x.type, "log");
  const [, medians] = figure.traces;
  assert.deepEqual(medians.x, [0.01, 0.1, 1]);
  assert.deepEqual(medians.y, [0.9, 0.7, 0.5]);
  assert.deepEqual(medians.marker.symbol, ["star", "circle", "x"]);
  assert.equal(medians.marker.color[2], "bad");
  const early = study(RATES.table.rows.map((one, i) => (i ? { ...one, scores: { test: null, validation: null } } : one)));
  assert.deepEqual(perValue(early, "accuracy", color, "bad").x, figure.x, "the axis stays while values arrive");
  const words = study([row("relu", "relu", 0.5, 1), row("tanh", "tanh", 0.6, 1)]);
  assert.equal(perValue(words, "loss", color, "bad").x.type, "category");
  assert.deepEqual(perValue(words, "loss", color, "bad").traces[1].x, ["relu", "tanh"]);
  assert.equal(position([10]), 10);
  assert.equal(position([64, 32]), null);
  assert.ok(!spansDecades([0, 1]), "zero has no place on a logarithmic axis");
});

test("times are stacked in order, gains signed", () => {
  const times = timePerValue(RATES, color);
  assert.ok(times.stacked);
  assert.deepEqual(times.traces.map((trace) => [trace.name, trace.y[0]]), [["data", 1], ["compute", 2], ["evaluation", 3]]);
  const ladder = study([
    row("Baseline", 0, 0.7, 1),
    row("Worse", 0, 0.6, 1, { gain: { on: "baseline", accuracy: -0.1 } }),
    row("Better", 0, 0.8, 1, { gain: { on: "baseline", accuracy: 0.054 } }),
  ]);
  const [bars] = gains(ladder, color, "bad").traces;
  assert.deepEqual(bars.text, ["−10.0", "+5.4"]);
  assert.deepEqual(bars.marker.color, ["bad", "color-2"]);
});

test("curves of a loss over decades are drawn on a logarithmic axis", () => {
  const lines = [{ label: "a", slot: 3, epoch: [0, 1], value: [1, 0.01] }];
  assert.equal(overlay(lines, "loss", "test", color).y.type, "log");
  assert.equal(overlay(lines, "accuracy", "test", color).y.type, "linear");
});

test("a curve has its job's colour, and is dotted where another one has the same", () => {
  const line = (/** @type {number} */ slot) => ({ label: "a", slot, epoch: [0], value: [1] });
  const drawn = overlay([line(3), line(1), line(3)], "loss", "test", color).traces.map((trace) => trace.line);
  assert.deepEqual(drawn.map((one) => [one.color, one.dash]), [["color-2", "solid"], ["color-0", "solid"], ["color-2", "dot"]]);
});

test("seconds keep what is needed to compare them", () => {
  assert.equal(secondsWords(0.00123), "0.0012 s");
  assert.equal(secondsWords(2.345), "2.35 s");
  assert.equal(secondsWords(123.4), "123 s");
  assert.equal(secondsWords(null), "–");
  assert.equal(shareWords(measure(0.781, 0.785)), "78.1\u202f% ± 1.0");
});
