// One frame of a video as a picture file of the video's own size, without loss.

import { VideoReader } from "../js/video-reader.js";

/** @param {string} url @param {number} frame @param {{frameRate: number, width: number, height: number}} clip @returns {Promise<{blob: Blob}>} */
export async function frameOf(url, frame, { frameRate, width, height }) {
  const reader = new VideoReader(url, "The browser could not decode the clip that this frame is from.");
  try {
    return await reader.read((frame + 0.5) / frameRate, async video => {
      // An odd size is padded when it is stored; what counts is the clip's own.
      const [w, h] = [Math.min(width, video.videoWidth), Math.min(height, video.videoHeight)];
      const canvas = new OffscreenCanvas(w, h);
      canvas.getContext("2d").drawImage(video, 0, 0, w, h, 0, 0, w, h);
      return { blob: await canvas.convertToBlob({ type: "image/png" }) };
    });
  } finally {
    reader.close();
  }
}
