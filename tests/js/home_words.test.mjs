import assert from "node:assert/strict";
import test from "node:test";

import { configHome, scriptWords } from "../../static/js/steer/home_words.js";

const field = (name, initial) => ({ name, initial, unless: [], when: {} });
const FIELDS = [field("name", null), field("epochs", 10), field("momentum", 0)];
const JOB = { name: "my · job", original_config: { name: null, epochs: 3, momentum: 0 }, forked_from: null };

test("a job's config is what differs, under the name it has now", () => {
  assert.deepEqual(configHome(JOB, FIELDS).config, { name: "my · job", epochs: 3 });
  const fork = configHome({ ...JOB, original_config: { name: "old", epochs: 10, momentum: 0.5 }, forked_from: { job_id: "a", step: 3 } }, FIELDS);
  assert.deepEqual(fork.config, { name: "my · job", momentum: 0.5 });
  assert.match(fork.note, /without the job that this one was forked from/);
});

test("what a script cannot repeat is said before what it does", () => {
  const repeats = [5, 5, 19, 1200, 1300, 1400].map((step) => ({ step, words: "" }));
  assert.equal(scriptWords({ repeats: [], limits: [] }), "");
  assert.equal(scriptWords({ repeats: repeats.slice(0, 2), limits: [] }), "The script also changes what was changed on the way, from step 5 on.");
  assert.match(scriptWords({ repeats, limits: [] }), /from step 5, 19, 1,200, 1,300, and 1 more on/);
  assert.equal(scriptWords({ repeats, limits: ["It was deleted."] }), "It was deleted.");
});
