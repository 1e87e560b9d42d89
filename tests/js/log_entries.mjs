/** Log entries as the server sends them, for the tests of the fold and the stream. */

/** @param {ArrayBufferView} array */
export function base64(array) {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString("base64");
}

export const AT = "2026-01-01T00:00:00.000Z";

/** @param {number} seq @param {number} from first step @param {number} count @param {number} [stepsPerEpoch] */
export function trainRows(seq, from, count, stepsPerEpoch = 10) {
  const steps = Int32Array.from({ length: count }, (_, i) => from + i);
  return {
    seq,
    at: AT,
    type: "metrics",
    split: "train",
    attempt: 1,
    columns: {
      step: { dtype: "i4", bdata: base64(steps) },
      epoch: { dtype: "i4", bdata: base64(steps.map((step) => Math.ceil(step / stepsPerEpoch))) },
      loss: { dtype: "f4", bdata: base64(Float32Array.from(steps, (step) => 1 / step)) },
      accuracy: { dtype: "f4", bdata: base64(Float32Array.from(steps, (step) => 1 - 1 / step)) },
      learning_rate: { constant: 0.1, count, dtype: "f8" },
      train_seconds: { dtype: "f8", bdata: base64(Float64Array.from(steps, (step) => step / 100)) },
    },
  };
}

/** @param {number} seq @param {string} split @param {number} step @param {number} epoch @param {any} [loss] */
export function evaluation(seq, split, step, epoch, loss = 0.5) {
  return { seq, at: AT, type: "metrics", split, attempt: 1, columns: { step: [step], epoch: [epoch], loss: [loss], accuracy: [0.75] } };
}

/** @param {number} seq @param {string} status @param {Record<string, any>} [more] */
export function status(seq, status, more = {}) {
  return { seq, at: AT, type: "status", attempt: 1, status, ...more };
}

/** @param {number} seq @param {number} to_step */
export function rewind(seq, to_step) {
  return { seq, at: AT, type: "rewind", attempt: 1, to_step };
}

/** A log opened by a sample of six rows up to step 1000, alternately all wrong and all right. @param {import("../../static/js/log/fold.js").JobFold} fold */
export function seeded(fold) {
  const none = { step: [], epoch: [], loss: [], accuracy: [] };
  const train = { step: [1, 2, 400, 401, 999, 1000], epoch: [1, 1, 40, 41, 100, 100], loss: [9, 1, 9, 1, 9, 1], accuracy: [0, 1, 0, 1, 0, 1], learning_rate: [1, 1, 1, 1, 1, 1], train_seconds: [0, 1, 2, 3, 4, 5] };
  fold.seed({ train, validation: none, test: none }, 1);
  return fold;
}
