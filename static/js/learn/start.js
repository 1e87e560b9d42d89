/** Starting an experiment from its chapter. Rule: it is started for real, and the page that shows it opens. */

import { Problem } from "../api.js";
import { make, setText } from "../dom.js";
import { defaultsOf, differences } from "../recipe/schema.js";
import { keepChapter } from "./came_from.js";
import { datasetOf, lessonQuery, needsWords, recipeQuery, timeWords } from "./words.js";

/** @typedef {import("./words.js").Run} Run */
/** @typedef {import("./words.js").Chapter} Chapter */
/**
 * @typedef {{api: import("../api.js").Api, root: string, fields: import("../recipe/schema.js").Field[],
 *   datasets: import("../recipe/facts.js").Facts[], jobs: import("../jobs/words.js").Job[],
 *   studies: {id: string, problem: string | null, definition: any}[]}} Known
 */

/** @param {Chapter} chapter @param {Run} run @param {Known} known @returns {HTMLElement} */
export function makeRun(chapter, run, known) {
  const { fields, datasets, jobs, studies, root } = known;
  const study = run.kind === "study" ? studies.find(({ id }) => id === run.id) : null;
  const needs = needsWords(datasetOf(run, studies), datasets);
  const problem = study?.problem ?? (run.kind === "study" && !study ? "This server does not offer this study." : "");
  const error = make("p", { class: "field-error", role: "alert", hidden: "" });
  const buttons = make("div", { class: "run-buttons" });
  if (run.kind === "page") buttons.append(make("a", { class: "plain", href: `${root}${run.path}` }, "Open"));
  if (run.kind === "open" || run.kind === "recipe") {
    if (run.kind === "recipe") buttons.append(startButton("Start", run.title, () => startJob(chapter, run.changes, known), error));
    if (run.kind === "recipe" && run.lesson) {
      const query = lessonQuery(chapter.title, run.changes, run.lesson, fields);
      buttons.append(make("a", { class: "plain", "data-predict": "", href: `${root}/${query}` }, "Predict first"));
    }
    buttons.append(make("a", { class: "plain", "data-open": "", href: `${root}/${recipeQuery(run.changes, fields)}` }, "Open in the Lab"));
  }
  if (study && !problem) buttons.append(startButton("Start the study", run.title, () => startStudy(study.definition, known), error));
  return make(
    "li",
    { "data-run": run.kind },
    make("div", {}, make("b", {}, run.title), make("small", { class: "run-time" }, timeWords(run, fields, datasets, jobs))),
    buttons,
    ...[problem, problem === needs ? "" : needs].filter(Boolean).map((words) => make("p", { class: "notice", "data-needs": "" }, words)),
    error,
  );
}

/** @param {string} words @param {string} title @param {() => Promise<string>} act gives the address to go to @param {HTMLElement} error */
function startButton(words, title, act, error) {
  const button = make("button", { type: "button", class: "plain", "data-start": "", "aria-label": `${words}: ${title}` }, words);
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.setAttribute("aria-disabled", "true");
    error.hidden = true;
    try {
      window.location.assign(await act());
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      error.hidden = false;
      setText(error, problem.errors.map(({ field, message }) => `${field}: ${message}`).join(" ") || problem.message);
    } finally {
      button.removeAttribute("aria-disabled");
    }
  });
  return button;
}

/** @param {Chapter} chapter @param {Record<string, any>} changes @param {Known} known @returns {Promise<string>} */
async function startJob(chapter, changes, { api, root, fields }) {
  const job = await api.post("/api/jobs", differences({ ...defaultsOf(fields), ...changes }, fields));
  keepChapter(job.id, chapter);
  return `${root}/${recipeQuery(changes, fields)}&job=${encodeURIComponent(job.id)}`;
}

/** @param {any} definition @param {Known} known @returns {Promise<string>} */
async function startStudy(definition, { api, root }) {
  const study = await api.post("/api/studies", definition);
  return `${root}/studies?study=${encodeURIComponent(study.id)}`;
}
