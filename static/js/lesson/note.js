/**
 * A prediction in a job's notes, as lines that people can read. Rule: pure; what is written reads back, and whatever
 * else the notes say stays.
 */

/** @typedef {{lesson: string, asked: string, predicted: string}} Prediction */

const LINES = /** @type {const} */ (["lesson", "asked", "predicted"]);
const BEGINNINGS = { lesson: "Lesson: ", asked: "Asked: ", predicted: "Predicted: " };

/** @param {string} notes so far @param {Prediction} prediction each on one line @returns {string} */
export function writePrediction(notes, prediction) {
  const lines = LINES.filter((part) => prediction[part]).map((part) => BEGINNINGS[part] + prediction[part]);
  return [notes.trim(), lines.join("\n")].filter(Boolean).join("\n\n");
}

/** @param {string | null | undefined} notes @returns {Prediction | null} the last one in them */
export function readPrediction(notes) {
  const lines = (notes ?? "").split("\n");
  const from = lines.findLastIndex((line) => line.startsWith(BEGINNINGS.lesson));
  if (from < 0) return null;
  const said = (/** @type {keyof typeof BEGINNINGS} */ part) => {
    const line = lines.slice(from, from + LINES.length).find((one) => one.startsWith(BEGINNINGS[part]));
    return line?.slice(BEGINNINGS[part].length).trim() ?? "";
  };
  return { lesson: said("lesson"), asked: said("asked"), predicted: said("predicted") };
}
