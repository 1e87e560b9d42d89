/** A drawing of the page's own as a picture to save. Rule: it looks as on the screen, and needs no style of the page. */

const STYLES = ["fill", "stroke", "stroke-width", "stroke-linejoin", "paint-order", "opacity", "font-family", "font-size", "font-weight"];
const HEADING = 34; // px, above the drawing
const EDGE = 12; // px
const SCALE = 2; // pixels of a picture for one on the screen
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {SVGSVGElement} drawing with a width and a height in px @param {"png" | "svg"} format @param {string} heading
 * @param {import("./theme.js").Theme} theme
 * @returns {Promise<string>} its address as data
 */
export async function svgImage(drawing, format, heading, theme) {
  const [width, height] = ["width", "height"].map((name) => Number(drawing.getAttribute(name)));
  const copy = /** @type {SVGSVGElement} */ (drawing.cloneNode(true));
  const parts = copy.querySelectorAll("*");
  drawing.querySelectorAll("*").forEach((part, i) => {
    const style = getComputedStyle(part);
    for (const name of STYLES) parts[i].setAttribute(name, style.getPropertyValue(name));
  });
  const box = { x: 0, y: -HEADING, width, height: height + HEADING };
  copy.prepend(element("rect", { ...box, fill: theme.card }));
  const title = element("text", { x: EDGE, y: EDGE - HEADING / 2, fill: theme.ink, "font-family": theme.font, "font-size": 14 });
  title.textContent = heading;
  copy.append(title);
  const size = { viewBox: `0 ${-HEADING} ${width} ${box.height}`, height: box.height, xmlns: SVG };
  for (const [name, value] of Object.entries(size)) copy.setAttribute(name, String(value));
  const address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  return format === "svg" ? address : asPixels(address, width, box.height);
}

/** @param {string} address of an SVG picture @param {number} width px @param {number} height px @returns {Promise<string>} of the same as PNG */
async function asPixels(address, width, height) {
  const picture = new Image();
  picture.src = address;
  await picture.decode();
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: SCALE * width, height: SCALE * height });
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/png");
}

/** @param {string} name @param {Record<string, string | number>} attributes */
function element(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
