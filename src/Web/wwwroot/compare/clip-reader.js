// All frames of a clip as pictures of its own size: a hidden <video> is sought to the middle of each frame, so that a frame number means the
// same picture in every browser.

import { seek } from "../studio/clip-frames.js";

/**
 * @typedef {{url: string, name: string, href: string, frames: number, frameRate: number, width: number, height: number}} Clip
 * @param {Clip} clip
 * @param {(frame: number, picture: ImageBitmap) => void} arrived frames come in order
 * @param {AbortSignal} signal gives up between two frames
 * @returns {Promise<ImageBitmap[]>}
 */
export async function readClip(clip, arrived, signal) {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.preload = "auto";
  try {
    await new Promise((resolve, reject) => {
      video.onloadeddata = () => resolve();
      video.onerror = () => reject(new Error(`The browser could not decode ${clip.name}. Download it to look at it elsewhere.`));
      video.src = clip.url;
      video.load();
    });
    const pictures = [];
    for (let frame = 0; frame < clip.frames && !signal.aborted; frame++) {
      await seek(video, (frame + 0.5) / clip.frameRate);
      // An odd size is padded by a row or column when it is stored; what counts is the clip's own.
      const picture = await createImageBitmap(video, 0, 0, Math.min(clip.width, video.videoWidth), Math.min(clip.height, video.videoHeight));
      pictures.push(picture);
      arrived(frame, picture);
    }
    return pictures;
  } finally {
    video.removeAttribute("src");
    video.load();
  }
}
