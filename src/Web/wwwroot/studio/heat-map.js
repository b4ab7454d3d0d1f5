// How sure the model was of each cell, as colours that the colour-blind can tell apart too: viridis, whose lightness rises all the way. What is unsure is
// light and covers most, what is sure is dark and lets the picture through. The scale is logarithmic: codebooks have hundreds of codes, one in a
// thousand is little, one in ten is much.

import { h } from "./dom.js";

const stops = [[253, 231, 37], [94, 201, 98], [33, 145, 140], [59, 82, 139], [68, 1, 84]];   // 0.1 % … 100 %
const least = 0.001;

/** 0 for the least sure (0.1 % and below), 1 for certain. */
export const scaled = probability => 1 - Math.log(Math.min(1, Math.max(least, probability))) / Math.log(least);

/** @returns {string} a CSS colour */
export function heatColor(probability) {
  const place = scaled(probability) * (stops.length - 1);
  const from = Math.min(stops.length - 2, Math.floor(place));
  const part = place - from;
  const [r, g, b] = stops[from].map((value, i) => Math.round(value + (stops[from + 1][i] - value) * part));
  return `rgb(${r} ${g} ${b} / ${Math.round(78 - 38 * scaled(probability))}%)`;
}

export const percent = probability => probability >= 0.0995 ? `${Math.round(100 * probability)} %` : `${(100 * probability).toFixed(1)} %`;

/** The legend: a bar of the colours with their probabilities. */
export function createLegend() {
  return h("span", { class: "cc-legend", role: "img", "aria-label": "Colours of the heat map: light yellow is 0.1 per cent sure, green 1, teal 3, blue 20, dark violet certain" },
    h("span", {}, "unsure 0.1 %"), h("span", { class: "cc-bar" }), h("span", {}, "100 % sure"));
}

/**
 * Colours the cells of one frame.
 * @param {CanvasRenderingContext2D} pen in units of cells
 * @param {{height: number, width: number}} grid
 * @param {ArrayLike<number>} confidence of all cells
 * @param {number} t the latent frame
 */
export function drawHeat(pen, grid, confidence, t) {
  const first = t * grid.height * grid.width;
  for (let row = 0; row < grid.height; row++) {
    for (let column = 0; column < grid.width; column++) {
      pen.fillStyle = heatColor(confidence[first + row * grid.width + column]);
      pen.fillRect(column, row, 1, 1);
    }
  }
}
