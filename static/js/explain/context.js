/** What the pictures know of the data. Rule: pure; from the data set's facts and the samples that the page shows anyway. */

/** @typedef {import("./drawing.js").Context} Context */
/** @typedef {{samples?: {raw: string, seen: string}[], raw_shape?: number[], seen_shape?: number[],
 *   statistics?: import("../recipe/statistics.js").Statistics}} Seen a preview as the server gives it */

/** @param {import("../recipe/facts.js").Facts | null} facts @param {Seen | null} seen @returns {Context} */
export function contextOf(facts, seen) {
  const [sample] = seen?.samples ?? [];
  const { channels = [], before } = seen?.statistics ?? {};
  return {
    trainSize: facts?.train_size ?? null,
    dataset: facts?.name ?? "",
    side: facts?.kind === "images" ? (facts.input_shape.at(-1) ?? null) : null,
    raw: sample?.raw ?? null,
    seen: sample?.seen ?? null,
    seenSide: seen?.seen_shape?.at(-1) ?? null,
    inputs: facts ? ((facts.kind === "images" && seen?.seen_shape) || facts.input_shape).reduce((all, size) => all * size, 1) : null,
    classes: facts?.classes.length ?? null,
    channels: before ? channels.map((name, i) => ({ name, mean: before.mean[i], deviation: before.deviation[i] })) : [],
  };
}
