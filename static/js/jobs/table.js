/**
 * The jobs, one row each, and a row a study in which its jobs are folded. Rule: a row is made once and written to
 * only where its text changed, so that a table that is watched costs nothing when nothing happens; of a folded
 * study the jobs on the charts stay in sight, and what is looked for is shown whatever is folded.
 */

import { byId, setAttribute, setText, within } from "../dom.js";
import { tagsOf } from "./differ.js";
import { foundIn } from "./find.js";
import { figuresOfStudy, groupsOf, nameWithin, scoreOf } from "./groups.js";
import { makeJobRow, writeJobRow } from "./job_row.js";
import { makeStudyRow, writeStudyRow } from "./study_row.js";
import { calledWords, givenName, originWords, tallyWords } from "./words.js";

/** @typedef {import("./words.js").Job} Job */
/** @typedef {import("./groups.js").Group} Group */
/** @typedef {import("../recipe/schema.js").Field} Field */
/**
 * @typedef {{selected: string | null, shown: string[], slotOf: (id: string) => number | null, known: boolean,
 *   startsOf: (job: Job) => string}} State
 *   `shown`: jobs on the charts; `startsOf`: when one that waits may start, in words
 */

const FULL_LIST = 200; // jobs the server names; older ones exist beyond

export class JobsTable {
  #fields;
  #actions;
  #studies;
  #root;
  #finder;
  /** @type {Map<string, HTMLElement>} */
  #rows = new Map();
  /** @type {Map<string, HTMLElement>} */
  #studyRows = new Map();
  /** @type {Set<string>} studies that were opened */
  #open = new Set();
  #again = () => {};
  /** @type {string | null} the job that was selected when the list was written last */
  #selected = null;

  /**
   * @param {Field[]} fields
   * @param {import("./job_row.js").Actions} actions
   * @param {import("./known_studies.js").KnownStudies} studies
   * @param {string} root of every address
   * @param {import("./finder.js").Finder} finder
   */
  constructor(fields, actions, studies, root, finder) {
    this.#fields = fields;
    this.#actions = actions;
    this.#studies = studies;
    this.#root = root;
    this.#finder = finder;
    finder.addEventListener("change", () => this.#again());
  }

  /** @param {Job[]} jobs newest first @param {State} state */
  show(jobs, state) {
    this.#again = () => this.show(jobs, state);
    const grouped = groupsOf(jobs);
    this.#studies.look(grouped);
    const isFull = jobs.length >= FULL_LIST;
    const waiting = isFull ? Infinity : jobs.filter((job) => job.status === "queued").length;
    const tags = this.#tags(grouped);
    const called = new Map(jobs.map((job) => [job.id, givenName(job) || tags.get(job.id)?.join(", ") || calledWords(job)]));
    const { groups, found } = foundIn(grouped, this.#finder.wish, this.#read(called));
    /** @type {HTMLElement[]} */
    const rows = [];
    for (const group of groups) {
      if (group.study !== null) rows.push(this.#studyRow(group, state, found));
      for (const job of group.jobs) {
        const row = this.#rows.get(job.id) ?? this.#made(job.id);
        const study = (group.study !== null && this.#studies.get(group.study)?.name) || "";
        const given = nameWithin(givenName(job), study);
        const says = given !== givenName(job); // the study named it after what differs
        const origin = originWords(job, called.get(job.forked_from?.job_id ?? "") ?? "");
        writeJobRow(row, job, { called: given, tags: says ? [] : (tags.get(job.id) ?? []), origin, study, starts: state.startsOf(job) }, waiting);
        this.#mark(row, job.id, group, state, found);
        rows.push(row);
      }
    }
    this.#place(rows);
    this.#finder.show(jobs.length, found);
    byId("jobs-scroll").hidden = jobs.length === 0;
    byId("jobs-empty").hidden = jobs.length > 0 || !state.known;
    byId("jobs-more").hidden = !isFull;
    setText(byId("jobs-tally"), tallyWords(jobs, isFull));
    this.#reveal(state.selected);
  }

  /** @param {Map<string, string>} called what each job is called here @returns {import("./find.js").Read} */
  #read(called) {
    const nameOf = (/** @type {string} */ study) => this.#studies.get(study)?.name ?? "";
    return {
      text: (job) => [called.get(job.id), job.name, job.config.dataset, ...(job.tags ?? []), job.study_id && nameOf(job.study_id)].join(" "),
      ofJob: (job) => ({ name: called.get(job.id) ?? "", status: job.status, best: scoreOf(job), time: job.train_seconds || null }),
      ofStudy: ({ study, jobs }) => {
        const { status, best, trainSeconds } = figuresOfStudy(jobs, this.#studies.get(study ?? ""));
        return { name: nameOf(study ?? ""), status, best: best && scoreOf(best), time: trainSeconds || null };
      },
    };
  }

  /** A job that was chosen elsewhere is brought into the list's own view; the page stays. @param {string | null} id */
  #reveal(id) {
    if (id === this.#selected) return;
    this.#selected = id;
    const row = this.#rows.get(id ?? "");
    if (!row || row.hidden) return;
    const scroll = byId("jobs-scroll");
    const [box, { top, bottom }] = [scroll.getBoundingClientRect(), row.getBoundingClientRect()];
    const head = byId("jobs-head").clientHeight;
    if (top < box.top + head) scroll.scrollTop += top - box.top - head;
    else if (bottom > box.bottom) scroll.scrollTop += bottom - box.bottom;
  }

  /** @param {Group[]} groups @returns {Map<string, string[]>} a study's jobs are compared with each other, the others among themselves */
  #tags(groups) {
    const alone = groups.filter(({ study }) => study === null).flatMap(({ jobs }) => jobs);
    const studies = groups.filter(({ study }) => study !== null).map(({ jobs }) => jobs);
    return new Map([alone, ...studies].flatMap((jobs) => [...tagsOf(jobs, this.#fields)]));
  }

  /** @param {Group} group @param {State} state @param {Set<string> | null} found @returns {HTMLElement} */
  #studyRow({ study, jobs }, { shown }, found) {
    const id = /** @type {string} */ (study);
    const summary = this.#studies.get(id);
    const row = this.#studyRows.get(id) ?? makeStudyRow(id, `${this.#root}/studies?study=${id}`, () => this.#fold(id));
    this.#studyRows.set(id, row);
    const charted = jobs.filter((job) => shown.includes(job.id)).length;
    const all = jobs.filter((job) => found?.has(job.id) ?? true).length;
    writeStudyRow(row, summary?.name ?? "Study", figuresOfStudy(jobs, summary), { isOpen: this.#open.has(id) || all < jobs.length, charted });
    row.hidden = !all;
    return row;
  }

  /** @param {string} study */
  #fold(study) {
    if (!this.#open.delete(study)) this.#open.add(study);
    this.#again();
  }

  /** What the row is beyond its job's own words. @param {HTMLElement} row @param {string} id @param {Group} group @param {State} state @param {Set<string> | null} found */
  #mark(row, id, { study, jobs }, { selected, shown, slotOf }, found) {
    const isCharted = shown.includes(id);
    setAttribute(row, "aria-current", id === selected ? "true" : null);
    setAttribute(row, "data-color", isCharted ? String(slotOf(id) ?? "") : "");
    setAttribute(row, "data-within", study);
    /** @type {HTMLInputElement} */ (within(row, ".tick")).checked = isCharted;
    const isPart = found !== null && jobs.some((job) => !found.has(job.id)); // only what was found of a study: shown
    const isFolded = study !== null && !isPart && !this.#open.has(study) && !isCharted && id !== selected;
    if (isFolded && row.contains(document.activeElement)) this.#studyRows.get(study ?? "")?.querySelector("button")?.focus();
    row.hidden = isFolded || (found !== null && !found.has(id));
  }

  /** @param {string} id @returns {HTMLElement} */
  #made(id) {
    const row = makeJobRow(id, this.#actions);
    this.#rows.set(id, row);
    return row;
  }

  /** @param {HTMLElement[]} rows all there are, in order */
  #place(rows) {
    const present = new Set(rows);
    for (const made of [this.#rows, this.#studyRows]) {
      for (const [id, row] of made) {
        if (present.has(row)) continue;
        row.remove();
        made.delete(id);
      }
    }
    const body = byId("jobs");
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    rows.forEach((row, index) => {
      if (body.children[index] !== row) body.insertBefore(row, body.children[index] ?? null);
    });
    if (focused !== document.activeElement && body.contains(focused)) focused?.focus({ preventScroll: true }); // its row was moved
  }
}
