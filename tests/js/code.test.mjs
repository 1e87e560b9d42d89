import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";

import { curlOf, jsonOf, pythonOf } from "../../static/js/recipe/code.js";

const OPEN = { url: "http://127.0.0.1:8000/nets", needsToken: false };
const GUARDED = { ...OPEN, needsToken: true };
const CONFIG = { name: `it's "$HOME" \`pwd\` \\ ü\u2028`, hidden_sizes: [16, 8], standardize: true, early_stopping_patience: null, learning_rate: 1e-7 };

test("JSON is what Start sends", () => {
  assert.deepEqual(JSON.parse(jsonOf(CONFIG)), CONFIG);
  assert.equal(jsonOf({}), "{}");
});

test("a shell gives curl every character of the config", () => {
  const script = `curl() { printf '%s\\0' "$@"; }\n${curlOf(CONFIG, OPEN)}`;
  const words = execFileSync("bash", ["-c", script], { encoding: "utf8" }).split("\0");
  assert.equal(words[1], "http://127.0.0.1:8000/nets/api/jobs");
  assert.deepEqual(JSON.parse(words[words.indexOf("-d") + 1]), CONFIG);
  assert.ok(!words.some((word) => word.includes("Authorization")));
});

test("where a token is needed it is read from the environment", () => {
  const script = `curl() { printf '%s\\0' "$@"; }\n${curlOf({}, GUARDED)}`;
  const words = execFileSync("bash", ["-c", script], { encoding: "utf8", env: { ...process.env, LIVETRAIN_TOKEN: "abc" } }).split("\0");
  assert.ok(words.includes("Authorization: Bearer abc"));
  assert.match(pythonOf({}, GUARDED), /os\.environ\["LIVETRAIN_TOKEN"\]/);
  assert.doesNotMatch(pythonOf({}, OPEN), /import os|TOKEN/);
});

test("Python's literals are Python's", () => {
  const code = pythonOf(CONFIG, OPEN);
  for (const line of ['    "hidden_sizes": [16, 8],', '    "standardize": True,', '    "early_stopping_patience": None,', '    "learning_rate": 1e-7,']) {
    assert.ok(code.includes(line), line);
  }
});
