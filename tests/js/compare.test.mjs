/** Comparing jobs: what differs, repetitions as bands, colours with an order, the address. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { bandOf, deviation, outlines } from "../../static/js/compare/band.js";
import { effectiveOf } from "../../static/js/compare/effective.js";
import { MOST_FACETS, canFacet, facetsOf } from "../../static/js/compare/facets.js";
import { compared, differing, shared, valuesOf } from "../../static/js/compare/fields.js";
import { alignmentWords, linesOf, secondsAt, smoothed } from "../../static/js/compare/lines.js";
import { DASHES, canDash, painted } from "../../static/js/compare/paint.js";
import { between, lightness, ramp, translucent } from "../../static/js/compare/ramp.js";
import { BETA, MOST_JOBS, readState, writeState } from "../../static/js/compare/state.js";
import { partOf, wholeX } from "../../static/js/compare/traces.js";
import { hasSeeds, oneASeed, repetitions, unitsOf, unitWords } from "../../static/js/compare/units.js";
import { differWords, missingWords, roomWords, titleWords } from "../../static/js/compare/words.js";
import { config, field, FIELDS } from "./fields.mjs";

const INKS = { jobs: ["#000001", "#000002", "#000003"], ramp: ["#c97b00", "#b3307a", "#2a1166"], quiet: "#888888" };

/** @param {string} id @param {Record<string, any>} [changes] @param {Record<string, any>} [more] @returns {any} */
function job(id, changes = {}, more = {}) {
  const of = config(changes);
  return {
    id, name: `job ${id}`, status: "completed", config: of, original_config: of, created_at: `2026-01-01T00:00:0${id.length}`, step: 100,
    total_steps: 100, started_at: null, forked_from: null, best: null, latest: null, study_id: null, ...more,
  };
}

const SWEEP = [0.1, 0.01, 1].flatMap((rate) => [0, 1, 2].map((seed) => job(`r${rate}s${seed}`, { learning_rate: rate, seed })));

test("only fields that differ among jobs that use them are told", () => {
  const names = (jobs) => differing(jobs, FIELDS).map(({ name }) => name);
  assert.deepEqual(names(SWEEP), ["learning_rate", "seed"]);
  assert.deepEqual(names([job("a"), job("b", { architecture: "alexnet", hidden_sizes: [9] })]), ["architecture"], "widths are the mlp's alone");
  assert.deepEqual(names([job("a")]), []);
  assert.deepEqual(names([job("a", { name: "one" }), job("b", { name: "two" })]), []);
});

test("what all share is said once, without defaults that mean nothing", () => {
  assert.deepEqual(shared([job("a", { momentum: 0.9 }), job("b", { momentum: 0.9, learning_rate: 1 })], FIELDS), ["data set: circles", "mlp 4", "momentum 0.9"]);
});

test("values have an order: numbers by size, words after them, off before on", () => {
  const sizes = ["full", 100, 20, 3].map((batch_size) => job(String(batch_size), { batch_size }));
  assert.deepEqual(valuesOf(field("batch_size"), sizes), [3, 20, 100, "full"]);
  const widths = [[16], [64, 32], [4]].map((hidden_sizes) => job(String(hidden_sizes), { hidden_sizes }));
  assert.deepEqual(valuesOf(field("hidden_sizes"), widths), [[4], [16], [64, 32]]);
  assert.ok(compared(field("standardize"), false, true) < 0);
  assert.ok(compared(field("dataset"), "circles", "digits") < 0, "in the order of the choices");
});

test("jobs that differ in nothing but the seed are one group", () => {
  const groups = repetitions(SWEEP, FIELDS).map((group) => group.map(({ id }) => id));
  assert.deepEqual(groups[0], ["r0.1s0", "r0.1s1", "r0.1s2"]);
  assert.equal(groups.length, 3);
  const named = [job("a", { name: "first", seed: 1 }), job("b", { name: "second", seed: 2 })];
  assert.equal(repetitions(named, FIELDS).length, 1, "a name makes no other training");
  const unused = [job("a", { seed: 1, momentum: 0.5, optimizer: "adam" }), job("b", { seed: 2, optimizer: "adam" })];
  assert.equal(repetitions(unused, FIELDS).length, 1, "nor does a field without effect");
});

test("what was changed while it ran, forked, or learned from other data repeats nothing", () => {
  const plain = job("a", { seed: 1 });
  const adjusted = { ...job("b", { seed: 2 }), original_config: config({ seed: 2, learning_rate: 0.5 }) };
  const forked = job("c", { seed: 3 }, { forked_from: { job_id: "a", step: 10 } });
  const other = job("d", { seed: 4 }, { data_fingerprint: "else" });
  assert.equal(repetitions([plain, adjusted, forked, other], FIELDS).length, 4);
  assert.ok(!hasSeeds([plain, adjusted], FIELDS));
  assert.ok(hasSeeds([plain, job("e", { seed: 9 })], FIELDS));
  assert.ok(!hasSeeds([plain, job("twin", { seed: 1 })], FIELDS), "the same seed twice is one repetition");
});

test("of a seed trained twice the longer one counts", () => {
  const found = oneASeed([job("short", { seed: 1 }, { step: 5 }), job("long", { seed: 1 }, { step: 50 }), job("other", { seed: 2 })]);
  assert.deepEqual(found.map(({ id }) => id), ["long", "other"]);
});

test("units are called by what differs, equal ones apart", () => {
  assert.deepEqual(unitsOf(SWEEP, FIELDS, true).map(unitWords), ["lr 0.1 · 3 seeds", "lr 0.01 · 3 seeds", "lr 1 · 3 seeds"]);
  assert.equal(unitsOf(SWEEP, FIELDS, false)[1].label, "lr 0.1 · seed 1");
  assert.deepEqual(unitsOf([job("bb"), job("a")], FIELDS, false).map(({ label }) => label), ["job bb", "job a"], "names tell what configs cannot");
  const seeds = [1, 2].map((seed) => job(`s${seed}`, { seed, learning_rate: 1 }, { name: `circles · lr 1 · seed ${seed}` }));
  assert.deepEqual(unitsOf(seeds, FIELDS, true).map(unitWords), ["lr 1 · 2 seeds"], "not called by the seed of one of them");
  const twins = unitsOf([job("bb", {}, { name: "same" }), job("a", {}, { name: "same" })], FIELDS, false);
  assert.deepEqual(twins.map(({ label }) => label), ["same · no. 2", "same · no. 1"], "the oldest is number 1");
  const given = unitsOf([job("a", { name: "Mine", learning_rate: 1 }), job("b", { name: "Yours" })], FIELDS, false);
  assert.deepEqual(given.map(({ label }) => label), ["lr 1", "lr 0.1"], "the legend says what differs");
});

test("a band is made only where every repetition has the step", () => {
  const curve = (/** @type {number[]} */ steps, /** @type {number[]} */ y) => ({ steps, x: steps.map((step) => step / 10), y });
  const band = bandOf([curve([0, 10, 20, 30], [1, 2, 3, 4]), curve([0, 10, 30], [3, 2, 8]), curve([0, 10, 25, 30, 40], [5, 2, 0, 6, 9])]);
  assert.deepEqual(band.steps, [0, 10, 30]);
  assert.deepEqual(band.x, [0, 1, 3]);
  assert.deepEqual(band.y, [3, 2, 6]);
  assert.deepEqual(band.deviation, [2, 0, 2], "of a sample: n − 1");
  assert.deepEqual([band.of, band.left], [3, 3]);
  assert.deepEqual(bandOf([curve([1], [1]), curve([2], [1])]).steps, []);
  assert.equal(deviation([5]), 0);
  const lost = bandOf([curve([0, 1, 2, 3, 4], [1, 1, Infinity, 1, 1]), curve([0, 1, 2, 3, 4], [3, 3, 3, 3, 3])]);
  assert.equal(outlines(lost).length, 2, "a value that is not finite leaves a hole");
  assert.deepEqual(outlines(band)[0], { x: [0, 1, 3, 3, 1, 0], y: [5, 2, 8, 4, 2, 1] });
  assert.deepEqual(outlines({ ...band, y: [1, 2, 6] }, 0.5)[0].y.slice(3), [4, 2, 0.5], "a logarithmic axis has no place below");
});

test("a row that stands for several steps is smoothed as they would be", () => {
  const steps = smoothed([1, 3, 3, 3], [1, 1, 1, 1], 0.9);
  const ranges = smoothed([1, 3], [1, 3], 0.9);
  assert.ok(Math.abs(steps[3] - ranges[1]) < 1e-12);
  assert.deepEqual(smoothed([2, NaN, 2], [1, 1, 1], 0.9).map(Number.isFinite), [true, false, true]);
  assert.deepEqual(smoothed([1, 5], [1, 1], 0), [1, 5]);
});

test("seconds lie between the rows in proportion, and a fork goes on from its parent's", () => {
  const train = { step: [10, 20], train_seconds: [1, 3] };
  assert.deepEqual(secondsAt([0, 5, 10, 15, 20, 25], train, job("a")), [0, 0.5, 1, 2, 3, 3]);
  assert.deepEqual(secondsAt([8, 20], train, job("b", {}, { forked_from: { job_id: "a", step: 8 } })), [1, 3]);
  assert.ok(Number.isNaN(secondsAt([1], { step: [], train_seconds: [] }, job("c"))[0]));
});

test("a group is one line with its band, single curves on request, and says where it ends", () => {
  const rows = (/** @type {number} */ amount) => ({ step: Array.from({ length: amount }, (_, i) => i), loss: new Array(amount).fill(1), accuracy: new Array(amount).fill(0.5) });
  const [unit] = unitsOf(SWEEP.slice(0, 3), FIELDS, true);
  const known = /** @type {Record<string, any>} */ ({ "r0.1s0": rows(5), "r0.1s1": rows(3), "r0.1s2": rows(0) });
  const view = { axis: /** @type {const} */ ("step"), beta: 0, splits: /** @type {any} */ (["test"]), isSingle: false };
  const lines = linesOf([unit], "loss", view, (id) => known[id]);
  assert.deepEqual(lines.map(({ role, label }) => [role, label]), [["mean", "job r0.1s0 · 2 of 3 seeds"]]);
  assert.deepEqual(lines[0].curve.steps, [0, 1, 2]);
  assert.match(alignmentWords(lines, "step"), /only over steps that every repetition has \(job r0.1s0: up to step 2\)/);
  const all = linesOf([unit], "loss", { ...view, isSingle: true }, (id) => known[id]);
  assert.deepEqual(all.map(({ role }) => role), ["single", "single", "mean"]);
  assert.equal(alignmentWords(linesOf([unit], "loss", view, () => rows(4)), "step"), "");
});

test("repetitions that came further are met where their ranges end", () => {
  const columns = (/** @type {number} */ width, /** @type {number} */ amount) => {
    const step = Array.from({ length: amount }, (_, i) => (i + 1) * width);
    return { step, loss: step, accuracy: step, train_seconds: step, rows: step.map(() => width) };
  };
  const jobs = [job("far", { seed: 0 }, { step: 1500 }), job("near", { seed: 1 }, { step: 8 })];
  const known = /** @type {Record<string, any>} */ ({ far: columns(2, 750), near: columns(1, 8) });
  const [line] = linesOf(unitsOf(jobs, FIELDS, true), "loss", { axis: "step", beta: 0, splits: ["train"], isSingle: false }, (id) => known[id]);
  assert.deepEqual(line.curve.steps, [2, 4, 6, 8]);
  assert.deepEqual(line.curve.y, [(2 + 1.5) / 2, (4 + 3.5) / 2, (6 + 5.5) / 2, (8 + 7.5) / 2]);
});

test("a ramp runs from one end to the other, its lightness one way", () => {
  for (const stops of [["#c97b00", "#b3307a", "#2a1166"], ["#ffe08a", "#f0709a", "#8a63d2"]]) {
    const colors = ramp(stops, 9);
    assert.deepEqual([colors[0], colors[4], colors[8]], stops);
    const light = colors.map(lightness);
    assert.ok(light.every((value, i) => i === 0 || value < light[i - 1]), light.join(" "));
    assert.equal(new Set(colors).size, 9);
  }
  assert.deepEqual(ramp(["#000000", "#ffffff"], 1), ["#ffffff"]);
  assert.equal(between(["#000000", "#ffffff"], 2), "#ffffff");
  assert.equal(lightness("#ffffff").toFixed(3), "1.000");
  assert.equal(translucent("#102030", 0.5), "rgba(16, 32, 48, 0.5)");
});

test("the tokens' ramps are seen on their surface, and their lightness runs one way", () => {
  const tokens = readFileSync(new URL("../../static/css/tokens.css", import.meta.url), "utf8").split("prefers-color-scheme: dark");
  assert.equal(tokens.length, 2);
  const light = (/** @type {string} */ color) => {
    const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255).map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  for (const text of tokens) {
    const value = (/** @type {string} */ name) => new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(text)?.[1] ?? "";
    const card = light(value("raw-card"));
    const colors = ramp(["ramp-1", "ramp-2", "ramp-3"].map(value), 7);
    for (const color of colors) {
      const [more, less] = [Math.max(light(color), card), Math.min(light(color), card)];
      assert.ok((more + 0.05) / (less + 0.05) >= 3, `${color} on ${value("raw-card")}`);
    }
    const apart = colors.map((color) => Math.abs(light(color) - card));
    assert.ok(apart.every((one, i) => i === 0 || one > apart[i - 1]), "the greatest value stands out most");
  }
});

test("colours by a field: the legend is its values, in order, on a ramp where they are numbers", () => {
  const units = unitsOf(SWEEP, FIELDS, true);
  const { paints, colors, dashes } = painted(units, { by: field("learning_rate"), dash: undefined }, INKS, () => 1);
  assert.deepEqual(colors.map(({ label }) => label), ["0.01", "0.1", "1"]);
  assert.deepEqual(colors.map(({ color }) => color), INKS.ramp);
  assert.equal(paints.get("r0.01s0")?.color, INKS.ramp[0]);
  assert.deepEqual(dashes, []);
});

test("colours by a field without an order are those of the jobs; what does not use it is grey", () => {
  const jobs = [job("a", { standardize: true }), job("b"), job("c", { standardize: true, seed: 1 })];
  const units = unitsOf(jobs, FIELDS, false);
  const found = painted(units, { by: field("standardize"), dash: field("seed") }, INKS, () => 1);
  assert.deepEqual(found.colors.map(({ label, color }) => [label, color]), [["off", "#000001"], ["on", "#000002"]]);
  assert.equal(found.paints.get("a")?.color, found.paints.get("c")?.color);
  assert.deepEqual([found.paints.get("a")?.dash, found.paints.get("c")?.dash], ["solid", "dash"]);
  assert.deepEqual(found.dashes.map(({ label }) => label), ["0", "1"]);
  const widths = unitsOf([job("a"), job("b", { hidden_sizes: [8] }), job("c", { architecture: "alexnet" })], FIELDS, false);
  const last = painted(widths, { by: field("hidden_sizes"), dash: undefined }, INKS, () => 1).colors.at(-1);
  assert.deepEqual([last?.label, last?.color, last?.keys], ["not used", INKS.quiet, ["c"]]);
});

test("without a field a job has its own colour, and those of one colour differ in dash", () => {
  const units = unitsOf(SWEEP.slice(0, 3), FIELDS, false);
  const { colors } = painted(units, { by: undefined, dash: undefined }, INKS, (key) => (key.endsWith("s1") ? 2 : 3));
  assert.deepEqual(colors.map(({ color, dash }) => [color, dash]), [["#000003", "solid"], ["#000002", "solid"], ["#000003", "dash"]]);
});

test("of one colour curves differ in dash: by a field that tells them apart, else by turns with a name each", () => {
  const of = (/** @type {any[]} */ jobs, /** @type {string} */ query) => {
    const { units, by, dash } = effectiveOf(readState(query), jobs, FIELDS, () => []);
    return painted(units, { by, dash }, INKS, () => 1);
  };
  const seeds = of(SWEEP, "by=learning_rate&band=0");
  assert.deepEqual([seeds.colors.map(({ label }) => label), seeds.dashes.map(({ label }) => label)], [["0.01", "0.1", "1"], ["0", "1", "2"]]);
  const jobs = [job("a"), job("b", { momentum: 0.5 }), job("c", { momentum: 0.5, seed: 1 }), job("d", { momentum: 0.5, seed: 1, standardize: true }), job("e", { learning_rate: 9 })];
  for (const found of [of(jobs, "by=learning_rate"), of(SWEEP, "by=learning_rate&band=0&dash=none")]) {
    assert.equal(new Set([...found.paints.values()].map(({ color, dash }) => color + dash)).size, found.paints.size, "every curve looks different");
    assert.deepEqual(found.dashes, []);
    for (const { keys, color, dash } of found.colors) assert.deepEqual(keys.map((key) => found.paints.get(key)), keys.map(() => ({ color, dash })));
    assert.equal(found.colors.length, found.paints.size, "and is in the legend");
  }
  assert.equal(of(jobs, "by=learning_rate").colors.at(-1)?.label, "9", "a value's only curve is called by it");
});

test("a field with more values than dashes is not offered for them", () => {
  const many = Array.from({ length: DASHES.length + 1 }, (_, i) => job(`j${i}`, { points: 10 + i }));
  assert.ok(!canDash(field("points"), unitsOf(many, FIELDS, false)));
  assert.ok(canDash(field("points"), unitsOf(many.slice(1), FIELDS, false)));
});

test("many lines are coloured by the field that differs, until the reader says otherwise", () => {
  const many = Array.from({ length: 9 }, (_, i) => job(`j${i}`, { points: 10 + i }));
  const of = (/** @type {any[]} */ jobs, /** @type {string} */ query) => effectiveOf(readState(query), jobs, FIELDS, () => []);
  assert.equal(of(many, "").by?.name, "points");
  assert.equal(of(many, "by=none").by, undefined);
  assert.equal(of(many.slice(0, 8), "").by, undefined);
  assert.equal(of(many.slice(0, 8), "by=points").by?.name, "points");
  assert.equal(of(many, "by=momentum").by, undefined, "nothing differs in it");
  assert.deepEqual([of(many, "").splits, of(many.slice(0, 2), "").splits], [["test"], ["train", "test"]]);
  assert.equal(of(SWEEP, "").units.length, 3);
  assert.equal(of(SWEEP, "band=0").units.length, 9);
  assert.ok(!of(many, "band=1").isBand, "there is nothing to average");
});

test("an address reads back equal, and what it cannot be is as if it were not there", () => {
  const query = "jobs=a1,b-2,c_3&colors=4,0,2&axis=wall&log=1&smoothing=0.5&show=train,test&by=learning_rate&dash=seed&facet=dataset&band=0&single=1&sort=-final_test&x=train_seconds&y=best_test&seen=2.5,7.25&seen_loss=-1.5,0&seen_accuracy=0.25,0.5";
  const state = readState(query);
  assert.deepEqual(state.jobs, ["a1", "b-2", "c_3"]);
  assert.deepEqual(state.colors, [4, null, 2]);
  assert.deepEqual(state.sort, { column: "final_test", descending: true });
  assert.equal(writeState(state), query);
  assert.deepEqual(state.zoomed, { x: [2.5, 7.25], y: { loss: [-1.5, 0], accuracy: [0.25, 0.5] } });
  assert.match(writeState({ ...state, zoomed: { x: [1234.56789, 1234.66789], y: {} } }), /seen=1234\.56789,1234\.66789$/);
  assert.equal(writeState(readState("")), "");
  const wrong = readState("jobs=a,a,<b>&axis=sideways&smoothing=7&show=all&by=Robert'&band=2&sort=&colors=x,12&seen=3,3&seen_loss=1,&seen_accuracy=0,1,2");
  assert.deepEqual([wrong.jobs, wrong.colors, wrong.axis, wrong.beta, wrong.splits, wrong.by, wrong.isBand, wrong.sort], [["a"], [null], "epoch", BETA, null, null, null, null]);
  assert.deepEqual(wrong.zoomed, { x: null, y: { loss: null, accuracy: null } });
  assert.equal(roomWords(2, MOST_JOBS), "At most 200 at once: 2 were left out.");
  assert.deepEqual(readState("study=s1&tag=lesson 1&status=failed").filter, { tag: "lesson 1", status: "failed" });
});

test("the title is what differs, and what is missing is named", () => {
  const title = (/** @type {any[]} */ jobs) => titleWords(jobs, differing(jobs, FIELDS), FIELDS);
  assert.equal(title(SWEEP), "Learning rate in 9 trainings");
  assert.equal(title(SWEEP.slice(0, 3)), "3 trainings that differ in the seed only");
  assert.equal(title(SWEEP.slice(0, 1)), SWEEP[0].name);
  const four = [job("a", { learning_rate: 1, momentum: 0.5, standardize: true, points: 20 }), job("b")];
  assert.equal(title(four), "2 trainings that differ in 4 fields");
  assert.equal(differWords(4, differing(four, FIELDS), FIELDS), "They differ in points, standardization, learning rate and momentum.");
  assert.equal(differWords(9, differing(SWEEP, FIELDS), FIELDS), "");
  assert.match(differWords(1, [], FIELDS), /^Tick another training/);
  assert.equal(missingWords([]), "");
  assert.match(missingWords(["mine"]), /^“mine” is no more: it was deleted/);
  assert.match(missingWords(["a", "b", "c", "d", "e", "f", "g"]), /“e” and 2 more are no more/);
});

test("facets: a chart for each value in order, every unit in one of them, and what does not use the field last", () => {
  const units = unitsOf(SWEEP, FIELDS, true);
  const facets = facetsOf(field("learning_rate"), units);
  assert.deepEqual(facets.map(({ label }) => label), ["lr 0.01", "lr 0.1", "lr 1"]);
  assert.deepEqual(facets.flatMap(({ keys }) => [...keys]).sort(), units.map(({ key }) => key).sort());
  const widths = unitsOf([job("a"), job("b", { hidden_sizes: [8] }), job("c", { architecture: "alexnet" })], FIELDS, false);
  assert.deepEqual(facetsOf(field("hidden_sizes"), widths).map(({ label, keys }) => [label, [...keys]]), [
    ["mlp 4", ["a"]], ["mlp 8", ["b"]], [`${field("hidden_sizes").title.toLowerCase()} not used`, ["c"]],
  ]);
});

test("a field of too many values, or that parts nothing, has no facets; a chosen one is forgotten with its jobs", () => {
  const many = Array.from({ length: MOST_FACETS + 1 }, (_, i) => job(`j${i}`, { points: 10 + i }));
  assert.ok(!canFacet(field("points"), unitsOf(many, FIELDS, false)));
  assert.ok(canFacet(field("points"), unitsOf(many.slice(1), FIELDS, false)));
  assert.ok(!canFacet(field("seed"), unitsOf(many, FIELDS, false)));
  const of = (/** @type {any[]} */ jobs) => effectiveOf(readState("facet=learning_rate"), jobs, FIELDS, () => []).facet?.name;
  assert.deepEqual([of(SWEEP), of(many)], ["learning_rate", undefined]);
});

test("a facet draws its own lines over the axes of all", () => {
  const units = unitsOf(SWEEP.filter(({ config: { seed } }) => seed === 0), FIELDS, false);
  const lines = units.map((unit, i) => ({ unit, label: unit.label, split: "test", role: "curve", band: null, curve: { steps: [1, 2], x: [1, 2 + i], y: [1, 2 + i] } }));
  const scene = /** @type {any} */ ({ lines, paints: new Map(), metric: "loss", axis: "step", isLog: false, end: null, names: units.map(({ key }) => ({ label: key, keys: [key] })) });
  const part = partOf(scene, new Set([units[0].key]));
  assert.deepEqual(part.lines.map(({ unit }) => unit.key), [units[0].key]);
  assert.deepEqual(part.names.map(({ label }) => label), [units[0].key], "and names them alone");
  assert.notDeepEqual(wholeX(part), wholeX(scene), "so the axes are taken of all");
});
