// One frame of a video as a picture file of the video's own size, without loss.

import { seek } from "./clip-frames.js";

/** @param {string} url @param {number} frame @param {{frameRate: number, width: number, height: number}} clip @returns {Promise<{blob: Blob}>} */
export async function frameOf(url, frame, { frameRate, width, height }) {
  const video = document.createElement("video");
  Object.assign(video, { muted: true, playsInline: true, preload: "auto" });
  try {
    await new Promise((resolve, reject) => {
      video.onloadeddata = () => resolve();
      video.onerror = () => reject(new Error("The browser could not decode the clip that this frame is from."));
      video.src = url;
      video.load();
    });
    await seek(video, (frame + 0.5) / frameRate);
    // An odd size is padded when it is stored; what counts is the clip's own.
    const [w, h] = [Math.min(width, video.videoWidth), Math.min(height, video.videoHeight)];
    const canvas = new OffscreenCanvas(w, h);
    canvas.getContext("2d").drawImage(video, 0, 0, w, h, 0, 0, w, h);
    return { blob: await canvas.convertToBlob({ type: "image/png" }) };
  } finally {
    video.removeAttribute("src");
    video.load();
  }
}
