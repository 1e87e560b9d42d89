import assert from "node:assert/strict";
import test from "node:test";

import { decodeColumn, decodeColumns } from "../../static/js/log/decode.js";
import { base64 } from "./log_entries.mjs";

test("a typed column keeps every bit, non-finite values included", () => {
  const values = Float32Array.of(0.1, NaN, Infinity, -Infinity, 1e-40, -0);
  const decoded = decodeColumn({ dtype: "f4", bdata: base64(values) });
  assert.ok(decoded instanceof Float32Array);
  assert.deepEqual(decoded, values);
  assert.ok(Object.is(decoded[5], -0));
});

test("doubles and integers keep their kind", () => {
  assert.deepEqual(decodeColumn({ dtype: "f8", bdata: base64(Float64Array.of(Math.PI)) }), Float64Array.of(Math.PI));
  assert.deepEqual(decodeColumn({ dtype: "i4", bdata: base64(Int32Array.of(-1, 2 ** 31 - 1)) }), Int32Array.of(-1, 2 ** 31 - 1));
});

test("a constant column is spread, and may be non-finite", () => {
  assert.deepEqual(decodeColumn({ constant: 0.05, count: 3, dtype: "f8" }), Float64Array.of(0.05, 0.05, 0.05));
  assert.deepEqual(decodeColumn({ constant: "NaN", count: 2, dtype: "f4" }), Float32Array.of(NaN, NaN));
});

test("plain columns name non-finite numbers", () => {
  const { loss } = decodeColumns({ loss: [1, "NaN", "-Infinity"] });
  assert.deepEqual(loss, Float64Array.of(1, NaN, -Infinity));
});

test("an unknown dtype is refused", () => {
  assert.throws(() => decodeColumn({ dtype: "u9", bdata: "" }), TypeError);
});
