// The ten tasks of the paper as masks: which pixels and which tokens each is given. The rules are the model's (its TaskRegion), and a test
// compares both, pixel by pixel and token by token.

export const customMask = "custom-mask";

/** The tasks whose region is fixed, by the name that API and files use. */
export const presetNames = Object.freeze([
  "frame-prediction", "frame-interpolation", "outpaint-central", "outpaint-vertical", "outpaint-horizontal", "outpaint-dynamic",
  "inpaint-central", "inpaint-dynamic", "class-conditional", "class-frame-prediction",
]);

export const isPreset = name => presetNames.includes(name);

/**
 * The pixels that a task leaves to the model.
 * @param {string} task one of presetNames
 * @param {import("./geometry.js").Geometry} grid
 * @returns {Uint8Array} [T, H, W], 1 where the model generates
 */
export function presetPixels(task, grid) {
  return region(task, [grid.frames, grid.height, grid.width]);
}

/**
 * The tokens that start as MASK. For moving windows this is the model's table, not "every cell without a given pixel".
 * @returns {Uint8Array} [lt, lh, lw], 1 where the model generates
 */
export function presetCells(task, grid) {
  return region(task, [grid.tokenFrames, grid.tokenHeight, grid.tokenWidth]);
}

function region(task, [frames, height, width]) {
  const cells = new Uint8Array(frames * height * width);
  let i = 0;
  for (let t = 0; t < frames; t++) {
    for (let h = 0; h < height; h++) {
      for (let w = 0; w < width; w++) {
        cells[i++] = isGiven(task, frames, height, width, t, h, w) ? 0 : 1;
      }
    }
  }
  return cells;
}

function isGiven(task, frames, height, width, t, h, w) {
  const centralRow = h >= Math.floor(height / 4) && h < height - Math.floor(height / 4);
  const centralColumn = w >= Math.floor(width / 4) && w < width - Math.floor(width / 4);
  const half = Math.floor(width / 2);
  const left = Math.round((t * half) / (frames - 1));
  const inWindow = w >= left && w < left + half;
  switch (task) {
    case "frame-prediction":
    case "class-frame-prediction": return t === 0;
    case "frame-interpolation": return t === 0 || t === frames - 1;
    case "outpaint-central": return centralRow && centralColumn;
    case "outpaint-vertical": return centralColumn;
    case "outpaint-horizontal": return centralRow;
    case "outpaint-dynamic": return inWindow;
    case "inpaint-central": return !(centralRow && centralColumn);
    case "inpaint-dynamic": return !(centralRow && inWindow);
    case "class-conditional": return false;
    default: throw new RangeError(`there is no preset '${task}'`);
  }
}
