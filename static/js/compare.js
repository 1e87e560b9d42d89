/** The Compare page's entry: what is compared comes from the address, and goes back into it. */

import { Api } from "./api.js";
import { Chosen } from "./compare/chosen.js";
import { ComparePage } from "./compare/page.js";
import { Picker } from "./compare/picker.js";
import { readState, writeState } from "./compare/state.js";
import { confirmed } from "./confirmed.js";
import { byId, setText } from "./dom.js";
import { downloadTable } from "./download.js";
import { rememberColors } from "./jobs/colors.js";
import { JobsFeed, LISTED } from "./jobs/feed.js";
import { ServerClock } from "./log/clock.js";
import { show } from "./opening.js";
import { readSchema } from "./recipe/schema.js";
import { Rhythm } from "./rhythm.js";
import { report, reportAll } from "./trouble.js";

/** @typedef {import("./compare/state.js").State} State */

const REFRESH_INTERVAL = 1000; // ms between two looks while jobs train
const TYPING_PAUSE = 300; // ms; browsers refuse more than about a hundred changes of the address in ten seconds
const MARK = "\ufeff"; // tells table programs that it is UTF-8
const NARROW = "(max-width: 820px)";

const root = document.documentElement.dataset.root ?? "";
const api = new Api(root, new ServerClock());

async function open() {
  const fields = readSchema(await api.get("/api/config/schema"));
  let state = readState(window.location.search);
  rememberColors(state.jobs, state.colors); // a link brings its jobs' colours along
  const feed = new JobsFeed({
    address: () => api.socketAddress("/api/stream"),
    list: async () => (await api.get(`/api/jobs?limit=${LISTED}`)).jobs,
  });
  const chosen = new Chosen(api, feed);
  const rhythm = new Rhythm(REFRESH_INTERVAL, () => {
    page.show(state);
    picker.write();
  });
  const page = new ComparePage({ api, fields, chosen, state, root, onNews: () => rhythm.touch(), onZoom: rememberSoon, onWish: wish, onRemove: (ids) => pick(() => chosen.remove(ids)) });
  const picker = new Picker(api, chosen, feed, () => pick(() => undefined));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typing;

  /** @param {Partial<State>} changes @param {{typed?: boolean}} [options] */
  function wish(changes, { typed = false } = {}) {
    state = { ...state, ...changes };
    page.show(state);
    clearTimeout(typing);
    if (typed) rememberSoon();
    else remember(true);
  }

  /** Once what is typed or zoomed rests; no step of history. */
  function rememberSoon() {
    clearTimeout(typing);
    typing = setTimeout(() => remember(false), TYPING_PAUSE);
  }

  /** @param {() => void} act on what is chosen */
  function pick(act) {
    act();
    setText(byId("not-found"), "");
    page.show(state);
    picker.write();
    remember(true);
  }

  /** @param {boolean} step of history */
  function remember(step) {
    const query = writeState(page.linked);
    const next = `${window.location.pathname}${query ? `?${query}` : ""}`;
    if (next === window.location.pathname + window.location.search) return;
    if (step) window.history.pushState(null, "", next);
    else window.history.replaceState(null, "", next);
  }

  /** What the address names beside single jobs. @param {State} given */
  async function fill({ jobs, study, filter }) {
    if (study) chosen.add(await picker.ofStudy(study));
    else if (!jobs.length && Object.keys(filter).length) chosen.add(await picker.matching(filter));
    if (chosen.ids.length) return;
    if (study) setText(byId("not-found"), "There is no such study here, or none of its trainings is left.");
    else if (Object.keys(filter).length) setText(byId("not-found"), "No job matches what the link asks for.");
  }

  window.addEventListener("popstate", () => {
    state = readState(window.location.search);
    chosen.set(state.jobs);
    page.show(state);
    page.look(state);
    clearTimeout(typing); // the address is there
    picker.write();
  });
  chosen.addEventListener("change", () => rhythm.touch());
  feed.addEventListener("change", (event) => {
    picker.heard(/** @type {CustomEvent<string[]>} */ (event).detail);
    rhythm.touch();
  });
  for (const wake of ["online", "focus"]) window.addEventListener(wake, () => feed.nudge());
  byId("copy-link").hidden = !navigator.clipboard; // there is none on plain HTTP from another machine
  byId("copy-link").addEventListener("click", async () => {
    remember(false);
    await navigator.clipboard.writeText(window.location.href);
    confirmed(byId("copy-link"), "Copied");
  });
  byId("csv").addEventListener("click", () => downloadTable("livetrain-comparison.csv", MARK + page.csv));
  byId("missing-drop").addEventListener("click", () => pick(() => chosen.dropMissing()));

  chosen.set(state.jobs);
  /** @type {HTMLDetailsElement} */ (byId("picker")).open = !(matchMedia(NARROW).matches && (state.jobs.length || state.study));
  feed.start();
  await picker.open(state.filter);
  await fill(state);
  page.show(state);
  picker.write();
  if (state.study || Object.keys(state.filter).length) remember(false);
}

reportAll();

open().catch(report).finally(show);
