// The frames of a clip as pictures: a hidden <video> is sought to the middle of each frame, so that a frame number means the same picture
// in every browser.

import { coverBox } from "./footage.js";
import { within } from "./patience.js";

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
    this.video = document.createElement("video");
    this.video.muted = true;
    this.video.playsInline = true;
    this.video.preload = "auto";
    this.url = null;
    /** @type {(ImageBitmap|undefined)[]} by frame of the window */
    this.pictures = [];
    /** Pinned pictures, by their file. @type {Map<Blob, ImageBitmap>} */
    this.pinned = new Map();
    this.turn = 0;
    /** Settled when nobody reads the video. */
    this.reading = Promise.resolve();
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
   */
  async load(clip, arrived) {
    const mine = ++this.turn;
    // There is one video: who reads it has let go of it before the next one seeks.
    const before = this.reading;
    let done;
    this.reading = new Promise(resolve => { done = resolve; });
    try {
      await before;
      return mine === this.turn && await this.read(clip, arrived, mine);
    } finally {
      done();
    }
  }

  async read(clip, arrived, mine) {
    this.drop();
    if (clip.url !== this.url) {
      this.url = null;
      await openVideo(this.video, clip.url);
      this.url = clip.url;
    }
    for (let i = 0; i < this.grid.frames; i++) {
      const frame = Math.min(clip.start + i * clip.stride, clip.frames - 1);
      const picture = await this.grab((frame + 0.5) / clip.frameRate);
      if (mine !== this.turn) {
        picture.close();
        return false;
      }
      this.pictures[i] = picture;
      arrived(i);
    }
    return true;
  }

  async grab(time) {
    const { video } = this;
    await seek(video, time);
    const { videoWidth: w, videoHeight: h } = video;
    const scale = Math.min(1, longSide / Math.max(w, h));
    return createImageBitmap(video, { resizeWidth: Math.max(1, Math.round(w * scale)), resizeHeight: Math.max(1, Math.round(h * scale)), resizeQuality: "high" });
  }

  drop() {
    this.pictures.forEach(picture => picture.close());
    this.pictures = [];
  }

  dispose() {
    this.turn++;
    this.drop();
    this.pinned.forEach(picture => picture.close());
    this.video.removeAttribute("src");
    this.video.load();
  }
}

const attempts = 4;
const patience = 15_000;

/** Opens a video; when nothing comes for a while, asks again. */
export async function openVideo(video, url) {
  await insist("The clip does not arrive. Look at the connection, then load the page again.", () => new Promise((resolve, reject) => {
    video.onloadeddata = () => resolve();
    video.onerror = () => reject(new Error("The browser could not decode this clip. Download it to look at it elsewhere, or add another one."));
    video.src = url;
    video.load();
  }));
}

/** Shows a video at a time. */
export async function seek(video, time) {
  await insist("The browser could not read a frame of this clip. Load the page again.", () => new Promise(resolve => {
    video.onseeked = () => resolve();
    video.currentTime = Math.min(time, Math.max(0, video.duration - 0.001));
  }));
}

async function insist(problem, attempt) {
  for (let i = 1; ; i++) {
    try {
      return await within(patience, attempt(), problem);
    } catch (error) {
      if (error.message !== problem || i === attempts) {
        throw error;
      }
      console.warn(`${problem} Attempt ${i}.`);
    }
  }
}
