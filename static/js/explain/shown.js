/** All that an explanation shows. Rule: fetched when the first one is opened, so that the page opens without it. */

export { PICTURES } from "./pictures.js";
export { svgOf } from "./svg.js";
export { TEXTS } from "./texts.js";
