/**
 * The snapshots and diagnoses a log announces, kind by kind in the order of their steps.
 * Rule: a rewind voids those after its step.
 */

/**
 * @typedef {{seq: number, kind: string, step: number, epoch: number, mediaType: string, bytes: number,
 *   url: string, data?: any}} Snapshot
 */
/**
 * @typedef {{kind: string, sinceStep: number, message: string, evidence: Record<string, any>,
 *   remedy: {changes: Record<string, any>} | null}} Diagnosis
 */

export class Snapshots {
  /** @type {Map<string, Snapshot[]>} */
  #byKind = new Map();
  /** @type {Diagnosis[]} */
  diagnoses = [];

  /** @returns {string[]} the kinds there are, in the order they first came */
  get kinds() {
    return [...this.#byKind.keys()].filter((kind) => this.of(kind).length > 0);
  }

  /** @param {string} kind @returns {readonly Snapshot[]} */
  of(kind) {
    return this.#byKind.get(kind) ?? [];
  }

  /** @param {any} entry of the log, type snapshot */
  add({ seq, kind, step, epoch, media_type: mediaType, bytes, url, data }) {
    const list = this.#byKind.get(kind) ?? [];
    list.push({ seq, kind, step, epoch, mediaType, bytes, url, data });
    this.#byKind.set(kind, list);
  }

  /** @param {any} entry of the log, type diagnosis */
  addDiagnosis({ kind, since_step: sinceStep, message, evidence, remedy }) {
    this.diagnoses.push({ kind, sinceStep, message, evidence: evidence ?? {}, remedy: remedy ?? null });
  }

  /** @param {number} step */
  rewind(step) {
    for (const [kind, list] of this.#byKind) this.#byKind.set(kind, list.filter((one) => one.step <= step));
    this.diagnoses = this.diagnoses.filter((one) => one.sinceStep <= step);
  }
}
