/**
 * A lesson in the address: `lesson` its title, `ask` a question before Start, `choice` an answer to choose (once for
 * each), `explain` what is said after the run, `lock` and `hide` fields with commas between them, `lock=all` with
 * `free` for all but some. Rule: pure; what is wrong with a link is said, and the rest of it counts.
 */

import { titleOf } from "../recipe/naming.js";
import { isLesson } from "./marks.js";
import { nearest } from "./spelling.js";
import { whatIsWrong } from "./values.js";

/** @typedef {import("../recipe/schema.js").Field} Field */
/**
 * @typedef {{title: string, ask: string, choices: string[], explain: string, locked: string[], hidden: string[],
 *   problems: string[], unread: string[]}} Lesson
 *   `problems`: what is wrong with the link, in words; `unread`: fields whose value cannot be
 */

export const LONGEST = Object.freeze({ title: 80, ask: 300, choice: 80, explain: 1000, answer: 200 }); // letters
export const MOST_CHOICES = 6;
export const ALL = "all"; // of the fields, as `lock`
/** What `all` leaves to whoever takes the lesson: what they call their job, and what their machine has. */
export const OWN = ["name", "device"];
const PARTS = ["lesson", "ask", "choice", "explain", "lock", "free", "hide"];
const UNTITLED = "Lesson";

/** @param {string} text @param {number} longest letters @returns {string} on one line, cut where it is too long */
export function cut(text, longest) {
  const line = text.replace(/\s+/g, " ").trim();
  const letters = [...line];
  return letters.length > longest ? `${letters.slice(0, longest - 1).join("")}…` : line;
}

/** @param {string} query @param {Field[]} fields @returns {Lesson | null} null for an address without one */
export function readLesson(query, fields) {
  if (!isLesson(query)) return null;
  const given = new URLSearchParams(query);
  /** @type {string[]} */
  const problems = [];
  const names = fields.map(({ name }) => name);

  /** @param {string} part @param {number} longest @param {string} called @param {string} [text] */
  const words = (part, longest, called, text = given.get(part) ?? "") => {
    const whole = cut(text, Infinity);
    if ([...whole].length > longest) problems.push(`${called} is longer than ${longest} letters and was cut.`);
    return cut(whole, longest);
  };
  /** @param {string} part */
  const listed = (part) => {
    const parts = (given.get(part) ?? "").split(",").map((name) => name.trim()).filter(Boolean);
    return [...new Set(parts)].filter((name) => {
      if (names.includes(name) || (part === "lock" && name === ALL)) return true;
      const near = nearest(name, names);
      problems.push(`“${cut(name, 40)}” in “${part}” is no field of the recipe.${near ? ` Did you mean “${near}”?` : ""}`);
      return false;
    });
  };

  const title = words("lesson", LONGEST.title, "The title") || UNTITLED;
  const ask = words("ask", LONGEST.ask, "The question");
  const answers = given.getAll("choice").map((text) => words("choice", LONGEST.choice, "A choice", text));
  const choices = [...new Set(answers.filter(Boolean))];
  if (choices.length > MOST_CHOICES) problems.push(`Of ${choices.length} choices the first ${MOST_CHOICES} are shown.`);
  if (choices.length === 1) problems.push("One choice leaves nothing to choose, so the answer is free.");
  const explain = words("explain", LONGEST.explain, "The explanation");
  const unread = wrongValues(given, fields, problems);
  for (const key of given.keys()) {
    const meant = names.includes(key) || PARTS.includes(key) ? "" : nearest(key, [...names, ...PARTS]);
    if (meant && key.length > 3) problems.push(`“${cut(key, 40)}” is no field of the recipe. Did you mean “${meant}”?`);
  }
  const [lock, free, hide] = ["lock", "free", "hide"].map(listed);
  const all = lock.includes(ALL) ? names.filter((name) => !OWN.includes(name) && !free.includes(name)) : lock;
  const hidden = hide.filter((name) => !unread.includes(name));
  const locked = all.filter((name) => !hidden.includes(name) && !unread.includes(name));
  return {
    title,
    ask,
    choices: choices.length === 1 ? [] : choices.slice(0, MOST_CHOICES),
    explain,
    locked,
    hidden,
    problems,
    unread,
  };
}

/** @param {URLSearchParams} given @param {Field[]} fields @param {string[]} problems to add to @returns {string[]} */
function wrongValues(given, fields, problems) {
  return fields.flatMap((field) => {
    const text = given.get(field.name);
    const wrong = text === null ? "" : whatIsWrong(field, text);
    if (!wrong) return [];
    problems.push(`${titleOf(fields, field.name)}: ${cut(wrong, 200)} It has its default instead and is not locked.`);
    return [field.name];
  });
}

/** @param {Omit<Lesson, "problems" | "unread">} lesson @param {Field[]} fields @returns {string} to follow a recipe's address */
export function writeLesson({ title, ask, choices, explain, locked, hidden }, fields) {
  const query = new URLSearchParams();
  query.set("lesson", title || UNTITLED);
  if (ask) query.set("ask", ask);
  for (const choice of ask ? choices : []) query.append("choice", choice);
  if (explain) query.set("explain", explain);
  const lockable = fields.map(({ name }) => name).filter((name) => !OWN.includes(name) && !hidden.includes(name));
  const free = lockable.filter((name) => !locked.includes(name));
  const isMost = free.length < locked.length && !locked.some((name) => OWN.includes(name));
  const lists = isMost ? { lock: [ALL], free, hide: hidden } : { lock: locked, free: [], hide: hidden };
  for (const [part, list] of Object.entries(lists)) if (list.length) query.set(part, list.join(","));
  return query.toString().replaceAll("%2C", ",").replaceAll("%3F", "?");
}
