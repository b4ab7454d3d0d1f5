// The frames of a clip as pictures: a hidden <video> is sought to the middle of each frame, so that a frame number means the same picture
// in every browser.

const longSide = 720;

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
    this.turn = 0;
  }

  /**
   * Reads a window, first frame first.
   * @param {ClipWindow} clip
   * @param {(frame: number) => void} arrived
   */
  async load(clip, arrived) {
    const mine = ++this.turn;
    this.drop();
    if (clip.url !== this.url) {
      await this.openVideo(clip.url);
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

  openVideo(url) {
    return new Promise((resolve, reject) => {
      this.video.onloadeddata = () => resolve();
      this.video.onerror = () => reject(new Error("The browser could not decode this clip. Download it to look at it elsewhere, or add another one."));
      this.video.src = url;
      this.video.load();
    });
  }

  async grab(time) {
    const { video } = this;
    await seek(video, time);
    const { videoWidth: w, videoHeight: h } = video;
    const aspect = this.grid.width / this.grid.height;
    const [width, height] = [Math.min(w, h * aspect), Math.min(h, w / aspect)];
    const scale = Math.min(1, longSide / Math.max(width, height));
    return createImageBitmap(video, Math.round((w - width) / 2), Math.round((h - height) / 2), Math.round(width), Math.round(height),
      { resizeWidth: Math.max(1, Math.round(width * scale)), resizeHeight: Math.max(1, Math.round(height * scale)), resizeQuality: "high" });
  }

  drop() {
    this.pictures.forEach(picture => picture.close());
    this.pictures = [];
  }

  dispose() {
    this.turn++;
    this.drop();
    this.video.removeAttribute("src");
    this.video.load();
  }
}

/** Shows a video at a time. */
export async function seek(video, time) {
  await new Promise(resolve => {
    video.onseeked = () => resolve();
    video.currentTime = Math.min(time, Math.max(0, video.duration - 0.001));
  });
}
