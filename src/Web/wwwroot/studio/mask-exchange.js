// Masks in and out as files: PNG (one picture, or all frames side by side) and video. White or opaque light is generated, dark is kept.

import { VideoReader } from "../js/video-reader.js";

/**
 * Reads a picture or video of the user as a mask.
 * @param {File} file
 * @param {import("./geometry.js").Geometry} grid
 * @returns {Promise<{planes: Uint8Array[], words: string}>} one plane for all frames, or one a frame
 */
export async function readMask(file, grid) {
  const url = URL.createObjectURL(file);
  try {
    return file.type.startsWith("video/") ? await readVideo(url, grid) : await readPicture(url, grid);
  } finally {
    URL.revokeObjectURL(url);
  }
}

async function readPicture(url, grid) {
  const image = new Image();
  image.src = url;
  await image.decode().catch(() => { throw new Error("This file is not a picture or video that the browser can read. Use a PNG or an MP4."); });
  const { naturalWidth: width, naturalHeight: height } = image;
  // All frames side by side, as we export them: as many times wider than a frame as there are frames.
  const shape = (width / height) / (grid.width / grid.height);
  const isSheet = Math.abs(shape - grid.frames) < 0.01 * grid.frames;
  if (!isSheet) {
    return { planes: [threshold(image, 0, width, height, grid)], words: `One picture of ${width} × ${height}${width === grid.width && height === grid.height ? "" : `, fitted to ${grid.width} × ${grid.height}`}` };
  }
  const tile = width / grid.frames;
  return {
    planes: Array.from({ length: grid.frames }, (_, i) => threshold(image, i * tile, tile, height, grid)),
    words: `${grid.frames} frames side by side`,
  };
}

async function readVideo(url, grid) {
  const reader = new VideoReader(url, "The browser cannot decode this video. Use an H.264 MP4, or a PNG.");
  try {
    const planes = [];
    let seconds = 0;
    for (let i = 0; i < grid.frames; i++) {
      planes.push(await reader.read(duration => ((i + 0.5) / grid.frames) * duration, video => {
        seconds = video.duration;
        return threshold(video, 0, video.videoWidth, video.videoHeight, grid);
      }));
    }
    return { planes, words: `A video of ${seconds.toFixed(1)} s, spread over ${grid.frames} frames` };
  } finally {
    reader.close();
  }
}

function threshold(source, left, width, height, grid) {
  const canvas = new OffscreenCanvas(grid.width, grid.height);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.imageSmoothingEnabled = width !== grid.width || height !== grid.height;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(source, left, 0, width, height, 0, 0, grid.width, grid.height);
  const { data } = pen.getImageData(0, 0, grid.width, grid.height);
  return Uint8Array.from({ length: grid.plane }, (_, i) => {
    const [r, g, b, a] = data.subarray(4 * i, 4 * i + 4);
    return ((r + g + b) / 3) * (a / 255) >= 128 ? 1 : 0;
  });
}

/** All frames side by side, white where the model generates. @returns {Promise<Blob>} */
export async function writePng(pixels, grid) {
  const canvas = new OffscreenCanvas(grid.frames * grid.width, grid.height);
  const pen = canvas.getContext("2d");
  const image = pen.createImageData(canvas.width, canvas.height);
  new Uint32Array(image.data.buffer).fill(0xff000000);
  for (let frame = 0; frame < grid.frames; frame++) {
    for (let i = 0; i < grid.plane; i++) {
      if (pixels[frame * grid.plane + i] === 1) {
        const at = Math.floor(i / grid.width) * canvas.width + frame * grid.width + (i % grid.width);
        image.data.fill(255, 4 * at, 4 * at + 3);
      }
    }
  }
  pen.putImageData(image, 0, 0);
  return canvas.convertToBlob({ type: "image/png" });
}

/** Has the browser save something. @param {Blob|string} content a blob, or an address of our own site */
export function download(content, name) {
  const link = document.createElement("a");
  const url = typeof content === "string" ? content : URL.createObjectURL(content);
  link.href = url;
  link.download = name;
  link.click();
  if (typeof content !== "string") {
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}
