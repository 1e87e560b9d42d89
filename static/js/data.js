/** The page Data's entry: all data sets as cards, the upload of one's own, and the report on it. */

import { Api, Problem } from "./api.js";
import { byId, setText, within } from "./dom.js";
import { count } from "./format.js";
import { ServerClock } from "./log/clock.js";
import { cardOf, forgetPreview, isConfirmed } from "./data/card.js";
import { reportOf } from "./data/report.js";
import { UploadForm } from "./data/upload_form.js";
import { report, reportAll } from "./trouble.js";

/** @typedef {import("./data/words.js").Dataset} Dataset */

const INTERVAL = 400; // ms between two looks at an unpacking, which is no part of any log
const root = document.documentElement.dataset.root ?? "";
const api = new Api(root, new ServerClock());
const form = new UploadForm(`${root}/api/datasets`);
/** @type {Set<string>} names that are followed until they are unpacked */
const followed = new Set();
/** @type {Element | null} what had the focus before the report took it */
let before = null;
const actions = { onReport: showReport, onDelete: remove };

/** @param {Dataset[]} datasets */
function showAll(datasets) {
  const own = datasets.filter((dataset) => dataset.source === "uploaded");
  const others = datasets.filter((dataset) => dataset.source !== "uploaded");
  byId("datasets").replaceChildren(...[...own, ...others].map((dataset) => cardOf(api, root, dataset, actions)));
}

async function load() {
  const datasets = /** @type {Dataset[]} */ (await api.get("/api/datasets"));
  showAll(datasets);
  for (const dataset of datasets) if (dataset.state === "unpacking") follow(dataset.name, false);
}

/** @param {string} name @returns {Promise<Dataset | null>} null once it is gone */
async function look(name) {
  try {
    return await api.get(`/api/datasets/${encodeURIComponent(name)}`);
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}

/** Until it is unpacked. @param {string} name @param {boolean} isMine whether it was sent from here just now */
async function follow(name, isMine) {
  if (followed.has(name)) return;
  followed.add(name);
  for (;;) {
    const dataset = await look(name);
    const card = document.querySelector(`[data-dataset="${CSS.escape(name)}"]`);
    if (!dataset || dataset.state !== "unpacking") {
      followed.delete(name);
      if (isMine) form.progress(null);
      await load();
      if (dataset?.state === "ready" && isMine) await showReport(name);
      if (dataset?.state === "failed" && isMine) form.showErrors(dataset.errors ?? []);
      if (dataset) setText(byId("announcement"), `${name} ${dataset.state === "ready" ? "is ready" : "could not be used"}`);
      return;
    }
    const share = dataset.total ? (dataset.done ?? 0) / dataset.total : 0;
    const words = `Unpacking… ${count(dataset.done)} of ${count(dataset.total)} pictures`;
    if (isMine) form.progress(share, words);
    if (card) within(card, ".bar").style.setProperty("--share", String(share));
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}

/** @param {string} name */
async function showReport(name) {
  const dataset = await look(name);
  if (!dataset?.report) return;
  setText(byId("report-title"), `What was found in ${name}`);
  byId("report-body").replaceChildren(...reportOf(dataset));
  byId("report").hidden = false;
  byId("report").dataset.of = name;
  if (!byId("report").contains(document.activeElement)) before = document.activeElement;
  byId("report").focus();
}

/** The focus goes back to where it was; cards are made anew meanwhile, so also to the same button of another element. */
function closeReport() {
  const report = byId("report");
  report.hidden = true;
  const card = `[data-dataset="${CSS.escape(report.dataset.of ?? "")}"]`;
  const button = document.querySelector(`${card} [data-action="report"]:not([hidden])`);
  const stays = before?.isConnected && before !== document.body ? before : null;
  /** @type {HTMLElement} */ (stays ?? button ?? byId("datasets")).focus();
}

/** @param {string} name */
async function remove(name) {
  if (!(await isConfirmed(name))) return;
  await api.delete(`/api/datasets/${encodeURIComponent(name)}`);
  forgetPreview(name);
  if (byId("report").dataset.of === name) byId("report").hidden = true;
  await load();
  byId("datasets").focus();
}

form.addEventListener("made", (event) => {
  const { name } = /** @type {CustomEvent} */ (event).detail;
  forgetPreview(name);
  Promise.all([follow(name, true), load()]).catch(report);
});
byId("report-close").addEventListener("click", closeReport);
reportAll();
load().catch(report);
