/**
 * Which job is looked at and which are on the charts. Rule: the selected job is on the charts; what the reader
 * ticked stays, what was there only because it was selected makes room.
 */

export class Selection {
  /** @type {string | null} */
  job = null;
  /** @type {string[]} */
  shown = [];

  /** @param {{job: string | null, shown: string[]}} state from the address */
  restore({ job, shown }) {
    this.job = job;
    this.shown = job && !shown.includes(job) ? [...shown, job] : [...shown];
  }

  /** @param {string} id */
  select(id) {
    const alone = this.shown.length === 0 || (this.shown.length === 1 && this.shown[0] === this.job);
    if (!this.shown.includes(id)) this.shown = alone ? [id] : [...this.shown, id];
    this.job = id;
  }

  /** Look at one job beside another. @param {string} id @param {string} other */
  compare(id, other) {
    this.shown = [...this.shown.filter((one) => one !== id && one !== other), other, id];
    this.job = id;
  }

  /** Without the selected job the charts would show another one than the figures: it stays, or the next takes over.
   * @param {string} id @param {boolean} on */
  tick(id, on) {
    const others = this.shown.filter((other) => other !== id);
    if (!on && id === this.job && !others.length) return;
    if (!on && id === this.job) this.job = others[others.length - 1];
    this.shown = others;
    if (on) this.shown.push(id);
    if (on && !this.job) this.job = id;
  }

  /** @param {string} id a job that is no more */
  forget(id) {
    this.shown = this.shown.filter((other) => other !== id);
    if (this.job === id) this.job = this.shown.at(-1) ?? null;
  }
}
