import assert from "node:assert/strict";
import test from "node:test";

import { contour, shaded, shareOfOne, SIDE, ticks } from "../../static/js/inside/plane.js";

/** @param {(x: number, y: number) => number} level of the cell whose centre is x, y; in shares of the side */
function levelsOf(level) {
  return Uint8Array.from({ length: SIDE * SIDE }, (_, i) =>
    Math.max(0, Math.min(255, Math.round(level(((i % SIDE) + 0.5) / SIDE, (Math.floor(i / SIDE) + 0.5) / SIDE)))),
  );
}

test("certain cells lean to their class's colour, undecided ones have neither", () => {
  const levels = levelsOf((x) => (x < 0.5 ? 0 : 255));
  levels[0] = 128;
  const pixels = shaded(levels, [[200, 0, 0], [0, 0, 200]], [100, 100, 100]);
  const pixel = (/** @type {number} */ i) => [...pixels.slice(4 * i, 4 * i + 4)];
  assert.deepEqual(pixel(1), [160, 40, 40, 255]);
  assert.deepEqual(pixel(SIDE - 1), [40, 40, 160, 255]);
  for (const part of pixel(0).slice(0, 3)) assert.ok(Math.abs(part - 100) <= 1);
});

test("the line lies where both classes are as likely", () => {
  const straight = contour(levelsOf((x) => 127.5 + 300 * (x - 0.3)));
  assert.equal(straight.length, SIDE - 1);
  for (const [x, , toX] of straight) for (const at of [x, toX]) assert.ok(Math.abs(at - 0.3) < 0.003);
  const circle = contour(levelsOf((x, y) => 127.5 + 400 * (Math.hypot(x - 0.5, y - 0.5) - 0.25)));
  let length = 0;
  for (const [x, y, toX, toY] of circle) {
    length += Math.hypot(toX - x, toY - y);
    assert.ok(Math.abs(Math.hypot(x - 0.5, y - 0.5) - 0.25) < 0.004);
  }
  assert.ok(Math.abs(length / (2 * Math.PI * 0.25) - 1) < 0.02, `${length}`);
  assert.deepEqual(contour(levelsOf(() => 200)), []);
});

test("the share of the area is that of the likelier class", () => {
  assert.equal(shareOfOne(levelsOf((x) => (x < 0.25 ? 200 : 100))), 0.25);
});

test("ticks are round numbers inside the range", () => {
  assert.deepEqual(ticks(-1.2, 1.2, 5), [-1, -0.5, 0, 0.5, 1]);
  assert.deepEqual(ticks(-0.05, 0.31, 4), [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(ticks(3, 47, 5), [10, 20, 30, 40]);
});
