/** All chapters in the order in which they are read. */

import { BY_HAND } from "./by_hand.js";
import { PICTURES } from "./pictures.js";
import { REGULARIZATION } from "./regularization.js";

/** @typedef {import("../words.js").Chapter} Chapter */

/** @type {{title: string, chapters: Chapter[]}[]} */
export const PARTS = [
  { title: "1 · A network by hand", chapters: BY_HAND },
  { title: "2 · Networks for pictures", chapters: PICTURES },
  { title: "3 · Learning for pictures not seen", chapters: REGULARIZATION },
];

export const CHAPTERS = PARTS.flatMap(({ chapters }) => chapters);
