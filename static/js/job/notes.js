/** Name, tags and notes of the job, to be edited. Rule: what is typed stays until it is saved; what others save meanwhile shows where nothing was typed. */

import { Problem } from "../api.js";
import { confirmed } from "../confirmed.js";
import { byId, setAttribute, setText } from "../dom.js";

/** @typedef {import("../jobs/words.js").Job} Job */
/** @typedef {{name?: string, tags?: string[], notes?: string}} Changes */
/** @typedef {"name" | "tags" | "notes"} Part */

const PARTS = /** @type {Part[]} */ (["name", "tags", "notes"]);

/** @param {string} text @returns {string[]} */
function tagsOf(text) {
  return [...new Set(text.split(",").map((tag) => tag.trim()).filter(Boolean))];
}

export class Notes {
  #save;
  /** @type {Job | null} */
  #job = null;

  /** @param {(id: string, changes: Changes) => Promise<Job>} save */
  constructor(save) {
    this.#save = save;
    byId("notes-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    byId("notes-form").addEventListener("input", () => this.#offer());
    window.addEventListener("beforeunload", (event) => {
      if (Object.keys(this.#changes).length) event.preventDefault(); // the browser asks
    });
  }

  /** @param {Part} part */
  #input(part) {
    return /** @type {HTMLInputElement} */ (byId(`note-${part}`));
  }

  /** @param {Job | null} job @returns {Record<Part, string>} as text */
  #texts(job) {
    return { name: job?.name ?? "", tags: (job?.tags ?? []).join(", "), notes: job?.notes ?? "" };
  }

  /** @param {Job} job */
  show(job) {
    const [before, now] = [this.#texts(this.#job), this.#texts(job)];
    for (const part of PARTS) {
      const input = this.#input(part);
      if (!this.#job || (before[part] !== now[part] && input.value === before[part])) input.value = now[part];
    }
    this.#job = job;
    this.#offer();
  }

  /** @returns {Changes} */
  get #changes() {
    const job = this.#job;
    if (!job) return {};
    const [name, tags, notes] = [this.#input("name").value.trim(), tagsOf(this.#input("tags").value), this.#input("notes").value];
    return {
      ...(name !== job.name ? { name } : {}),
      ...(tags.join() !== (job.tags ?? []).join() ? { tags } : {}),
      ...(notes !== (job.notes ?? "") ? { notes } : {}),
    };
  }

  #offer() {
    setAttribute(byId("notes-save"), "aria-disabled", Object.keys(this.#changes).length ? null : "true");
  }

  async #submit() {
    const [job, changes] = [this.#job, this.#changes];
    if (!job || !Object.keys(changes).length) return;
    this.#refuse([]);
    try {
      const saved = await this.#save(job.id, changes);
      for (const part of PARTS) {
        const input = this.#input(part);
        if (part in changes && JSON.stringify(this.#changes[part]) === JSON.stringify(changes[part])) input.value = this.#texts(saved)[part];
      }
      this.#job = saved;
      this.#offer();
      confirmed(byId("notes-save"), "Saved");
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#refuse(error.errors.length ? error.errors : [{ field: "notes", message: error.message }]);
    }
  }

  /** @param {import("../api.js").FieldError[]} errors */
  #refuse(errors) {
    for (const part of PARTS) {
      const found = errors.find(({ field }) => field.split(".")[0] === part);
      const said = byId(`note-${part}-error`);
      said.hidden = !found;
      setText(said, found?.message ?? "");
      setAttribute(this.#input(part), "aria-invalid", found ? "true" : null);
      if (found) this.#input(part).focus();
    }
  }
}
