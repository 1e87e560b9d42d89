import assert from "node:assert/strict";
import test from "node:test";

import { Problem } from "../../static/js/api.js";
import { cellAt, cellBeside, cellWords, colorToken, hasGaps, opacityOf, placeOf, resultWords, shares, windowOf } from "../../static/js/try/cells.js";
import { patiently } from "../../static/js/patience.js";

const grid = { rows: 3, columns: 5, stride: 8, window: 32 };
const found = {
  kind: /** @type {const} */ ("mosaic"), picture: "", width: 64, height: 48, map: grid, classes: ["cat", "dog", "ship"],
  class_indices: [0, 1, 1, 2, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
  probabilities: Array.from({ length: 15 }, (_, i) => i / 20),
  tiles: [{ top: 0, left: 0, cell: 0, class_index: 1, found_index: 0, recovered: false }],
  recovered: 0, tile_side: 32, epoch: 2, step: 10, is_best: true,
};

test("a cell saw the window that begins where its strides lead, and lies around that window's centre", () => {
  assert.deepEqual(windowOf(grid, 7), { left: 16, top: 8, side: 32 });
  assert.deepEqual(placeOf(grid, 7), { left: 28, top: 20, side: 8 });
});

test("the cell at a point is the one whose window's centre is nearest", () => {
  for (let cell = 0; cell < 15; cell += 1) {
    const { left, top, side } = windowOf(grid, cell);
    assert.equal(cellAt(grid, left + side / 2, top + side / 2), cell);
    assert.equal(cellAt(grid, left + side / 2 + 3.9, top + side / 2 - 3.9), cell);
  }
  assert.equal(cellAt(grid, -5, -5), 0);
  assert.equal(cellAt(grid, 1000, 1000), 14);
});

test("arrow keys move by one cell and stop at the edge", () => {
  assert.equal(cellBeside(grid, 7, "ArrowLeft"), 6);
  assert.equal(cellBeside(grid, 7, "ArrowDown"), 12);
  assert.equal(cellBeside(grid, 0, "ArrowUp"), 0);
  assert.equal(cellBeside(grid, 4, "ArrowRight"), 4);
  assert.equal(cellBeside(grid, 7, "Tab"), null);
});

test("a cell says its class, how sure it is, and the tile it sees", () => {
  assert.equal(cellWords(found, 7), "Row 2, column 3: dog, 35 % sure.");
  assert.match(cellWords(found, 0), /cat, 0 % sure\. It sees exactly one tile: dog\./);
});

test("classes come by their share of the map", () => {
  assert.deepEqual(
    shares(found).map(({ classIndex, share }) => [classIndex, Math.round(share * 15)]),
    [[1, 12], [0, 2], [2, 1]],
  );
});

test("the result is said in a few words", () => {
  assert.equal(resultWords(found), "0 of 1 tiles recovered");
  assert.equal(resultWords({ ...found, tiles: undefined }), "A map of 5 × 3 answers");
  const single = { ...grid, rows: 1, columns: 1 };
  assert.match(resultWords({ ...found, tiles: undefined, map: single }), /whole picture/);
});

test("tiles that touch have no gap", () => {
  const [tile] = found.tiles;
  assert.equal(hasGaps({ ...found, tiles: [tile, { ...tile, left: 32 }] }), false);
  assert.equal(hasGaps({ ...found, tiles: [tile, { ...tile, left: 48 }] }), true);
  assert.equal(hasGaps({ ...found, tiles: undefined }), false);
});

test("colours repeat after the twelfth class and a sure cell is stronger", () => {
  assert.equal(colorToken(0), "--class-1");
  assert.equal(colorToken(12), "--class-1");
  assert.ok(opacityOf(0.9) > opacityOf(0.5));
  assert.ok(opacityOf(1) < 1);
});

test("a busy worker is asked again, another refusal is not", async () => {
  let asked = 0;
  let waits = 0;
  const ask = async () => {
    asked += 1;
    if (asked < 3) throw new Problem(503, {}, 0.001);
    return "answer";
  };
  assert.equal(await patiently(ask, new AbortController().signal, () => (waits += 1)), "answer");
  assert.equal(waits, 2);
  await assert.rejects(patiently(async () => { throw new Problem(409, {}); }, new AbortController().signal, () => {}), { status: 409 });
});

test("nobody asks again for a reader who went on", async () => {
  const gone = new AbortController();
  let asked = 0;
  const busy = async () => {
    asked += 1;
    gone.abort();
    throw new Problem(503, {}, 0.001);
  };
  await assert.rejects(patiently(busy, gone.signal, () => {}), { name: "AbortError" });
  assert.equal(asked, 1);
});
