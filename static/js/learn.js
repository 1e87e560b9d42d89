/** The Learn page's entry: the practical chapter by chapter, with what is done kept in this browser. */

import { Api } from "./api.js";
import { show as showPage } from "./opening.js";
import { byId, make, setAttribute, setText, within } from "./dom.js";
import { makeChapter } from "./learn/chapter.js";
import { CHAPTERS, PARTS } from "./learn/chapters/all.js";
import { keepDone, progressWords, readDone } from "./learn/progress.js";
import { ServerClock } from "./log/clock.js";
import { offer, readSchema } from "./recipe/schema.js";
import { report, reportAll } from "./trouble.js";

const root = document.documentElement.dataset.root ?? "";
const api = new Api(root, new ServerClock());
const IDS = CHAPTERS.map(({ id }) => id);
const MEASURED = 200; // newest jobs, for how long an experiment takes here

async function open() {
  const [schema, datasets, ready, jobs] = await Promise.all([
    api.get("/api/config/schema"),
    api.get("/api/datasets"),
    api.get("/api/studies/ready-made"),
    api.get(`/api/jobs?limit=${MEASURED}`),
  ]);
  const fields = readSchema(schema);
  const listed = Array.isArray(datasets) ? datasets : datasets.datasets;
  offer(fields, "dataset", listed.map((/** @type {{name: string}} */ { name }) => name));
  const known = { api, root, fields, datasets: listed, studies: ready.studies, jobs: jobs.jobs };
  const done = readDone();

  /** @param {string} id @param {boolean} isDone */
  function mark(id, isDone) {
    if (isDone) done.add(id);
    else done.delete(id);
    byId("learn-unkept").hidden = keepDone(done);
    show();
  }

  function show() {
    const amount = IDS.filter((id) => done.has(id)).length;
    setText(byId("learn-progress"), progressWords(done, IDS));
    within(byId("learn-bar"), "i").style.setProperty("--share", (amount / IDS.length).toFixed(3));
    byId("learn-reset").hidden = !amount;
    for (const id of IDS) {
      const isDone = done.has(id);
      setAttribute(byId(id), "data-done", String(isDone));
      /** @type {HTMLInputElement} */ (within(byId(id), ".learn-done input")).checked = isDone;
      const link = within(byId("learn-contents"), `[href="#${id}"]`);
      setAttribute(link, "data-done", String(isDone));
      setText(within(link, "small"), isDone ? "done" : "");
    }
  }

  byId("learn-contents").append(
    ...PARTS.map(({ title, chapters }) =>
      make("li", {}, make("b", {}, title), make("ul", {}, ...chapters.map((one) => make("li", {}, make("a", { href: `#${one.id}` }, one.title, " ", make("small")))))),
    ),
  );
  for (const { title, chapters } of PARTS) {
    byId("learn-chapters").append(
      make("h2", { class: "learn-part" }, title),
      ...chapters.map((chapter) => makeChapter(chapter, known, (isDone) => mark(chapter.id, isDone))),
    );
  }
  byId("learn-reset").addEventListener("click", () => {
    for (const id of IDS) done.delete(id);
    keepDone(done);
    show();
    byId("learn").focus();
  });
  show();
  byId("learn").dataset.state = "ready";
  const named = window.location.hash.slice(1);
  if (IDS.includes(named)) byId(named).scrollIntoView();
}

reportAll();
open().catch(report).finally(showPage);
