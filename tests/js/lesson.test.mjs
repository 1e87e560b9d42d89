import assert from "node:assert/strict";
import test from "node:test";

import { heldBy } from "../../static/js/lesson/held.js";
import { fixedOf, keptOf, keptWords, readable } from "../../static/js/lesson/kept.js";
import { LONGEST, readLesson, writeLesson } from "../../static/js/lesson/link.js";
import { isLesson } from "../../static/js/lesson/marks.js";
import { readPrediction, writePrediction } from "../../static/js/lesson/note.js";
import { distance, nearest } from "../../static/js/lesson/spelling.js";
import { whatIsWrong } from "../../static/js/lesson/values.js";
import { alongWords, outcomeOf, rulesWords } from "../../static/js/lesson/words.js";
import { readAddress, writeAddress } from "../../static/js/recipe/address.js";
import { config, field, FIELDS } from "./fields.mjs";

const LESSON = {
  title: "What standardization does",
  ask: "Predict: what will it do?",
  choices: ["better, by far", "the same", "worse & slower"],
  explain: "The gradient sees channels of one size.",
  locked: ["dataset", "learning_rate"],
  hidden: ["seed"],
};

test("a lesson reads back from its link, with the recipe it belongs to", () => {
  const recipe = config({ dataset: "digits", learning_rate: 0.05 });
  const query = `?${writeAddress({ config: recipe, job: null, shown: [] }, FIELDS)}&${writeLesson(LESSON, FIELDS)}`;
  assert.deepEqual(readLesson(query, FIELDS), { ...LESSON, problems: [], unread: [] });
  assert.deepEqual(readAddress(query, FIELDS).config, recipe);
  assert.match(query, /lock=dataset,learning_rate&hide=seed/);
});

test("with most fields locked the link says all but the free ones, whatever fields come later", () => {
  const locked = FIELDS.map(({ name }) => name).filter((name) => !["name", "standardize", "seed"].includes(name));
  const query = writeLesson({ ...LESSON, locked }, FIELDS);
  assert.match(query, /lock=all&free=standardize&hide=seed/);
  assert.deepEqual(readLesson(query, FIELDS)?.locked, locked);
  const later = [...FIELDS, { ...field("momentum"), name: "later" }];
  assert.ok(readLesson(query, later)?.locked.includes("later"));
  assert.ok(!readLesson(query, later)?.locked.includes("name"));
});

test("an address without a lesson's words is none", () => {
  assert.equal(isLesson("?learning_rate=0.1&job=a"), false);
  assert.equal(readLesson("?learning_rate=0.1", FIELDS), null);
  assert.equal(readLesson("?lock=dataset", FIELDS)?.title, "Lesson");
});

test("what is wrong with a link is said, and the rest of it counts", () => {
  const lesson = readLesson("?lesson=A&lock=learning_rat,dataset,standardize&hide=constructor&standardize=yes&batch_sise=3&dataset=digits", FIELDS);
  assert.deepEqual(lesson?.locked, ["dataset"], "a field whose value cannot be is free, to be put right");
  assert.deepEqual(lesson?.unread, ["standardize"]);
  const said = lesson?.problems.join("\n") ?? "";
  assert.match(said, /“learning_rat” in “lock” is no field of the recipe. Did you mean “learning_rate”\?/);
  assert.match(said, /“constructor” in “hide” is no field of the recipe\.$/m);
  assert.match(said, /Standardization: “yes” is none of true, false\./);
  assert.match(said, /“batch_sise” is no field of the recipe. Did you mean “batch_size”\?/);
  assert.equal(lesson?.problems.length, 4);
  assert.equal(readable(/** @type {any} */ (lesson), config({ standardize: "yes" }), FIELDS).standardize, false);
});

test("values are checked as the schema says", () => {
  assert.match(whatIsWrong(field("dataset"), "digitz"), /“digitz” is none of circles, digits. Did you mean “digits”\?/);
  assert.match(whatIsWrong(field("points"), "3"), /3 is below 10\./);
  assert.match(whatIsWrong(field("points"), "20.5"), /20.5 is no whole number\./);
  assert.match(whatIsWrong(field("batch_size"), "many"), /“many” is no number, nor full\./);
  assert.equal(whatIsWrong(field("learning_rate"), "0,2"), "“0,2” is no number; write 0.2 with a point.");
  assert.match(whatIsWrong(field("hidden_sizes"), "4,x"), /“x” is no whole number above 0\./);
  for (const [name, text] of [["batch_size", "full"], ["patience", ""], ["noise", "0.5"], ["hidden_sizes", "4,4"], ["name", "<b>"]]) {
    assert.equal(whatIsWrong(field(name), text), "", name);
  }
});

test("long texts are cut on a letter's border, and one choice is none", () => {
  const lesson = readLesson(`?lesson=${"é😀".repeat(200)}&ask=Why%0Athis%3F&choice=only`, FIELDS);
  assert.equal([...(lesson?.title ?? "")].length, LONGEST.title);
  assert.equal(lesson?.ask, "Why this?");
  assert.deepEqual(lesson?.choices, []);
  assert.equal(lesson?.problems.length, 2);
});

test("what is taken over leaves the fixed fields as they are, and says which", () => {
  const lesson = /** @type {any} */ (readLesson("?lesson=A&lock=learning_rate,optimizer&hide=seed", FIELDS));
  const fixed = fixedOf(lesson, config({ learning_rate: 0.05 }));
  assert.deepEqual(fixed, { learning_rate: 0.05, optimizer: "sgd", seed: 0 });
  const kept = keptOf(config({ learning_rate: 1, momentum: 0.9 }), fixed);
  assert.deepEqual(kept, ["learning_rate"]);
  assert.equal(keptWords(kept, FIELDS), "The lesson keeps its own learning rate.");
  assert.deepEqual(keptOf({ momentum: 0.5 }, fixed), []);
});

test("a prediction in a job's notes reads back, beside whatever else they say", () => {
  const prediction = { lesson: "A: b", asked: "Which?", predicted: "Predicted: <b>none</b>" };
  const notes = writePrediction("my own words", prediction);
  assert.ok(notes.startsWith("my own words\n\nLesson: A: b\n"));
  assert.deepEqual(readPrediction(notes), prediction);
  assert.equal(readPrediction("nothing"), null);
  assert.equal(readPrediction(null), null);
});

test("an outcome is said once there is one", () => {
  const job = /** @type {any} */ ({
    status: "running", epoch: 3, config: { epochs: 10 }, total_steps: 100, best: null, reason: null, error: null,
    latest: { train: { accuracy: 0.5, loss: 1 }, validation: null, test: { accuracy: 0.4, loss: 1 } },
  });
  assert.equal(outcomeOf(job), "it trains: epoch 3 of 10");
  assert.match(outcomeOf({ ...job, status: "completed" }), /^test accuracy 40.0.% · last training batch 50.0.%$/);
  assert.match(outcomeOf({ ...job, status: "failed", reason: "diverged" }), /failed: The loss left the finite numbers$/);
});

test("rules name what is free when that is short", () => {
  const lesson = /** @type {any} */ (readLesson("?lesson=A&lock=all&free=standardize,learning_rate&hide=seed", FIELDS));
  assert.equal(rulesWords(lesson, FIELDS), "Yours to change: standardization and learning rate. The rest is locked. 1 field is left out.");
});

test("slips of one or two letters are recognized", () => {
  assert.equal(distance("kitten", "sitting"), 3);
  assert.equal(nearest("momentom", ["momentum", "seed"]), "momentum");
  assert.equal(nearest("utterly_else", ["momentum", "seed"]), "");
  assert.equal(nearest("x", ["a", "lr"]), "");
});

test("a lesson goes along to another page with the values that it fixes, and holds there as it did", () => {
  const recipe = config({ learning_rate: 0.05, lr_gamma: 0.5, epochs: 7 });
  const address = `?${writeAddress({ config: recipe, job: null, shown: [] }, FIELDS)}&${writeLesson({ ...LESSON, locked: ["learning_rate", "lr_gamma"] }, FIELDS)}`;
  const here = heldBy(address, FIELDS, recipe);
  const there = heldBy(`?shown=a&${here?.along}`, FIELDS);
  assert.deepEqual(there?.fixed, here?.fixed, "also what has no effect as the recipe stands");
  assert.equal(there?.fixed.lr_gamma, 0.5);
  assert.equal(there?.along, here?.along);
  assert.ok(!here?.along.includes("epochs"), "what is free stays behind");
  assert.equal(there?.refusal({ learning_rate: 1 })?.message, "The lesson keeps learning rate at 0.05.");
  assert.equal(there?.refusal({ learning_rate: 0.05, momentum: 0.9 }), null);
  assert.equal(there?.keep(config({ learning_rate: 1, epochs: 3 })).config.learning_rate, 0.05);
  assert.equal(heldBy("?learning_rate=1", FIELDS), null);
});

test("a job's page says what of its steering a lesson fixes", () => {
  const words = (/** @type {string[]} */ locked) => alongWords(/** @type {any} */ ({ title: "A", locked, hidden: [] }), FIELDS);
  assert.equal(words(["dataset"]), "Part of the lesson “A”.");
  assert.match(words(["learning_rate"]), /^Part of the lesson “A”. Fixed here too: learning rate.$/);
});
