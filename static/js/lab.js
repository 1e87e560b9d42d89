/** The Lab page's entry: loads what the server knows, then connects recipe, jobs and live view. */

import { Api, Problem } from "./api.js";
import { confirmed } from "./confirmed.js";
import { DiagnosisPanel } from "./diagnosis/panel.js";
import { byId } from "./dom.js";
import { AddressBar } from "./history.js";
import { askDelete } from "./jobs/ask_delete.js";
import { rememberColors } from "./jobs/colors.js";
import { JobsFeed, LISTED } from "./jobs/feed.js";
import { Finder } from "./jobs/finder.js";
import { KnownStudies } from "./jobs/known_studies.js";
import { Queue } from "./jobs/queue.js";
import { Several } from "./jobs/several.js";
import { LyingData } from "./jobs/lying_data.js";
import { showChapter } from "./learn/came_from.js";
import { Lessons } from "./lesson/connect.js";
import { startsWords } from "./jobs/starts.js";
import { JobsTable } from "./jobs/table.js";
import { Live } from "./live.js";
import { isDone } from "./jobs/words.js";
import { ServerClock } from "./log/clock.js";
import { Notify } from "./notify.js";
import { holdsConfig, readAddress, writeAddress } from "./recipe/address.js";
import { CodeDialog } from "./recipe/code_dialog.js";
import { RecipePanel } from "./recipe/panel.js";
import { FIRST_PRESET } from "./recipe/presets.js";
import { differences, offer, readSchema } from "./recipe/schema.js";
import { show, showOnce } from "./opening.js";
import { keepChartsInSight, keepReadingOrder, revealCharts } from "./reading_order.js";
import { Rhythm } from "./rhythm.js";
import { Selection } from "./selection.js";
import { SteerPanel } from "./steer/panel.js";
import { Steering } from "./steer/steering.js";
import { report, reportAll } from "./trouble.js";

/** @typedef {import("./jobs/words.js").Job} Job */

const TABLE_INTERVAL = 1000; // ms between two writings of the jobs table

const RECIPE_AS_CODE = { title: "This recipe as code", note: "Only what differs from the defaults; that is all that Start sends." };

const clock = new ServerClock();
const root = document.documentElement.dataset.root ?? "";
const api = new Api(root, clock);

/** @param {Promise<any>} call @param {string} key @returns {Promise<any[]>} a list, bare or under its name */
async function listOf(call, key) {
  const answer = await call;
  return Array.isArray(answer) ? answer : answer[key];
}

async function open() {
  const [schema, listed, architectures, devices] = await Promise.all([
    api.get("/api/config/schema"),
    listOf(api.get("/api/datasets"), "datasets"),
    listOf(api.get("/api/architectures"), "architectures"),
    listOf(api.get("/api/devices"), "devices").catch(() => []), // only words on a pill
  ]);
  const fields = readSchema(schema);
  const datasets = listed.filter((dataset) => dataset.state === "ready");
  offer(fields, "dataset", datasets.map((dataset) => dataset.name));
  const feed = new JobsFeed({
    address: () => api.socketAddress("/api/stream"),
    list: () => listOf(api.get(`/api/jobs?limit=${LISTED}`), "jobs"),
  });
  const selection = new Selection();
  const lying = new LyingData(listed, () => listOf(api.get("/api/datasets"), "datasets"));
  const lackOf = (/** @type {Job} */ job) => lying.lackOf(job);
  const panel = new RecipePanel(api, { fields, datasets, architectures }, () => feed.newestFirst);
  const steering = new Steering(api, feed);
  const code = new CodeDialog(root);
  byId("as-code").addEventListener("click", () => code.open({ ...RECIPE_AS_CODE, config: differences(panel.config, fields) }));
  const steer = new SteerPanel(steering, fields, {
    lackOf,
    api,
    code,
    onForked: (parent, job) => change(() => selection.compare(job.id, parent.id)),
    onRecipe: (job) => {
      const kept = panel.take(job.original_config);
      confirmed(byId("as-recipe"), kept ? "Taken over in part" : "Taken over");
    },
  });
  const diagnoses = new DiagnosisPanel(fields, {
    adjust: (id, changes) => steering.adjust(id, changes),
    take: (config) => panel.take(config),
  });
  const linked = readAddress(window.location.search, fields); // a link brings its jobs' colours along
  rememberColors(linked.shown, linked.colors ?? []);
  const live = new Live({ api, clock, feed, selection, devices, datasets, lackOf, fields, steer, diagnoses });
  const lesson = new Lessons(
    { api, fields, panel, steering, steer, root },
    { onLeft: left, onSelect: (id) => change(() => selection.select(id)), onLoaded: () => restore(window.location.search) },
  );
  const address = new AddressBar(fields, restore, () => lesson.query);

  const studies = new KnownStudies(() => listOf(api.get("/api/studies"), "studies"));
  /** @type {import("./jobs/job_row.js").Actions} */
  const actions = {
    onSelect: (id) => (several.isOn ? several.toggle(id) : change(() => selection.select(id))),
    onTick: (id, on) => change(() => selection.tick(id, on)),
    onStop: (id) => steering.ask(id, "stop"),
    onMove: (id, position) => steering.move(id, position),
    onDelete: remove,
  };
  const table = new JobsTable(fields, actions, studies, root, new Finder());
  const queue = new Queue((id, position) => steering.move(id, position), (job) => job.name);
  const several = new Several(feed, {
    stop: (id) => steering.ask(id, "stop"),
    remove: async (id) => {
      await api.delete(`/api/jobs/${id}`);
      feed.remove(id);
    },
    tag: async (job, tag) => {
      if (!job.tags?.includes(tag)) feed.apply([await api.patch(`/api/jobs/${job.id}`, { tags: [...(job.tags ?? []), tag] })]);
    },
  }, root);
  several.addEventListener("done", () => tableRhythm.hurry());
  const tableRhythm = new Rhythm(TABLE_INTERVAL, () => {
    const { job: selected, shown } = selection;
    table.show(feed.newestFirst, { selected, shown, slotOf: (id) => live.slotOf(id), known: feed.known, startsOf: (job) => startsWords(job, feed.newestFirst, devices) });
    queue.show(feed.newestFirst);
    several.write();
    panel.estimate();
    lesson.showJobs(feed.newestFirst, feed.job(selected));
  });
  studies.addEventListener("change", () => tableRhythm.hurry());

  /** @param {string} query */
  function restore(query) {
    const state = readAddress(query, fields);
    if (!holdsConfig(query, fields)) Object.assign(state.config, FIRST_PRESET.changes);
    panel.config = lesson.open(query, state.config);
    selection.restore(state);
    live.inside = state.inside ?? null;
    live.refresh();
    tableRhythm.hurry();
    for (const id of new Set([...selection.shown, state.job])) if (id && !feed.job(id)) fetchJob(id);
  }

  /** A link may show a job that is older than the list, or was deleted. @param {string} id */
  async function fetchJob(id) {
    try {
      feed.put(await api.get(`/api/jobs/${id}`));
    } catch (error) {
      if (!(error instanceof Problem) || error.status !== 404) throw error;
      selection.forget(id);
      live.refresh();
      remember(false);
    }
  }

  /** @param {() => void} act on the selection */
  function change(act) {
    act();
    live.refresh();
    tableRhythm.hurry();
    remember(true);
  }

  /** @param {boolean} step */
  function remember(step) {
    const { job, shown } = selection;
    address.write({ config: panel.config, job, shown, colors: shown.map((id) => live.slotOf(id)), inside: live.inside }, { step });
  }

  /** The lesson was left: links to jobs do not bring it along any more. */
  function left() {
    remember(true);
    live.touch();
    tableRhythm.hurry();
  }

  /** @param {string} id */
  async function remove(id) {
    if (!(await askDelete("Delete this job?", `${feed.job(id)?.name ?? id} and its whole log`))) return;
    await api.delete(`/api/jobs/${id}`);
    feed.remove(id);
    tableRhythm.hurry();
    const left = byId(byId("jobs-scroll").hidden ? "live" : "jobs-scroll");
    if (document.activeElement === document.body) left.focus(); // the button went with its row
  }

  steering.addEventListener("asked", () => live.answer());
  live.addEventListener("written", (event) => showChapter(/** @type {CustomEvent} */ (event).detail.job.id, root));
  live.addEventListener("inside", () => remember(false));
  steering.addEventListener("refused", () => lying.look());
  lying.addEventListener("change", () => live.answer());
  panel.addEventListener("config", (event) => remember(/** @type {CustomEvent} */ (event).detail.step));
  panel.addEventListener("started", (event) => {
    const job = /** @type {Job} */ (/** @type {CustomEvent} */ (event).detail);
    feed.put(job);
    change(() => selection.select(job.id));
    revealCharts();
  });
  /** Somebody who comes back while something trains wants to see it. */
  function selectActive() {
    const underway = feed.newestFirst.filter((job) => !isDone(job));
    const active = underway.find((job) => job.status !== "queued") ?? underway.at(-1); // else the next to train
    if (selection.job || selection.shown.length || !active) return;
    selection.select(active.id);
    live.refresh();
    tableRhythm.hurry();
    remember(false); // nobody chose it: Back leads to where the reader was before
  }
  feed.addEventListener("change", selectActive, { once: true });
  const notify = new Notify({
    nameOf: (id) => studies.get(id)?.name ?? "A study",
    onOpen: (id) => feed.job(id) && change(() => selection.select(id)),
  });
  feed.addEventListener("change", () => notify.look(feed.newestFirst));
  feed.addEventListener("change", (event) => {
    const gone = /** @type {CustomEvent<string[]>} */ (event).detail.filter((id) => !feed.job(id));
    for (const id of gone) selection.forget(id);
    if (gone.length) remember(false);
    const unfollowed = [...selection.shown, selection.job].some((id) => id && feed.job(id) && !live.follows(id));
    if (gone.length || unfollowed) live.refresh();
    live.touch();
    tableRhythm.touch();
  });
  byId("copy-link").hidden = !navigator.clipboard; // there is none on plain HTTP from another machine
  byId("copy-link").addEventListener("click", () => copyLink());
  const toStudy = /** @type {HTMLAnchorElement} */ (byId("to-study"));
  toStudy.addEventListener("click", () => (toStudy.search = writeAddress({ config: panel.config, job: null, shown: [] }, fields)));
  for (const wake of ["online", "focus"]) window.addEventListener(wake, nudge);
  document.addEventListener("visibilitychange", nudge);
  function nudge() {
    if (document.hidden) return;
    feed.nudge();
    live.nudge();
    lying.look();
  }

  await lesson.load(window.location.search);
  restore(window.location.search);
  feed.addEventListener("link", () => {
    if (feed.link !== "open") return;
    for (const id of ["trouble", "start-error"]) byId(id).hidden = true; // what an absent server could not do
  });
  feed.start();
  showOnce(() => feed.known && live.isFilled);
  await live.chartsReady;
  /** @type {HTMLButtonElement} */ (byId("start")).disabled = false;
}

async function copyLink() {
  await navigator.clipboard.writeText(window.location.href);
  confirmed(byId("copy-link"), "Copied");
}

reportAll();
keepChartsInSight();
keepReadingOrder();
open().catch((error) => {
  show();
  report(error);
});
