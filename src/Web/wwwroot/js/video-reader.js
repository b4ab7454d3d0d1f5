// The frames of a video as pictures: a hidden <video> is sought to the middle of each frame, so that a frame number means the same picture
// in every browser.

import { Late, within } from "./patience.js";

// A browser under load sometimes never tells that a video has been opened or sought. The next attempt has a <video> of its own; the second
// has the whole file, which no lock of the browser's cache can hold up; the last one has time.
const attempts = [
  { patience: 15_000, isWhole: false },
  { patience: 20_000, isWhole: true },
  { patience: 60_000, isWhole: false },
];

const late = "The clip does not arrive. Look at the connection, then load the page again.";

/** Reads one video. Who reads waits for its turn; frames come in the order that they were asked for. */
export class VideoReader {
  /**
   * @param {string} url a video that browsers play
   * @param {string} [unreadable] what is said when the browser cannot decode it
   */
  constructor(url, unreadable = "The browser could not decode this clip. Download it to look at it elsewhere, or add another one.") {
    this.url = url;
    this.unreadable = unreadable;
    this.life = new AbortController();
    this.queue = Promise.resolve();
    /** @type {HTMLVideoElement|null} */
    this.video = null;
    this.bytes = null;
  }

  /**
   * Takes a picture of a moment.
   * @template T
   * @param {number|((duration: number) => number)} time in seconds; of the whole duration when it is a function
   * @param {(video: HTMLVideoElement) => T|Promise<T>} take gets the video while it shows the moment
   * @param {() => boolean} [isWanted] asked when its turn comes: a slider has often moved on by then
   * @returns {Promise<T|null>} null when it was no longer wanted
   * @throws {DOMException} AbortError, when the reader is closed
   */
  read(time, take, isWanted = () => true) {
    const picture = this.queue.then(() => (isWanted() ? this.insist(async wholeWithin => {
      const video = this.video ?? await this.open(wholeWithin);
      await this.seek(video, typeof time === "function" ? time(video.duration) : time);
      return take(video);
    }) : null));
    this.queue = picture.catch(() => {});
    return picture;
  }

  /** Lets go of the video. Who still waits for a frame gets an AbortError. */
  close() {
    this.life.abort();
    this.forget();
  }

  async insist(attempt) {
    const { signal } = this.life;
    for (const [i, { patience, isWhole }] of attempts.entries()) {
      signal.throwIfAborted();
      try {
        return await within(patience, attempt(isWhole ? patience : 0), late, signal);
      } catch (error) {
        this.forget();
        if (!(error instanceof Late || isNoFrame(error))) {
          throw error;
        }
        console.warn(`${this.url}: attempt ${i + 1} of ${patience / 1000} s came to nothing: ${error.message}`);
        if (i === attempts.length - 1) {
          throw error instanceof Late ? error : new Error(this.unreadable);
        }
      }
    }
  }

  async open(wholeWithin) {
    const video = document.createElement("video");
    Object.assign(video, { muted: true, playsInline: true, preload: "auto" });
    this.video = video;
    let { url } = this;
    if (wholeWithin && !url.startsWith("blob:")) {
      const bytes = await this.fetchWhole(wholeWithin);
      if (this.video === video) {
        url = this.bytes = URL.createObjectURL(bytes);
      }
    }
    await this.event(video, "loadeddata", () => {
      video.src = url;
      video.load();
    });
    return video;
  }

  // A connection that breaks here is no more than an attempt that came to nothing.
  async fetchWhole(patience) {
    const answer = await fetch(this.url, { cache: "no-store", signal: AbortSignal.any([this.life.signal, AbortSignal.timeout(patience)]) }).catch(() => null);
    const bytes = answer?.ok ? await answer.blob().catch(() => null) : null;
    if (!bytes) {
      throw new Late(late);
    }
    return bytes;
  }

  async seek(video, time) {
    await this.event(video, "seeked", () => { video.currentTime = Math.min(time, Math.max(0, video.duration - 0.001)); });
    await this.picture(video);
  }

  // A browser under load tells that it has sought a moment before it has the picture of it: for as long, a canvas would get nothing.
  async picture(video) {
    for (let pause = 10; this.video === video; pause = Math.min(2 * pause, 500)) {
      try {
        (await createImageBitmap(video, 0, 0, 1, 1)).close();
        return;
      } catch (error) {
        if (!isNoFrame(error)) {
          throw error;
        }
      }
      await new Promise(resolve => setTimeout(resolve, pause));
    }
    throw new DOMException("The clip was closed.", "AbortError");
  }

  event(video, name, act) {
    return new Promise((resolve, reject) => {
      video.onerror = () => reject(new Error(this.unreadable));
      video[`on${name}`] = () => resolve();
      act();
    });
  }

  forget() {
    const { video, bytes } = this;
    this.video = this.bytes = null;
    if (video) {
      video.onerror = video.onloadeddata = video.onseeked = null;
      video.removeAttribute("src");
      video.load();
    }
    if (bytes) {
      URL.revokeObjectURL(bytes);
    }
  }
}

// What a browser says that has no picture of the moment.
const isNoFrame = error => error.name === "InvalidStateError";

/** Whether someone stopped waiting, which is no fault. */
export const isStop = error => error.name === "AbortError";
