// All frames of a clip as pictures of its own size.

import { VideoReader } from "../js/video-reader.js";

/**
 * @typedef {{url: string, name: string, href: string, frames: number, frameRate: number, width: number, height: number}} Clip
 * @param {Clip} clip
 * @param {(frame: number, picture: ImageBitmap) => void} arrived frames come in order
 * @param {AbortSignal} signal gives up between two frames
 * @returns {Promise<ImageBitmap[]>}
 */
export async function readClip(clip, arrived, signal) {
  const reader = new VideoReader(clip.url, `The browser could not decode ${clip.name}. Download it to look at it elsewhere.`);
  try {
    const pictures = [];
    for (let frame = 0; frame < clip.frames && !signal.aborted; frame++) {
      // An odd size is padded by a row or column when it is stored; what counts is the clip's own.
      const picture = await reader.read((frame + 0.5) / clip.frameRate,
        video => createImageBitmap(video, 0, 0, Math.min(clip.width, video.videoWidth), Math.min(clip.height, video.videoHeight)));
      pictures.push(picture);
      arrived(frame, picture);
    }
    return pictures;
  } finally {
    reader.close();
  }
}
