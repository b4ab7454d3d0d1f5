// The size of a clip in pixels and of its token grid: the one set of numbers that every other module is told.

/**
 * @typedef {object} Geometry
 * @property {number} frames T, frames of a clip
 * @property {number} height H, pixels
 * @property {number} width W, pixels
 * @property {number} tokenFrames lt, token grid in time
 * @property {number} tokenHeight lh, token rows
 * @property {number} tokenWidth lw, token columns
 * @property {number} plane pixels of one frame
 * @property {number} cellFrames frames that one token covers
 * @property {number} cellHeight pixel rows that one token covers
 * @property {number} cellWidth pixel columns that one token covers
 * @property {number} cells tokens of a clip
 */

/**
 * @param {{frames: number, height: number, width: number, tokenFrames: number, tokenHeight: number, tokenWidth: number}} sizes
 * @returns {Readonly<Geometry>}
 */
export function geometry({ frames, height, width, tokenFrames, tokenHeight, tokenWidth }) {
  for (const [pixels, tokens] of [[frames, tokenFrames], [height, tokenHeight], [width, tokenWidth]]) {
    if (!(Number.isInteger(pixels) && Number.isInteger(tokens) && tokens > 0 && pixels % tokens === 0)) {
      throw new RangeError(`${pixels} is not a whole number of cells: ${tokens} were expected`);
    }
  }
  return Object.freeze({
    frames, height, width, tokenFrames, tokenHeight, tokenWidth,
    plane: height * width,
    cellFrames: frames / tokenFrames,
    cellHeight: height / tokenHeight,
    cellWidth: width / tokenWidth,
    cells: tokenFrames * tokenHeight * tokenWidth,
  });
}

/** Whether two clips have the same size and the same grid. */
export function sameGeometry(a, b) {
  return ["frames", "height", "width", "tokenFrames", "tokenHeight", "tokenWidth"].every(name => a[name] === b[name]);
}

/** The frames of the token that frame `frame` belongs to. */
export function cellOfFrame(grid, frame) {
  const first = Math.floor(frame / grid.cellFrames) * grid.cellFrames;
  return Array.from({ length: grid.cellFrames }, (_, i) => first + i);
}

export const clamp = (value, least, most) => Math.min(Math.max(value, least), most);
