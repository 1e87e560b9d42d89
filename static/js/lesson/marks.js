/** What makes an address a lesson. Rule: pure, and all that the Lab needs to know of lessons where there is none. */

const MARKS = ["lesson", "ask", "lock", "hide"]; // any of them

/** @param {string} query @returns {boolean} */
export function isLesson(query) {
  const given = new URLSearchParams(query);
  return MARKS.some((name) => given.has(name));
}
