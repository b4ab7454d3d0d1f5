// Shapes that live over several frames: a rectangle, an ellipse, a lasso or a stroke, whose box moves and scales between keyframes.

import { clamp } from "./geometry.js";

/**
 * @typedef {{frame: number, x: number, y: number, width: number, height: number}} Key the box at a frame, in pixels
 * @typedef {object} Shape
 * @property {number} id
 * @property {"rectangle"|"ellipse"|"lasso"|"stroke"} kind
 * @property {boolean} erase whether it keeps instead of generates
 * @property {number} from first frame in which it is there
 * @property {number} to last frame in which it is there
 * @property {boolean} hold whether the box jumps at a keyframe instead of moving towards it
 * @property {boolean} snap whether it covers whole cells
 * @property {number[][]} points of a lasso [x, y] or a stroke [x, y, radius], in parts of the box
 * @property {Key[]} keys by frame, at least one
 */

/** A shape of one keyframe around points in pixels. */
export function createShape({ kind, points = [], box, frame, from, to, erase = false, snap = false, id }) {
  const bounds = box ?? boundsOf(points);
  const [width, height] = [Math.max(bounds.width, 1e-6), Math.max(bounds.height, 1e-6)];
  const size = Math.max(width, height);
  return {
    id, kind, erase, from, to, snap, hold: false,
    points: points.map(([x, y, radius]) => {
      const part = [(x - bounds.x) / width, (y - bounds.y) / height];
      return radius === undefined ? part : [...part, radius / size];
    }),
    keys: [{ frame, x: bounds.x, y: bounds.y, width: bounds.width, height: bounds.height }],
  };
}

/** The box that holds points, with their radius if they have one. */
export function boundsOf(points) {
  const edge = (axis, sign) => points.map(point => point[axis] + sign * (point[2] ?? 0));
  const [left, top] = [Math.min(...edge(0, -1)), Math.min(...edge(1, -1))];
  return { x: left, y: top, width: Math.max(...edge(0, 1)) - left, height: Math.max(...edge(1, 1)) - top };
}

/** Where a shape is at a frame: between two keys on the straight line, before the first and after the last as there. */
export function boxAt(shape, frame) {
  const { keys } = shape;
  const next = keys.findIndex(key => key.frame > frame);
  if (next === 0) {
    return keys[0];
  }
  const before = keys[next === -1 ? keys.length - 1 : next - 1];
  if (next === -1 || shape.hold) {
    return before;
  }
  const after = keys[next];
  const share = (frame - before.frame) / (after.frame - before.frame);
  const mix = name => before[name] + (after[name] - before[name]) * share;
  return { frame, x: mix("x"), y: mix("y"), width: mix("width"), height: mix("height") };
}

export const isAlive = (shape, frame) => frame >= shape.from && frame <= shape.to;

/** The shape with its box set at a frame; the frame becomes a keyframe. */
export function withKey(shape, frame, box) {
  const key = { frame, x: box.x, y: box.y, width: Math.max(1, box.width), height: Math.max(1, box.height) };
  return { ...shape, keys: [...shape.keys.filter(other => other.frame !== frame), key].sort((a, b) => a.frame - b.frame) };
}

/** The shape without the keyframe; the last one stays. */
export function withoutKey(shape, frame) {
  const keys = shape.keys.filter(key => key.frame !== frame);
  return keys.length === 0 ? shape : { ...shape, keys };
}

/** Marks the pixels of a shape at a frame. @param {import("./raster.js").Coverage} coverage */
export function rasterize(shape, frame, coverage) {
  const { x, y, width, height } = boxAt(shape, frame);
  const place = ([px, py]) => [x + px * width, y + py * height];
  switch (shape.kind) {
    case "rectangle": coverage.rectangle(x, y, width, height); break;
    case "ellipse": coverage.ellipse(x, y, width, height); break;
    case "lasso": coverage.polygon(shape.points.map(place)); break;
    case "stroke": {
      const size = Math.max(width, height);
      shape.points.forEach((point, i) => {
        const [from, to] = [shape.points[Math.max(0, i - 1)], point];
        coverage.capsule(...place(from), from[2] * size, ...place(to), to[2] * size);
      });
      break;
    }
    default: throw new RangeError(`there is no shape '${shape.kind}'`);
  }
}

/** The topmost shape whose box holds a point at a frame. */
export function shapeAt(shapes, frame, x, y, slack = 0) {
  return shapes.findLast(shape => {
    if (!isAlive(shape, frame)) {
      return false;
    }
    const box = boxAt(shape, frame);
    return x >= box.x - slack && y >= box.y - slack && x <= box.x + box.width + slack && y <= box.y + box.height + slack;
  });
}

/** A box with one of its eight handles, or all of it ("move"), dragged by (dx, dy). */
export function dragBox(box, handle, dx, dy, square = false) {
  if (handle === "move") {
    return { ...box, x: box.x + dx, y: box.y + dy };
  }
  let [left, top, right, bottom] = [box.x, box.y, box.x + box.width, box.y + box.height];
  if (handle.includes("w")) { left = Math.min(left + dx, right - 1); }
  if (handle.includes("e")) { right = Math.max(right + dx, left + 1); }
  if (handle.includes("n")) { top = Math.min(top + dy, bottom - 1); }
  if (handle.includes("s")) { bottom = Math.max(bottom + dy, top + 1); }
  if (square && handle.length === 2) {
    const factor = Math.max((right - left) / box.width, (bottom - top) / box.height);
    const [width, height] = [box.width * factor, box.height * factor];
    if (handle.includes("w")) { left = right - width; } else { right = left + width; }
    if (handle.includes("n")) { top = bottom - height; } else { bottom = top + height; }
  }
  return { ...box, x: left, y: top, width: right - left, height: bottom - top };
}

/** The first frame or the last in which a shape is there, kept in order and within the clip. */
export function withSpan(shape, from, to, frames) {
  const first = clamp(Math.round(from), 0, frames - 1);
  return { ...shape, from: first, to: clamp(Math.round(to), first, frames - 1) };
}
