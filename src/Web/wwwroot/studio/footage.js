// What lies under the mask: the clip, where in the frame it is placed, and pictures that are pinned to frames. What the clip does not cover is
// generated; a pinned frame is kept.

/**
 * @typedef {{x: number, y: number, width: number, height: number}} Box in pixels of the model's frame
 * @typedef {object} Footage
 * @property {Box|null} placement where the clip is; null when it fills the frame, cut to its shape around the centre
 * @property {Record<number, {name: string, blob: Blob}>} pins pictures by frame
 */

/** The clip as it is. @type {Readonly<Footage>} */
export const plainFootage = Object.freeze({ placement: null, pins: Object.freeze({}) });

export const isPlain = footage => footage.placement === null && Object.keys(footage.pins).length === 0;

/** The box in which a picture fills the frame; what is too much hangs over evenly. */
export function coverBox(grid, { width, height }) {
  const scale = Math.max(grid.width / width, grid.height / height);
  return centred(grid, width * scale, height * scale);
}

/** The box in which all of a picture is in the frame. */
export function containBox(grid, { width, height }) {
  const scale = Math.min(grid.width / width, grid.height / height);
  return centred(grid, width * scale, height * scale);
}

/** A box as large as a part of another, in the middle of the frame. */
export function scaledBox(grid, box, scale) {
  return centred(grid, box.width * scale, box.height * scale);
}

function centred(grid, width, height) {
  return { x: (grid.width - width) / 2, y: (grid.height - height) / 2, width, height };
}

/** A box moved, or scaled around the opposite side; its shape stays, for footage must not be stretched. */
export function placeBox(box, handle, dx, dy) {
  if (handle === "move") {
    return { ...box, x: box.x + dx, y: box.y + dy };
  }
  const wide = handle.includes("e") ? dx : handle.includes("w") ? -dx : 0;
  const high = handle.includes("s") ? dy : handle.includes("n") ? -dy : 0;
  const factor = Math.max(4 / box.width, 4 / box.height,
    1 + (Math.abs(wide / box.width) > Math.abs(high / box.height) ? wide / box.width : high / box.height));
  const [width, height] = [box.width * factor, box.height * factor];
  const share = (low, high_) => (handle.includes(low) ? 1 : handle.includes(high_) ? 0 : 0.5);
  return { x: box.x + (box.width - width) * share("w", "e"), y: box.y + (box.height - height) * share("n", "s"), width, height };
}

/** A box whose place and width are whole cells, so that no kept cell is half generated. */
export function snapBox(grid, box) {
  const width = Math.max(1, Math.round(box.width / grid.cellWidth)) * grid.cellWidth;
  const height = Math.max(1, Math.round(box.height / grid.cellHeight)) * grid.cellHeight;
  return { x: Math.round(box.x / grid.cellWidth) * grid.cellWidth, y: Math.round(box.y / grid.cellHeight) * grid.cellHeight, width, height };
}

/** Marks what the clip leaves open, and frees what is pinned. @param {Uint8Array} plane one frame, 1 where the model generates */
export function openPixels(footage, frame, grid, plane) {
  if (footage.pins[frame]) {
    plane.fill(0);
    return;
  }
  const box = footage.placement;
  if (box === null) {
    return;
  }
  for (let y = 0; y < grid.height; y++) {
    for (let x = 0; x < grid.width; x++) {
      const inside = x + 0.5 >= box.x && y + 0.5 >= box.y && x + 0.5 <= box.x + box.width && y + 0.5 <= box.y + box.height;
      if (!inside) {
        plane[y * grid.width + x] = 1;
      }
    }
  }
}
