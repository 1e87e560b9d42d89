/**
 * What the server says of the studies whose jobs are listed: their names, and how many jobs they have.
 * Rule: asked only for what the list itself cannot tell, and again only once it shows something new.
 */

/** @typedef {import("../studies/words.js").Summary} Summary */
/** @typedef {import("./words.js").Job} Job */

export class KnownStudies extends EventTarget {
  #list;
  /** @type {Map<string, Summary>} */
  #studies = new Map();
  /** @type {Map<string, string>} by study: what was listed of it when it was asked about */
  #asked = new Map();
  #isAsking = false;

  /** @param {() => Promise<Summary[]>} list */
  constructor(list) {
    super();
    this.#list = list;
  }

  /** @param {string} id @returns {Summary | null} */
  get(id) {
    return this.#studies.get(id) ?? null;
  }

  /** @param {import("./groups.js").Group[]} groups as they are listed now */
  async look(groups) {
    const due = groups.flatMap(({ study, jobs }) => {
      if (study === null || this.#studies.get(study)?.job_count === jobs.length) return [];
      const state = stateOf(jobs);
      return this.#asked.get(study) === state ? [] : [{ study, state }];
    });
    if (!due.length || this.#isAsking) return;
    for (const { study, state } of due) this.#asked.set(study, state);
    this.#isAsking = true;
    const found = await this.#list().catch(() => null); // the next change in the list asks again
    this.#isAsking = false;
    if (!found) for (const { study } of due) this.#asked.delete(study);
    else this.#studies = new Map(found.map((study) => [study.id, study]));
    if (found) this.dispatchEvent(new Event("change"));
  }
}

/** @param {Job[]} jobs */
function stateOf(jobs) {
  return jobs.map((job) => `${job.id} ${job.status}`).join();
}
