/** A tiny scatter of labelled points on a canvas. Rule: both pictures of a pair use the same limits. */

import { readTheme } from "../charts/theme.js";

const RADIUS = 1.6; // CSS pixels
const MARGIN = 6;

/**
 * @param {HTMLCanvasElement} canvas in the document, so that it has a size
 * @param {{x: number[], y: number[], label: number[]}} points
 * @param {number} limit largest absolute coordinate shown
 */
export function drawPoints(canvas, { x, y, label }, limit) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const density = window.devicePixelRatio || 1;
  canvas.width = width * density;
  canvas.height = height * density;
  const context = canvas.getContext("2d");
  if (!context) return;
  const theme = readTheme();
  context.scale(density, density);
  context.strokeStyle = theme.line;
  context.beginPath();
  context.moveTo(0, height / 2);
  context.lineTo(width, height / 2);
  context.moveTo(width / 2, 0);
  context.lineTo(width / 2, height);
  context.stroke();
  const scale = (Math.min(width, height) / 2 - MARGIN) / (limit || 1);
  for (let i = 0; i < x.length; i += 1) {
    context.fillStyle = theme.jobs[label[i] % theme.jobs.length];
    context.beginPath();
    context.arc(width / 2 + x[i] * scale, height / 2 - y[i] * scale, RADIUS, 0, 2 * Math.PI);
    context.fill();
  }
}
