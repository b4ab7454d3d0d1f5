// The frames of the window of a clip, as pictures.

import { isStop, VideoReader } from "../js/video-reader.js";
import { coverBox } from "./footage.js";

const longSide = 960;

/**
 * @typedef {object} ClipWindow
 * @property {string} url a video that browsers play, with a constant frame rate
 * @property {number} start the first frame
 * @property {number} stride frames of the source from one to the next
 * @property {number} frames frames of the source; past its end the last one repeats, as the model sees it
 * @property {number} frameRate frames per second of the source
 */

export class ClipFrames {
  constructor(grid) {
    this.grid = grid;
    /** @type {VideoReader|null} */
    this.reader = null;
    /** @type {(ImageBitmap|undefined)[]} by frame of the window */
    this.pictures = [];
    /** Pinned pictures, by their file. @type {Map<Blob, ImageBitmap>} */
    this.pinned = new Map();
    this.turn = 0;
  }

  /**
   * Draws a frame as the model will get it, in units of its pixels.
   * @param {CanvasRenderingContext2D} pen
   * @param {number} frame
   * @param {import("./footage.js").Footage} footage
   */
  draw(pen, frame, footage) {
    const pin = this.pinned.get(footage.pins[frame]?.blob);
    const picture = pin ?? this.pictures[frame];
    if (!picture) {
      return;
    }
    const box = pin ? coverBox(this.grid, pin) : footage.placement ?? coverBox(this.grid, picture);
    pen.save();
    pen.beginPath();
    pen.rect(0, 0, this.grid.width, this.grid.height);
    pen.clip();
    pen.drawImage(picture, box.x, box.y, box.width, box.height);
    pen.restore();
  }

  /** Whether all frames have been read. */
  get isWhole() {
    return this.pictures.filter(picture => picture).length === this.grid.frames;
  }

  /** The size of the clip's frames, once there is one. */
  get size() {
    return this.pictures.find(picture => picture) ?? this.grid;
  }

  /** Reads the pictures of pins that are new. @param {import("./footage.js").Footage["pins"]} pins */
  async readPins(pins) {
    for (const { blob } of Object.values(pins)) {
      if (!this.pinned.has(blob)) {
        this.pinned.set(blob, await createImageBitmap(blob));
      }
    }
  }

  /**
   * Reads a window, first frame first.
   * @param {ClipWindow} clip
   * @param {(frame: number) => void} arrived
   * @returns {Promise<boolean>} whether all of it has been read; not, when another window was asked for meanwhile
   */
  async load(clip, arrived) {
    const mine = ++this.turn;
    this.drop();
    if (clip.url !== this.reader?.url) {
      this.reader?.close();
      this.reader = new VideoReader(clip.url);
    }
    const { reader } = this;
    try {
      for (let i = 0; i < this.grid.frames; i++) {
        const frame = Math.min(clip.start + i * clip.stride, clip.frames - 1);
        const picture = await reader.read((frame + 0.5) / clip.frameRate, pictureOf);
        if (mine !== this.turn) {
          picture.close();
          return false;
        }
        this.pictures[i] = picture;
        arrived(i);
      }
      return true;
    } catch (error) {
      if (mine !== this.turn || isStop(error)) {
        return false;
      }
      throw error;
    }
  }

  drop() {
    this.pictures.forEach(picture => picture.close());
    this.pictures = [];
  }

  dispose() {
    this.turn++;
    this.drop();
    this.pinned.forEach(picture => picture.close());
    this.reader?.close();
  }
}

function pictureOf(video) {
  const { videoWidth: w, videoHeight: h } = video;
  const scale = Math.min(1, longSide / Math.max(w, h));
  return createImageBitmap(video, { resizeWidth: Math.max(1, Math.round(w * scale)), resizeHeight: Math.max(1, Math.round(h * scale)), resizeQuality: "high" });
}
