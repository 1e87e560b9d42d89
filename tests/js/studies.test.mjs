/** A study in words and plots. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Curves, continued } from "../../static/js/studies/curves.js";
import { gains, hasValues, heights, overlay, perValue, timePerValue } from "../../static/js/studies/plots.js";
import { readyWords } from "../../static/js/studies/ready.js";
import { readSeeds, readValues } from "../../static/js/studies/values.js";
import { emptyWords, failuresOf, leftWords, median, numberOf, position, secondsWords, shareWords, spanWords, spansDecades, statusWords, takesWords, tally, titled, verdict, waitingWords } from "../../static/js/studies/words.js";

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

function field(kind, words = []) {
  return { name: "f", title: "Some field", kind, words, optional: false, lines: false };
}

const RATES = study([
  row("lr 0.01", 0.01, 0.9, 0.2, { is_best: true }),
  row("lr 0.1", 0.1, 0.7, 0.6),
  row("lr 1", 1, 0.5, "Infinity", { has_diverged: true }),
]);

test("values are read by the field's kind, widths with plus signs", () => {
  const read = (kind, text, words = []) => readValues(field(kind, words), text);
  assert.deepEqual(read("number", "0.1, 1;10  100"), { values: [0.1, 1, 10, 100], problem: "" });
  assert.deepEqual(read("integer", "1, full", ["full"]), { values: [1, "full"], problem: "" });
  assert.deepEqual(read("integers", "1, 64+32"), { values: [[1], [64, 32]], problem: "" });
  const layers = { ...field("text"), lines: true };
  assert.deepEqual(readValues(layers, "conv 8 3x3, relu; conv 16 5x5").values, ["conv 8 3x3, relu", "conv 16 5x5"]);
});

test("what cannot be read is said with its field, its value and the form", () => {
  const problem = (kind, text, words = []) => readValues(field(kind, words), text).problem;
  assert.equal(problem("number", "0.1, fast, 1e"), "Some field: “fast”, “1e” cannot be read. Write numbers with commas between them, such as 0.1, 0.2.");
  assert.equal(problem("integer", "1.5", ["full"]), "Some field: “1.5” cannot be read. Write whole numbers, or full, with commas between them, such as 1, 2, 3.");
  assert.equal(problem("integers", "64+x"), "Some field: “64+x” cannot be read. Write whole numbers with commas between them; 64+32 is two layers, such as 1, 2, 3.");
  assert.match(problem("number", " "), /^Some field: no value is given\. Write numbers/);
});

test("a comma that may be meant as a point is refused with both ways to write it", () => {
  const problem = (kind, text) => readValues(field(kind), text).problem;
  assert.equal(problem("number", "0,2"), "Some field: “0,2” may be one number or two: write 0.2 with a point, or 0, 2 with a space after the comma.");
  assert.match(problem("number", "0.1; 0,2"), /“0,2” may be one number or two/);
  assert.match(problem("number", "0,01,0,05"), /“0,01,0,05” cannot be told apart: write numbers with a point/);
  assert.match(problem("integer", "1,000"), /“1,000” cannot be told apart: write numbers without a comma/);
  for (const [kind, text, values] of [["number", "0, 2", [0, 2]], ["number", "0.1,1", [0.1, 1]], ["number", "1,10,100", [1, 10, 100]], ["integer", "1,10", [1, 10]], ["integers", "4,8", [[4], [8]]]]) {
    assert.deepEqual(readValues(field(kind), text), { values, problem: "" }, text);
  }
});

test("repetitions are a whole number, and a comma is none", () => {
  assert.deepEqual(readSeeds(" 3 "), { seeds: 3, problem: "" });
  for (const text of ["0,2", "", "1.5", "many"]) assert.match(readSeeds(text).problem, /^write a whole number/, text);
});

test("how long a study takes is a figure, a span, or not known", () => {
  const words = (least, most) => spanWords({ least_seconds: least, most_seconds: most }).replaceAll("\u202f", " ");
  assert.equal(words(120, 120), "about 2 min");
  assert.equal(words(100, 140), "about 2 min");
  assert.equal(words(40, 240), "between 40 s and 4 min");
  assert.equal(words(40, 500), "at least 40 s");
  assert.equal(takesWords(null), "How long: not known until the first training has run.");
  assert.match(takesWords({ least_seconds: 60, most_seconds: 60 }), /^It takes about 60\u202fs, going by what trainings/);
  const left = { least_seconds: 60, most_seconds: 60 };
  assert.equal(leftWords({ status: "running", left }), "Time left: about 60\u202fs.");
  assert.equal(leftWords({ status: "queued", left }), "Once it starts it takes about 60\u202fs.");
  assert.match(leftWords({ status: "running", left: null }), /not known/);
  assert.equal(leftWords({ status: "completed", left: null }), "");
});

test("why jobs of a row failed is said once a reason, with the jobs", () => {
  const job = (id, status, reason = null, error = null) => ({ id, status, reason, error });
  const jobs = [job("a", "completed"), job("b", "failed", "out_of_memory", "No room."), job("c", "failed", "out_of_memory"), job("d", "interrupted", "worker_lost"), job("e", "failed", "error", "x".repeat(200)), job("f", "failed", "diverged")];
  const found = failuresOf({ jobs: ["a", "b", "c", "d", "e"] }, jobs);
  assert.deepEqual(found[0], { words: "failed: out of memory", full: "No room.", jobs: [{ id: "b", number: 2 }, { id: "c", number: 3 }] });
  assert.equal(found[1].words, "interrupted: its process ended unexpectedly");
  assert.ok(found[2].words.startsWith("failed: xxx") && found[2].words.length < 100 && found[2].full.length === 200);
  assert.equal(found.length, 3);
});

test("data sets that vary are called by their titles", () => {
  const over = (axes, label, values) => ({ ...study([{ ...row(label, 0.1, 0.9, 0.1), values }]), definition: { axes, seeds: [0] } });
  const titles = { fashion_mnist: "Fashion-MNIST" };
  const label = (one) => titled(one, titles).table.rows[0].label;
  assert.equal(label(over({ learning_rate: [0.1], dataset: [] }, "lr 0.1 · fashion_mnist", { dataset: "fashion_mnist" })), "lr 0.1 · Fashion-MNIST");
  assert.equal(label(over({ dataset: [] }, "mine", { dataset: "mine" })), "mine");
  assert.equal(label(over({ learning_rate: [] }, "lr 0.1", {})), "lr 0.1");
});

test("a ready-made study says its length and what it fetches, or why it cannot start", () => {
  const ready = { id: "x", title: "", question: "", definition: {}, problem: null, job_count: 4, estimate: null, missing: [] };
  assert.equal(readyWords(ready), "4 trainings; how long is known once one has run.");
  assert.equal(readyWords({ ...ready, estimate: { least_seconds: 120, most_seconds: 120 } }), "4 trainings, about 2\u202fmin.");
  const missing = [{ title: "MNIST", available: false, download_bytes: 11e6, location: null, problem: null }];
  assert.match(readyWords({ ...ready, missing }), /MNIST is not on this machine yet: Start downloads 11/);
  assert.equal(readyWords({ ...ready, problem: "broken" }), "");
});

test("non-finite numbers come back from their names", () => {
  assert.equal(numberOf("Infinity"), Infinity);
  assert.ok(Number.isNaN(numberOf("NaN")));
  assert.equal(median(null), null);
});

test("the verdict names the best and what diverged, and is provisional while jobs train", () => {
  assert.equal(verdict(RATES), "Best: lr 0.01, with 90.0\u202f% on the test set. Diverged: lr 1.");
  assert.match(verdict({ ...RATES, status: "running" }), /^Best so far: lr 0.01/);
  assert.match(verdict({ ...RATES, status: "stopped" }), /^Best so far: lr 0.01/, "stopped is not complete");
  const scattered = study([row("a", 1, 0.82, 0, { is_best: true }), row("b", 2, 0.815, 0), row("c", 3, 0.5, 0)]);
  scattered.table.rows[0].scores.test.last.accuracy.values = [0.61, 0.82, 1];
  assert.match(verdict(scattered), /so not told apart: b\.$/);
  const equal = study([row("a", 1, 1, 0), row("b", 2, 1, 0)]);
  assert.match(verdict(equal), /No single best/);
  assert.equal(verdict(study([row("a", 1, 1, 0)])), "");
});

test("a tally counts what failed and what was stopped", () => {
  assert.equal(
    tally({ statuses: { completed: 2, failed: 1, stopped: 1, queued: 3 }, job_count: 7, deleted: 2 }),
    "2 of 7 trainings complete · 1 failed · 1 stopped · 3 waiting · 2 deleted",
  );
  assert.deepEqual(["queued", "running", "stopped", "completed", "empty"].map(statusWords), ["queued", "running", "stopped", "completed", "no trainings"]);
});

test("a study says what it waits for, and what was deleted of it", () => {
  assert.equal(waitingWords({ ahead: 3, status: "queued", deleted: 0 }), "Its next training waits behind 3 others.");
  assert.equal(waitingWords({ ahead: 1, status: "running", deleted: 0 }), "Its next training waits behind 1 other.");
  assert.match(waitingWords({ ahead: 0, status: "queued", deleted: 0 }), /as soon as a worker is free/);
  assert.equal(waitingWords({ ahead: 0, status: "running", deleted: 0 }), "");
  assert.match(waitingWords({ ahead: null, status: "completed", deleted: 1 }), /^1 training of it was deleted; Extend/);
});

test("a chart without a value gives its place to a sentence", () => {
  const bare = study(RATES.table.rows.map((one) => ({ ...one, scores: { test: null, validation: null }, times: {}, gain: null })), { status: "queued" });
  const figures = [perValue(bare, "loss", color, "bad", "Learning rate"), timePerValue(bare, color), gains(bare, color, "bad"), heights(bare, color), overlay([], "loss", "test", color)];
  assert.deepEqual(figures.map(hasValues), [false, false, false, false, false]);
  assert.ok(hasValues(perValue(RATES, "loss", color, "bad", "Learning rate")));
  assert.match(emptyWords(bare, "value"), /once a training is complete/);
  assert.match(emptyWords({ ...bare, status: "stopped" }, "value"), /^No training/);
});

test("axes are sensible with a single value", () => {
  const one = perValue(study([row("lr 0.1", 0.1, 0.9, 0.2)]), "loss", color, "bad", "Learning rate");
  assert.equal(one.x.title, "Learning rate");
  assert.ok(one.x.range[0] > 0 && one.x.range[1] < 0.2);
  assert.ok(one.y.neverNegative);
  assert.deepEqual(overlay([{ label: "a", epoch: [0], value: [0.7] }], "loss", "test", color).x, { title: "epoch", range: [0, 1], step: 1 });
});

test("a curve is fetched once, then only what came since, and only when there is news", async () => {
  const asked = [];
  const answers = [
    { columns: { step: [9, 18], epoch: [1, 2], loss: [0.5, "Infinity"], accuracy: [0.5, 0.6] }, last_seq: 7, rewound_to: null },
    { columns: { step: [27], epoch: [3], loss: [0.3], accuracy: [0.7] }, last_seq: 9, rewound_to: null },
    { columns: { step: [18], epoch: [2], loss: [0.4], accuracy: [0.8] }, last_seq: 12, rewound_to: 9 },
  ];
  const curves = new Curves({
    get: async (path) => {
      asked.push(path);
      return answers[asked.length - 1];
    },
  });
  const job = (more) => ({ id: "one", status: "running", attempt: 1, epoch: 1, latest: { test: { loss: 0.5, accuracy: 0.5 } }, ...more });
  const with_ = (more) => ({ ...study([{ ...RATES.table.rows[0], jobs: ["one"] }]), jobs: [job(more)] });
  const both = await Promise.all([curves.of(with_()), curves.of(with_())]);
  assert.deepEqual(both[0].lines[0].columns.loss, [0.5, Infinity]);
  assert.equal(asked.length, 1, "two that ask at once ask once");
  await curves.of(with_());
  assert.equal(asked.length, 1, "nothing is new");
  const grown = await curves.of(with_({ epoch: 3, latest: { test: { loss: 0.3, accuracy: 0.7 } } }));
  assert.deepEqual(grown.lines[0].columns.step, [9, 18, 27]);
  const rewound = await curves.of(with_({ attempt: 2 }));
  assert.deepEqual(rewound.lines[0].columns.step, [9, 18]);
  assert.deepEqual(rewound.lines[0].columns.accuracy, [0.5, 0.8]);
  assert.deepEqual(asked.map((path) => path.split("&after=")[1] ?? "whole"), ["whole", "7", "9"]);
});

test("rows that a rewind made void are dropped before the new ones come", () => {
  const kept = { step: [0, 9], epoch: [0, 1], loss: [1, 2], accuracy: [0, 0] };
  const none = { columns: { step: [], epoch: [], loss: [], accuracy: [] }, last_seq: 3 };
  assert.deepEqual(continued(kept, { ...none, rewound_to: null }), kept);
  assert.deepEqual(continued(kept, { ...none, rewound_to: -1 }).step, []);
});

test("values per axis: logarithmic over decades, best and diverged by symbol", () => {
  const figure = perValue(RATES, "accuracy", color, "bad", "Learning rate");
  assert.equal(figure.x.type, "log");
  const [, medians] = figure.traces;
  assert.deepEqual(medians.x, [0.01, 0.1, 1]);
  assert.deepEqual(medians.y, [0.9, 0.7, 0.5]);
  assert.deepEqual(medians.marker.symbol, ["star", "circle", "x"]);
  assert.equal(medians.marker.color[2], "bad");
  const early = study(RATES.table.rows.map((one, i) => (i ? { ...one, scores: { test: null, validation: null } } : one)));
  assert.deepEqual(perValue(early, "accuracy", color, "bad", "Learning rate").x, figure.x, "the axis stays while values arrive");
  const words = study([row("relu", "relu", 0.5, 1), row("tanh", "tanh", 0.6, 1)]);
  assert.equal(perValue(words, "loss", color, "bad", "Activation").x.type, "category");
  assert.deepEqual(perValue(words, "loss", color, "bad", "Activation").traces[1].x, ["relu", "tanh"]);
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
