// A result longer or larger than the model's clips, as numbers: what is given, what is made, and the windows that make it.

import { clamp } from "../geometry.js";

/**
 * @typedef {object} Size
 * @property {number} frames frames of the result
 * @property {number} given frames given at the start, by interpolation also at the end
 * @property {number} overlap frames that windows share
 * @property {number} width of the canvas in pixels
 * @property {number} height of the canvas in pixels
 * @property {number} left where the clip begins
 * @property {number} top where the clip begins
 * @property {number} clipWidth what the clip measures there
 * @property {number} clipHeight what the clip measures there
 */

/** How many pixels are made on each side of the clip. @param {Size} size */
export const sides = size => ({ n: size.top, w: size.left, s: size.height - size.top - size.clipHeight, e: size.width - size.left - size.clipWidth });

/**
 * The size with so many pixels on some sides; whole cells, as far as there is room.
 * @param {Size} size @param {Partial<Record<"n"|"e"|"s"|"w", number>>} wanted @param {{cellWidth: number, cellHeight: number, width: number, height: number, most: number}} room
 */
export function withSides(size, wanted, room) {
  const now = sides(size);
  const settle = (side, opposite, clip, cell, least) => {
    const steps = value => Math.round(value / cell) * cell;
    const amount = wanted[side] === undefined ? now[side] : Math.max(0, steps(wanted[side]));
    const other = wanted[opposite] === undefined ? now[opposite] : Math.max(0, steps(wanted[opposite]));
    // The side that is pulled gives way: the canvas neither grows beyond what is allowed nor becomes smaller than the model's frame.
    const free = room.most - clip - other;
    const needed = Math.max(0, least - clip - other);
    return clamp(amount, needed, Math.max(needed, Math.floor(free / cell) * cell));
  };
  const next = { ...now };
  for (const [side, opposite, clip, cell, least] of [
    ["w", "e", size.clipWidth, room.cellWidth, room.width], ["e", "w", size.clipWidth, room.cellWidth, room.width],
    ["n", "s", size.clipHeight, room.cellHeight, room.height], ["s", "n", size.clipHeight, room.cellHeight, room.height],
  ]) {
    if (wanted[side] !== undefined) {
      next[side] = settle(side, opposite, clip, cell, least);
      wanted = { ...wanted, [side]: next[side] };
    }
  }
  return { ...size, left: next.w, top: next.n, width: next.w + size.clipWidth + next.e, height: next.n + size.clipHeight + next.s };
}

/** The same size with another length and number of given frames. @param {Size} size @param {{modelFrames: number, clipFrames: number, maxFrames: number, bothEnds: boolean}} room */
export function withTime(size, { frames = size.frames, given = size.given }, room) {
  const length = clamp(Math.round(frames), room.modelFrames, room.maxFrames);
  const most = room.bothEnds ? Math.floor((length - 1) / 2) : length - 1;
  return { ...size, frames: length, given: clamp(Math.round(given), 1, Math.max(1, Math.min(most, room.clipFrames))) };
}

/** Where the windows of a prediction begin, as the worker will choose them. @param {Size} size @param {number} modelFrames */
export function windowStarts(size, modelFrames) {
  const step = modelFrames - size.overlap;
  let start = Math.max(0, size.given - modelFrames);
  const starts = size.given < modelFrames ? [start] : [];
  while (start + modelFrames < size.frames) {
    start += step;
    starts.push(start);
  }
  return starts;
}
