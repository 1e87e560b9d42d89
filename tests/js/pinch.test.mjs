import assert from "node:assert/strict";
import test from "node:test";

import { moved } from "../../static/js/charts/motion.js";
import { changeOf, fingersAt } from "../../static/js/charts/pinch.js";

const LEFT = 46; // px before the plot
const WIDTH = 300; // px
/** @type {[number, number]} */
const WHOLE = [0, 1000];

/** @param {[number, number]} seen @param {[number, number]} before px of both fingers in the plot @param {[number, number]} now @returns {[number, number]} */
function pinched(seen, before, now) {
  const at = (/** @type {[number, number]} */ [one, other]) => fingersAt({ x: one + LEFT, y: 50 }, { x: other + LEFT, y: 50 }, LEFT);
  return moved(seen, WHOLE, changeOf(at(before), at(now), WIDTH));
}

/** @param {[number, number]} range @param {number} x px @returns {number} */
const under = ([from, to], x) => from + (x / WIDTH) * (to - from);

test("what was under each finger stays under it", () => {
  /** @type {[number, number]} */
  const seen = [200, 500];
  const now = pinched(seen, [100, 160], [60, 220]);
  assert.ok(Math.abs(under(now, 60) - under(seen, 100)) < 1e-9);
  assert.ok(Math.abs(under(now, 220) - under(seen, 160)) < 1e-9);
});

test("fingers that keep their distance move the view, and never beyond what there is", () => {
  assert.deepEqual(pinched([200, 500], [100, 160], [70, 130]), [230, 530]);
  assert.deepEqual(pinched([200, 500], [0, 60], [240, 300]), [0, 300]);
});

test("fingers that come together show more, at most all", () => {
  const [from, to] = pinched([400, 500], [100, 200], [120, 170]);
  assert.ok(Math.abs(to - from - 200) < 1e-9);
  assert.deepEqual(pinched([400, 500], [0, 300], [140, 165]), WHOLE);
});

test("the distance counts in any direction, and fingers that touch zoom by no wild factor", () => {
  assert.equal(fingersAt({ x: 46, y: 0 }, { x: 86, y: 30 }, LEFT).apart, 50);
  assert.equal(fingersAt({ x: 46, y: 0 }, { x: 46, y: 0 }, LEFT).apart, 24);
});
