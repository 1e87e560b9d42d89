/**
 * The figures of the selected job. Rule: a model is chosen by validation; the test score shown with it is the
 * one of that epoch. Only where nothing is held out is the newest test score the figure.
 */

import { newestGap } from "../charts/gap.js";
import { setAttribute, setText, within } from "../dom.js";
import { count, decimal, percent, points } from "../format.js";

/** @typedef {import("../log/fold.js").JobFold} JobFold */
/** @typedef {import("./words.js").Job} Job */
/** @typedef {{text: string, note: string, value: number | null}} Figure */

const REMEMBERED = 100; // steps that the strongest smoothing remembers; fewer after a sample say too little
const WIDE_GAP = 0.1; // training this much better than held-out data reads as over-fitting

/** @param {import("../log/columns.js").Columns} columns @param {string} name @returns {number | null} */
function newest(columns, name) {
  return columns.length ? columns.last(name) : null;
}

/**
 * Mean training accuracy over one epoch, from its steps; null where they are not all here.
 * @param {JobFold} fold
 * @param {number} epoch
 * @returns {number | null}
 */
export function epochAccuracy(fold, epoch) {
  const epochs = fold.splits.train.column("epoch");
  const accuracy = fold.splits.train.column("accuracy");
  let sum = 0;
  let rows = 0;
  for (let i = epochs.length - 1; i >= 0 && epochs[i] >= epoch; i -= 1) {
    if (epochs[i] !== epoch) continue;
    if (i < fold.sampledRows) return null;
    sum += accuracy[i];
    rows += 1;
  }
  return rows ? sum / rows : null;
}

/**
 * Training accuracy less that of held-out samples: both of the network after the same epoch, as the chart shades it,
 * or the mean over an epoch's steps while training was not measured anew.
 * @param {JobFold} fold
 * @returns {{gap: number | null, epoch: number, train: number | null, isMeasured: boolean}}
 */
export function gapOf(fold) {
  const measured = newestGap(fold);
  if (measured) return { gap: measured.train - measured.held, epoch: measured.epoch, train: measured.train, isMeasured: true };
  const held = fold.splits.validation.length ? fold.splits.validation : fold.splits.test;
  const epoch = newest(held, "epoch") ?? 0;
  const train = epoch > 0 ? epochAccuracy(fold, epoch) : null;
  const other = newest(held, "accuracy");
  return { gap: train == null || other == null ? null : train - other, epoch, train, isMeasured: false };
}

/**
 * @param {JobFold} fold
 * @param {Job} job
 * @param {ArrayLike<number>} smoothedLoss
 * @returns {Record<string, Figure | null>} null hides a tile
 */
export function figuresOf(fold, job, smoothedLoss) {
  const { train, validation, test } = fold.splits;
  const loss = smoothedLoss.length ? smoothedLoss[smoothedLoss.length - 1] : null;
  const last = newest(train, "loss");
  const isOwn = fold.sampledRows > 0 && train.length - fold.sampledRows < REMEMBERED;
  const { gap, epoch, train: trainShare, isMeasured } = gapOf(fold);
  const best = job.best;
  const testNow = newest(test, "accuracy");
  const held = validation.length > 0 || best !== null;
  const validationNow = newest(validation, "accuracy");
  const chosen = held && best?.test ? best.test.accuracy : testNow;
  const perSecond = job.images_per_second;
  return {
    "train-loss": {
      text: decimal(Number.isFinite(last ?? 0) && !isOwn ? loss : last),
      note: last == null ? "" : isOwn ? "the newest step's own" : `this step ${decimal(last)}`,
      value: last,
    },
    "validation-accuracy": held
      ? {
          text: percent(validationNow),
          note: best ? `best ${percent(best.accuracy)} at epoch ${count(best.epoch)}` : "",
          value: validationNow,
        }
      : null,
    "test-accuracy": {
      text: percent(chosen),
      note: testNote(held, best, newest(test, "epoch")),
      value: chosen,
    },
    gap: {
      text: points(gap),
      note: trainShare == null ? (fold.sampledRows && epoch ? "needs an epoch's every step" : "") : `train ${percent(trainShare)} ${isMeasured ? "after" : "over"} epoch ${count(epoch)}`,
      value: gap,
    },
    speed: {
      text: perSecond ? `${count(perSecond)}/s` : "–",
      note: perSecond ? "training samples" : "",
      value: perSecond,
    },
  };
}

/** @param {boolean} held @param {import("./words.js").Best} best @param {number | null} epoch newest tested */
function testNote(held, best, epoch) {
  if (held && best?.test) return `at its best epoch, ${count(best.epoch)}`;
  if (epoch == null) return "";
  return held ? `epoch ${count(epoch)}` : `epoch ${count(epoch)}, nothing held out`;
}

/** @param {ParentNode} root @param {Record<string, Figure | null>} figures */
export function showTiles(root, figures) {
  for (const [name, figure] of Object.entries(figures)) {
    const tile = within(root, `[data-tile="${name}"]`);
    tile.hidden = figure === null;
    if (!figure) continue;
    setText(within(tile, "dd"), figure.text);
    setText(within(tile, "dd.note"), figure.note);
    setAttribute(tile, "data-value", figure.value == null ? "" : String(figure.value));
  }
  const gap = figures.gap?.value ?? 0;
  setAttribute(within(root, '[data-tile="gap"]'), "data-wide", gap > WIDE_GAP ? "true" : null);
}
