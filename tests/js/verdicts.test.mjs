import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { verdict } from "../../static/js/studies/words.js";

const cases = JSON.parse(readFileSync(new URL("../data/verdicts.json", import.meta.url), "utf8"));

test("a study's answer is written as reports write it", () => {
  for (const { study, verdict: words } of cases) assert.equal(verdict(study), words);
});
