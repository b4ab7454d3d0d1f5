// The mask as a file: one PBM picture (netpbm's bitmap) a frame, one after the other. White is to be generated, black is kept. It is exact,
// small, and the same mask always gives the same bytes, so the file's SHA-256 names the mask.

const { ceil } = Math;

/** @param {Uint8Array} pixels [T, H, W], 1 where the model generates @returns {Uint8Array} */
export function writeMaskFile(pixels, { frames, height, width }) {
  const header = new TextEncoder().encode(`P4\n${width} ${height}\n`);
  const stride = ceil(width / 8);
  const file = new Uint8Array(frames * (header.length + stride * height));
  let at = 0;
  for (let frame = 0; frame < frames; frame++) {
    file.set(header, at);
    at += header.length;
    for (let y = 0; y < height; y++) {
      const row = (frame * height + y) * width;
      for (let x = 0; x < width; x++) {
        if (pixels[row + x] === 0) {
          file[at + (x >> 3)] |= 0x80 >> (x & 7);
        }
      }
      at += stride;
    }
  }
  return file;
}

/** @param {Uint8Array} file @returns {{frames: number, height: number, width: number, pixels: Uint8Array}} */
export function readMaskFile(file) {
  const planes = [];
  let size = null;
  for (let at = 0; at < file.length;) {
    const header = /^P4\s+(\d+)\s+(\d+)\s/.exec(String.fromCharCode(...file.subarray(at, at + 32)));
    if (header === null) {
      throw new Error("This is not a mask file: it should hold PBM pictures.");
    }
    const [width, height] = [Number(header[1]), Number(header[2])];
    size ??= { width, height };
    const stride = ceil(width / 8);
    at += header[0].length;
    if (width !== size.width || height !== size.height || at + stride * height > file.length) {
      throw new Error("The mask file is cut off, or its pictures differ in size.");
    }
    planes.push(Uint8Array.from({ length: width * height }, (_, i) => {
      const x = i % width;
      return (file[at + Math.floor(i / width) * stride + (x >> 3)] >> (7 - (x & 7))) & 1 ? 0 : 1;
    }));
    at += stride * height;
  }
  if (size === null) {
    throw new Error("The mask file is empty.");
  }
  const pixels = new Uint8Array(planes.length * size.width * size.height);
  planes.forEach((plane, i) => pixels.set(plane, i * plane.length));
  return { frames: planes.length, ...size, pixels };
}

/** A mask of one size at another: nearest pixel, nearest frame. */
export function resizeMask(mask, grid) {
  const pixels = new Uint8Array(grid.frames * grid.plane);
  const from = (i, size, wanted) => Math.min(size - 1, Math.floor(((i + 0.5) * size) / wanted));
  let i = 0;
  for (let t = 0; t < grid.frames; t++) {
    const frame = from(t, mask.frames, grid.frames);
    for (let y = 0; y < grid.height; y++) {
      const row = (frame * mask.height + from(y, mask.height, grid.height)) * mask.width;
      for (let x = 0; x < grid.width; x++) {
        pixels[i++] = mask.pixels[row + from(x, mask.width, grid.width)];
      }
    }
  }
  return pixels;
}
