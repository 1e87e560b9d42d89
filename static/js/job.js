/** The Job page's entry: one job, live, with everything that is known of it. */

import { Api, Problem } from "./api.js";
import { DiagnosisPanel } from "./diagnosis/panel.js";
import { byId, setAttribute } from "./dom.js";
import { JobDetails } from "./job/details.js";
import { readState, writeState } from "./job/address.js";
import { askDelete } from "./jobs/ask_delete.js";
import { rememberColors } from "./jobs/colors.js";
import { JobsFeed, LISTED } from "./jobs/feed.js";
import { LyingData } from "./jobs/lying_data.js";
import { jobPath } from "./jobs/link.js";
import { titleWords } from "./jobs/title.js";
import { later } from "./later.js";
import { isLesson } from "./lesson/marks.js";
import { Live } from "./live.js";
import { ServerClock } from "./log/clock.js";
import { show, showOnce } from "./opening.js";
import { writeAddress } from "./recipe/address.js";
import { keepChartsInSight } from "./reading_order.js";
import { CodeDialog } from "./recipe/code_dialog.js";
import { readSchema } from "./recipe/schema.js";
import { Selection } from "./selection.js";
import { SteerPanel } from "./steer/panel.js";
import { Steering } from "./steer/steering.js";
import { report, reportAll } from "./trouble.js";

/** @typedef {import("./jobs/words.js").Job} Job */

const root = document.documentElement.dataset.root ?? "";
const id = byId("job").dataset.jobId ?? "";
const clock = new ServerClock();
const api = new Api(root, clock);

async function open() {
  const [schema, { datasets }, devices, job] = await Promise.all([
    api.get("/api/config/schema"),
    api.get("/api/datasets").then((answer) => (Array.isArray(answer) ? { datasets: answer } : answer)),
    api.get("/api/devices").catch(() => []), // only words on a pill
    api.get(`/api/jobs/${id}`),
  ]);
  const fields = readSchema(schema);
  const feed = new JobsFeed({
    address: () => api.socketAddress("/api/stream"),
    list: async () => (await api.get(`/api/jobs?limit=${LISTED}`)).jobs,
  });
  feed.put(job);
  const selection = new Selection();
  const steering = new Steering(api, feed);
  const lying = new LyingData(datasets, async () => (await api.get("/api/datasets")).datasets);
  const lackOf = (/** @type {Job} */ one) => lying.lackOf(one);

  /** @type {import("./lesson/held.js").Held | null} */
  let held = null;
  /** @param {string} recipe and what else the Lab's address says @returns {string} */
  const labAddress = (recipe) => `${root}/?${[recipe, held?.query].filter(Boolean).join("&")}`;

  /** @param {Record<string, any>} config to be the Lab's recipe @returns {string} what is kept of the recipe there: nothing */
  function take(config) {
    window.location.assign(labAddress(writeAddress({ config: held?.keep(config).config ?? config, job: null, shown: [] }, fields)));
    return "";
  }
  const steer = new SteerPanel(steering, fields, {
    lackOf,
    api,
    code: new CodeDialog(root),
    onForked: (parent, child) => {
      const colors = [live.slotOf(parent.id)];
      window.location.assign(jobPath(child.id) + writeState({ shown: [parent.id], colors, at: null }, held?.along));
    },
    onRecipe: (one) => take(one.original_config),
  });
  if (isLesson(window.location.search)) {
    const { holdAlong } = await later(() => import("./lesson/along.js"));
    held = holdAlong(window.location.search, fields, { steering, steer });
  }
  const diagnoses = new DiagnosisPanel(fields, { adjust: (one, changes) => steering.adjust(one, changes), take });
  const titleOf = (/** @type {Job | null} */ one) => (one ? titleWords(one) : "Deleted job · Livetrain");
  const live = new Live({ api, clock, feed, selection, devices, datasets, lackOf, fields, steer, diagnoses, titleOf });
  const details = new JobDetails({ api, feed, fields, steering, steer, lackOf }, {
    onTick: (other, on) => change(() => (selection.shown = on ? [other, ...others(), id] : [...others().filter((one) => one !== other), id])),
    onStep: (step) => live.lookAt(step),
    onDelete: remove,
  });
  details.addEventListener("change", () => live.answer());
  live.addEventListener("written", (event) => {
    const { job: now, fold } = /** @type {CustomEvent} */ (event).detail;
    const { shown } = selection;
    const state = { config: held?.keep(now.original_config).config ?? {}, job: id, shown: shown.length > 1 ? shown : [], colors: shown.map((one) => live.slotOf(one)), inside: live.inside };
    setAttribute(byId("to-lab"), "href", labAddress(writeAddress(state, held ? fields : [])));
    details.show(now, fold, { shown: selection.shown, slotOf: (one) => live.slotOf(one) });
  });

  /** @returns {string[]} other jobs on the charts */
  function others() {
    return selection.shown.filter((one) => one !== id);
  }

  /** @param {string} query */
  function restore(query) {
    const { shown, colors, at, inside } = readState(query);
    rememberColors(shown, colors);
    selection.restore({ job: id, shown: shown.filter((one) => one !== id) });
    live.inside = inside ?? null;
    live.refresh();
    live.lookAt(at);
    for (const one of shown) if (!feed.job(one)) fetchJob(one);
  }

  /** @param {string} one that is older than the list, or was deleted */
  async function fetchJob(one) {
    try {
      feed.put(await api.get(`/api/jobs/${one}`));
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 404) throw error;
      selection.forget(one);
      live.refresh();
    }
  }

  /** @param {() => void} act on the selection */
  function change(act) {
    act();
    live.refresh();
    remember(true);
  }

  /** @param {boolean} step of history */
  function remember(step) {
    const shown = others();
    const next = writeState({ shown, colors: shown.map((one) => live.slotOf(one)), at: live.at, inside: live.inside }, held?.along);
    if (next === window.location.search) return;
    const address = window.location.pathname + next;
    if (step) window.history.pushState(null, "", address);
    else window.history.replaceState(null, "", address);
  }

  /** @param {Job} one */
  async function remove(one) {
    if (!(await askDelete("Delete this job?", `${one.name} and its whole log`))) return;
    await api.delete(`/api/jobs/${one.id}`);
    feed.remove(one.id);
  }

  /** It was deleted, here or elsewhere. */
  function leave() {
    byId("job-gone").hidden = false;
    for (const part of ["live", "job-details"]) byId(part).hidden = true;
    byId("to-lab").setAttribute("href", `${root}/${held ? `?${held.along}` : ""}`);
    document.title = titleOf(null);
    byId("job-gone").focus();
  }

  live.addEventListener("moment", () => remember(false));
  live.addEventListener("inside", () => remember(false));
  steering.addEventListener("asked", () => live.answer());
  steering.addEventListener("refused", () => lying.look());
  lying.addEventListener("change", () => live.answer());
  feed.addEventListener("change", () => {
    if (!feed.job(id)) leave();
    const gone = others().filter((one) => feed.known && !feed.job(one));
    const unfollowed = selection.shown.some((one) => feed.job(one) && !live.follows(one));
    if (gone.length || unfollowed) live.refresh();
    live.touch();
  });
  window.addEventListener("popstate", () => restore(window.location.search));
  for (const wake of ["online", "focus"]) window.addEventListener(wake, nudge);
  document.addEventListener("visibilitychange", nudge);
  function nudge() {
    if (document.hidden) return;
    feed.nudge();
    live.nudge();
    lying.look();
  }
  restore(window.location.search);
  feed.start();
  showOnce(() => live.isFilled && (Boolean(byId("inside").hidden) || byId("inside-body").childElementCount > 0));
}

reportAll();
keepChartsInSight();
open().catch((error) => {
  show();
  report(error);
});
