/** The Studies page's entry: the list, the form, and the selected study, kept current by the server's feed. */

import { Api, Problem } from "./api.js";
import { byId, make, setAttribute, setText } from "./dom.js";
import { JobsFeed, LISTED } from "./jobs/feed.js";
import { ServerClock } from "./log/clock.js";
import { show } from "./opening.js";
import { holdsConfig, readAddress } from "./recipe/address.js";
import { titlesOf } from "./recipe/naming.js";
import { offer, readSchema } from "./recipe/schema.js";
import { Rhythm } from "./rhythm.js";
import { StudyForm } from "./studies/form.js";
import { showReady } from "./studies/ready.js";
import { StudyView } from "./studies/view.js";
import { statusWords, tally } from "./studies/words.js";
import { report, reportAll } from "./trouble.js";

/** @typedef {import("./studies/words.js").Summary} Summary */

const REFRESH_INTERVAL = 1000; // ms between two looks at the selected study while its jobs train
const STUDY = "study"; // in the address

const root = document.documentElement.dataset.root ?? "";
const api = new Api(root, new ServerClock());

async function open() {
  const [schema, ready, known, architectures] = await Promise.all([
    api.get("/api/config/schema"),
    api.get("/api/studies/ready-made"),
    api.get("/api/datasets"),
    api.get("/api/architectures"),
  ]);
  const fields = readSchema(schema);
  const datasets = /** @type {(import("./recipe/facts.js").Facts & {state: string})[]} */ (known).filter(({ state }) => state === "ready");
  offer(fields, "dataset", datasets.map(({ name }) => name));
  const titles = { dataset: titlesOf(datasets), architecture: titlesOf(architectures) };
  const query = window.location.search;
  const form = new StudyForm(api, fields, ready.rungs, {
    base: readAddress(query, fields).config,
    given: holdsConfig(query, fields),
  }, { datasets, titles });
  const view = new StudyView(api, fields, root, titles);
  const feed = new JobsFeed({
    address: () => api.socketAddress("/api/stream"),
    list: async () => (await api.get(`/api/jobs?limit=${LISTED}`)).jobs,
  });
  /** @type {Summary[]} */
  let listed = [];
  let selected = new URLSearchParams(query).get(STUDY);
  /** @type {string | null} being deleted: it is not asked for any more */
  let leaving = null;
  let announced = "";
  let measured = -1;

  const rhythm = new Rhythm(REFRESH_INTERVAL, () => refresh().catch(report));

  async function refresh() {
    const asked = selected;
    const known = listed.find((one) => one.id === asked);
    listed = (await api.get("/api/studies")).studies;
    const isThere = asked !== leaving && listed.some((one) => one.id === asked);
    const study = isThere ? await api.get(`/api/studies/${encodeURIComponent(asked ?? "")}`).catch(goneOrRaise) : null;
    if (asked === selected && (asked === null || asked !== leaving)) {
      if (asked && !study) choose(null, { gone: goneWords(known?.name) });
      else {
        view.show(study);
        const words = study ? `${study.name}: ${statusWords(study.status)}` : "";
        if (words !== announced) setText(byId("announcement"), words);
        announced = words;
      }
    }
    writeList();
    form.showJobs(feed.newestFirst);
    const completed = feed.newestFirst.filter(({ status }) => status === "completed").length;
    const isNews = measured >= 0 && completed !== measured; // more is known of how long studies take
    measured = completed;
    if (isNews) writeReady((await api.get("/api/studies/ready-made")).studies);
  }

  function writeList() {
    byId("list-empty").hidden = listed.length > 0;
    byId("welcome-choose").hidden = !listed.length;
    const list = byId("study-list");
    const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset.studyId;
    list.replaceChildren(
      ...listed.map((study) => {
        const words = `${statusWords(study.status)} · ${tally(study)}`;
        const button = make("button", { type: "button", "data-study-id": study.id }, make("b", {}, study.name), make("small", {}, words));
        setAttribute(button, "aria-current", study.id === selected ? "true" : null);
        button.addEventListener("click", () => choose(study.id));
        return make("li", {}, button);
      }),
    );
    if (focused) /** @type {HTMLElement | null} */ (list.querySelector(`[data-study-id="${CSS.escape(focused)}"]`))?.focus();
  }

  /** @param {string | null} id @param {{step?: boolean, gone?: string}} [how] `gone`: which study is no more, in words */
  function choose(id, { step = true, gone = "" } = {}) {
    selected = id;
    byId("study-gone").hidden = !gone;
    setText(byId("study-gone"), gone);
    const address = new URLSearchParams(window.location.search);
    if (id) address.set(STUDY, id);
    else address.delete(STUDY);
    const next = `?${address}`;
    if (gone) window.history.replaceState(null, "", next);
    else if (step && next !== window.location.search) window.history.pushState(null, "", next);
    if (!id) view.show(null);
    refresh().catch(report);
  }

  /** @param {import("./studies/ready.js").Ready[]} studies */
  const writeReady = (studies) => showReady(studies, (definition, button) => form.start(definition, button));
  writeReady(ready.studies);

  form.addEventListener("started", (event) => {
    choose(/** @type {CustomEvent} */ (event).detail.id);
    byId("study").focus({ preventScroll: true });
    byId("study").scrollIntoView({ block: "start" });
  });
  for (const action of ["stop", "resume"]) {
    byId(`study-${action}`).addEventListener("click", async () => {
      await api.post(`/api/studies/${selected}/${action}`);
      await refresh();
    });
  }
  byId("extend-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const changes = view.extension.read();
    if (!changes) return;
    try {
      await api.post(`/api/studies/${selected}/extend`, changes);
      view.extension.close();
      await refresh();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      view.extension.showErrors(error.errors, error.message);
    }
  });
  byId("study-delete").addEventListener("click", async () => {
    const dialog = /** @type {HTMLDialogElement} */ (byId("delete-dialog"));
    const name = listed.find((study) => study.id === selected)?.name ?? "";
    setText(byId("delete-words"), `“${name}”: its trainings can stay as ordinary jobs, or be deleted with it.`);
    dialog.returnValue = "keep";
    dialog.showModal();
    await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
    if (dialog.returnValue !== "study" && dialog.returnValue !== "jobs") return;
    leaving = selected;
    try {
      await api.delete(`/api/studies/${selected}${dialog.returnValue === "jobs" ? "?with_jobs=true" : ""}`);
      choose(null, { gone: goneWords(name) });
    } finally {
      leaving = null;
    }
    byId("study").focus();
  });

  feed.addEventListener("change", () => rhythm.touch());
  feed.addEventListener("link", () => {
    if (feed.link !== "open") return;
    for (const id of ["trouble", "own-error"]) byId(id).hidden = true; // what an absent server could not do
  });
  window.addEventListener("popstate", () => choose(new URLSearchParams(window.location.search).get(STUDY), { step: false }));
  for (const wake of ["online", "focus"]) window.addEventListener(wake, () => feed.nudge());
  feed.start();
  await refresh();
}

/** @param {string | undefined} name */
function goneWords(name) {
  return name ? `“${name}” was deleted.` : "There is no such study here: it was deleted, or the link is another server's.";
}

/** @param {unknown} error @returns {null} a study that is no more */
function goneOrRaise(error) {
  if (error instanceof Problem && error.status === 404) return null;
  throw error;
}

reportAll();

open().catch(report).finally(show);
