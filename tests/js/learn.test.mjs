import assert from "node:assert/strict";
import test from "node:test";

import { CHAPTERS } from "../../static/js/learn/chapters/all.js";
import { chapterOf, keepChapter } from "../../static/js/learn/came_from.js";
import { keepDone, progressWords, readDone } from "../../static/js/learn/progress.js";
import { datasetOf, lessonQuery, needsWords, recipeQuery, timeWords } from "../../static/js/learn/words.js";
import { readLesson } from "../../static/js/lesson/link.js";
import { readAddress } from "../../static/js/recipe/address.js";
import { config, FIELDS } from "./fields.mjs";

const FACTS = /** @type {any} */ ([
  { name: "circles", title: "Circles", available: true, train_size: 200, download_bytes: null, location: null },
  { name: "cifar10", title: "CIFAR-10", available: false, train_size: 50000, download_bytes: 170e6, location: "data/cifar10" },
]);

/** A browser's storage. @param {string} [broken] its every use fails so */
function storage(broken = "") {
  const kept = new Map();
  const act = (/** @type {() => any} */ what) => {
    if (broken) throw new DOMException(broken);
    return what();
  };
  return /** @type {any} */ ({
    getItem: (/** @type {string} */ key) => act(() => kept.get(key) ?? null),
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => act(() => kept.set(key, value)),
    removeItem: (/** @type {string} */ key) => act(() => kept.delete(key)),
  });
}

test("each chapter has an address of its own, something to read, to look at, to expect and to start", () => {
  assert.equal(new Set(CHAPTERS.map(({ id }) => id)).size, CHAPTERS.length);
  for (const { id, text, look, expect, runs } of CHAPTERS) {
    assert.match(id, /^[a-z-]+$/);
    assert.ok(text.length && look.length && expect.length && runs.length, id);
    for (const run of runs) assert.ok(run.title && run.takes, `${id}: ${run.title}`);
  }
});

test("a recipe is a link of the Lab, and a prediction a lesson that leaves free what it asks about", () => {
  const changes = { learning_rate: 0.01, hidden_sizes: [1] };
  assert.deepEqual(readAddress(recipeQuery(changes, FIELDS), FIELDS).config, config(changes));
  const question = { ask: "How far?", choices: ["a", "b"], explain: "So.", free: ["hidden_sizes"] };
  const lesson = readLesson(lessonQuery("Widths", changes, question, FIELDS), FIELDS);
  assert.deepEqual(lesson?.problems, []);
  assert.equal(lesson?.title, "Widths");
  assert.ok(lesson?.locked.includes("learning_rate") && !lesson.locked.includes("hidden_sizes"));
});

test("what an experiment needs is said with what to do", () => {
  const studies = [{ id: "ladder", definition: { base: { dataset: "cifar10" } } }];
  assert.equal(datasetOf({ kind: "study", id: "ladder", title: "", takes: "" }, studies), "cifar10");
  assert.equal(datasetOf({ kind: "recipe", changes: {}, title: "", takes: "" }, studies), "circles");
  assert.equal(needsWords("circles", FACTS), "");
  assert.equal(needsWords("", FACTS), "");
  assert.match(needsWords("cifar10", FACTS), /not on this machine yet: Start downloads 170.MB first\. Or put it into data\/cifar10\./);
  assert.match(needsWords("flowers", FACTS), /“flowers” is not on this server/);
});

test("the time is the one measured here, else a rule", () => {
  const run = /** @type {any} */ ({ kind: "recipe", title: "", changes: { epochs: 10, validation_fraction: 0 }, takes: "long" });
  const fields = [...FIELDS, /** @type {any} */ ({ name: "epochs", initial: 1, when: {}, unless: [] })];
  assert.equal(timeWords(run, fields, FACTS, []), "Takes: long.");
  const job = /** @type {any} */ ({ config: { ...config(), epochs: 3 }, images_per_second: 100, threads: 1 });
  assert.match(timeWords(run, fields, FACTS, [job]), /^Takes: about 20.s, as measured here\.$/);
});

test("what is done is kept, read back and forgotten", () => {
  const shelf = storage();
  assert.equal(keepDone(new Set(["losses"]), shelf), true);
  assert.deepEqual(readDone(shelf), new Set(["losses"]));
  keepDone(new Set(), shelf);
  assert.deepEqual(readDone(shelf), new Set());
  shelf.setItem("livetrain.learn", "{broken");
  assert.deepEqual(readDone(shelf), new Set());
  assert.equal(keepDone(new Set(["a"]), storage("off")), false);
  assert.deepEqual(readDone(storage("off")), new Set());
  assert.equal(progressWords(new Set(["a", "gone"]), ["a", "b"]), "1 of 2 chapters done");
  assert.equal(progressWords(new Set(["a", "b"]), ["a", "b"]), "All 2 chapters done");
});

test("the chapter that started a job is known in its tab, of that job only, and needs no storage", () => {
  const kept = storage();
  keepChapter("a", CHAPTERS[0], kept);
  assert.deepEqual(chapterOf("a", kept), { id: CHAPTERS[0].id, title: CHAPTERS[0].title });
  assert.equal(chapterOf("b", kept), null);
  const off = storage("SecurityError");
  keepChapter("a", CHAPTERS[0], off);
  assert.equal(chapterOf("a", off), null);
});
