/**
 * Being told when a job ends, by the browser, while its tab is in the background. Rule: only who asked is told, and
 * a browser that refuses is quoted, not hidden.
 */

import { byId, setAttribute, setText } from "./dom.js";
import { Endings, noticeOf, studyNoticeOf } from "./jobs/endings.js";

/** @typedef {import("./jobs/endings.js").Notice} Notice */
/** @typedef {import("./jobs/words.js").Job} Job */

const KEY = "livetrain.notify"; // in the browser's storage
const WORDS = {
  granted: "While this tab is in the background, the browser tells you when a job ends.",
  denied: "The browser refuses: allow notifications for this site in its settings, then press again.",
  default: "Not allowed yet: press again and allow it when the browser asks.",
  insecure: "Browsers give notifications only to pages over HTTPS or from the same machine.",
  unable: "This browser cannot show a page's notifications.",
};

export class Notify {
  #endings = new Endings();
  #button = byId("notify");
  #note = byId("notify-note");
  #nameOf;
  #onOpen;

  /** @param {{nameOf: (studyId: string) => string, onOpen: (jobId: string) => void}} hooks `onOpen`: a job's notice was clicked */
  constructor({ nameOf, onOpen }) {
    this.#nameOf = nameOf;
    this.#onOpen = onOpen;
    this.#show(wasAsked() && this.#lack() === "", "");
    this.#button.addEventListener("click", () => this.#toggle());
  }

  get #isOn() {
    return this.#button.getAttribute("aria-pressed") === "true";
  }

  /** The jobs changed. @param {Job[]} jobs all of them */
  look(jobs) {
    const ended = this.#endings.since(jobs);
    if (!this.#isOn || !document.hidden) return;
    for (const job of ended.jobs) this.#tell(noticeOf(job), job.id, job.id);
    for (const [id, all] of ended.studies) this.#tell(studyNoticeOf(this.#nameOf(id), all), id, all[0].id);
  }

  /** @returns {string} why nothing can be told; empty where it can */
  #lack() {
    if (!window.isSecureContext) return WORDS.insecure;
    if (typeof Notification === "undefined") return WORDS.unable;
    return Notification.permission === "granted" ? "" : WORDS[Notification.permission];
  }

  async #toggle() {
    if (this.#isOn) {
      localStorage.removeItem(KEY);
      this.#show(false, "");
      return;
    }
    if (typeof Notification !== "undefined" && window.isSecureContext) await Notification.requestPermission();
    const lack = this.#lack();
    if (!lack) localStorage.setItem(KEY, "on");
    this.#show(!lack, lack || WORDS.granted);
  }

  /** @param {boolean} isOn @param {string} words */
  #show(isOn, words) {
    setAttribute(this.#button, "aria-pressed", String(isOn));
    this.#note.hidden = !words;
    setText(this.#note, words);
  }

  /** @param {Notice} notice @param {string} tag a later notice of the same takes its place @param {string} jobId */
  #tell({ title, body }, tag, jobId) {
    try {
      const notice = new Notification(title, { body, tag });
      notice.addEventListener("click", () => {
        window.focus();
        notice.close();
        this.#onOpen(jobId);
      });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // phones allow it to installed pages only
      this.#show(false, WORDS.unable);
    }
  }
}

/** @returns {boolean} whether it was wished for on an earlier visit */
function wasAsked() {
  try {
    return localStorage.getItem(KEY) === "on";
  } catch (error) {
    if (error instanceof DOMException) return false; // a browser that keeps nothing
    throw error;
  }
}
