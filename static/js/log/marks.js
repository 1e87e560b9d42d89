/**
 * Moments of a job that are no rows: adjustments, checkpoints, and where a later attempt went on.
 * Rule: a rewind voids checkpoints and attempts after its step, never a change, which is made again at its step.
 */

/** @typedef {{step: number, field: string, before: number, after: number}} Change */
/** @typedef {{step: number, epoch: number, isBest: boolean}} Checkpoint */
/** @typedef {{step: number, attempt: number}} Resume `step`: the last one before it went on */

export class Marks {
  /** @type {Change[]} in the order they were made */
  changes = [];
  /** @type {Checkpoint[]} by step */
  checkpoints = [];
  /** @type {Resume[]} by step */
  resumes = [];

  /** @param {Change} change */
  addChange({ step, field, before, after }) {
    this.changes.push({ step, field, before, after });
  }

  /** A best epoch may be saved after later ones. @param {{step: number, epoch: number, is_best: boolean}} entry */
  addCheckpoint({ step, epoch, is_best: isBest }) {
    const others = this.checkpoints.filter((one) => one.step !== step);
    const before = others.findLastIndex((one) => one.step < step);
    others.splice(before + 1, 0, { step, epoch, isBest });
    this.checkpoints = others;
  }

  /** @param {number} step @param {number} attempt */
  addResume(step, attempt) {
    this.resumes.push({ step, attempt });
  }

  /**
   * A change's `before` is no help: of a learning rate it is what the schedule had made of the config's.
   * @param {Record<string, any>} config as it is now
   * @param {Record<string, any>} original as it was at the start
   * @param {number} step
   * @returns {Record<string, any>} as it was after that step
   */
  configAt(config, original, step) {
    const later = this.changes.filter((change) => change.step > step);
    const made = this.changes.filter((change) => change.step <= step).sort((a, b) => a.step - b.step);
    const was = (/** @type {string} */ field) => made.findLast((change) => change.field === field)?.after ?? original[field];
    return { ...config, ...Object.fromEntries(later.map(({ field }) => [field, was(field)])) };
  }

  /** @param {number} step */
  rewind(step) {
    this.checkpoints = this.checkpoints.filter((one) => one.step <= step);
    this.resumes = this.resumes.filter((one) => one.step <= step);
  }
}
