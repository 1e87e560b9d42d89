import assert from "node:assert/strict";
import { test } from "node:test";

import { HELP, SHORTCUTS, keyOf, neighbour, pageShortcuts } from "../../static/js/shortcuts/table.js";

const PRESSED = { key: "s", ctrlKey: false, metaKey: false, altKey: false, repeat: false, defaultPrevented: false };

test("no key means two things, and each does one", () => {
  const all = [...SHORTCUTS, ...pageShortcuts(["Lab", "Studies", "Data"])];
  const keys = [HELP, ...all.map(({ key }) => key)];
  assert.equal(new Set(keys).size, keys.length);
  for (const { press, focus, list } of all) assert.equal([press, focus, list].filter(Boolean).length, 1);
});

test("pages have numbers in their order", () => {
  assert.deepEqual(pageShortcuts(["Lab", "Data"]).map(({ key, words }) => [key, words]), [["1", "go to Lab"], ["2", "go to Data"]]);
});

test("a key counts alone, not while typing, held down, or used already", () => {
  assert.equal(keyOf(PRESSED, false), "s");
  assert.equal(keyOf({ ...PRESSED, key: "S" }, false), "s");
  assert.equal(keyOf(PRESSED, true), null);
  for (const name of ["ctrlKey", "metaKey", "altKey", "repeat", "defaultPrevented"]) assert.equal(keyOf({ ...PRESSED, [name]: true }, false), null);
  assert.equal(keyOf({ ...PRESSED, key: "Enter" }, false), null);
});

test("the list ends at its ends, and begins at the first", () => {
  assert.equal(neighbour(-1, 1, 3), 0);
  assert.equal(neighbour(-1, -1, 0), -1);
  assert.equal(neighbour(1, 1, 3), 2);
  assert.equal(neighbour(2, 1, 3), -1);
  assert.equal(neighbour(0, -1, 3), -1);
});
