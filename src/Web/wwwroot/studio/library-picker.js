// Chooses one frame of any clip of the workspace: thumbnails, then a scrubber that goes frame by frame.

import { isStop, VideoReader } from "../js/video-reader.js";
import { frameOf } from "./clip-frame.js";
import { h, iconButton } from "./dom.js";
import { listClips } from "./server.js";

/** @typedef {{name: string, proxyUrl: string, posterUrl: string, frames: number, frameRate: number, width: number, height: number}} LibraryClip */

export class LibraryPicker {
  /**
   * @param {{actions: {text: string, primary?: boolean, run: (frame: {name: string, blob: Blob}) => void}[]}} options what can be done with a frame
   */
  constructor({ actions }) {
    /** @type {VideoReader|null} */
    this.reader = null;
    this.grid = h("div", { class: "lp-grid", role: "listbox", "aria-label": "Clips of the workspace" });
    this.more = h("button", { type: "button", class: "button", hidden: true, onclick: () => this.load() }, "Show more");
    this.empty = h("p", { class: "me-hint", hidden: true }, "There is no other clip yet. Upload one, or generate one.");
    this.picture = h("canvas", { class: "lp-picture checker", "aria-hidden": "true" });
    this.scrub = h("input", { type: "range", min: 0, step: 1, "aria-label": "Frame of the clip", oninput: () => this.go(Number(this.scrub.value)) });
    this.counter = h("output", { class: "me-number" });
    this.back = h("button", { type: "button", class: "button ghost", onclick: () => this.showGrid() }, "Another clip");
    this.buttons = actions.map(action => h("button", { type: "button", class: action.primary ? "button primary" : "button", onclick: () => this.take(action) }, action.text));
    this.frameView = h("div", { class: "lp-frame", hidden: true }, this.picture,
      h("div", { class: "lp-row" }, iconButton({ name: "previous", label: "One frame back", onclick: () => this.go(this.frame - 1) }), this.scrub,
        iconButton({ name: "next", label: "One frame on", onclick: () => this.go(this.frame + 1) }), this.counter),
      h("div", { class: "lp-row" }, this.back, h("span", { class: "me-grow" }), ...this.buttons));
    this.gridView = h("div", { class: "lp-clips" }, this.grid, this.empty, this.more);
    this.note = h("p", { class: "lp-note", role: "alert" });
    this.title = h("h2", { id: "lp-title" }, "Choose a clip");
    this.element = h("dialog", { class: "me-sheet lp", "aria-labelledby": "lp-title" },
      h("header", {}, this.title, iconButton({ name: "close", label: "Close", key: "Esc", onclick: () => this.element.close() })), this.note, this.gridView, this.frameView);
    this.element.addEventListener("click", event => {
      if (event.target === this.element) {
        this.element.close();
      }
    });
    this.element.addEventListener("close", () => this.reader?.close());
  }

  open() {
    this.cursor = null;
    this.grid.replaceChildren();
    this.showGrid();
    this.element.showModal();
    return this.load();
  }

  async load() {
    try {
      const { items, next } = await listClips(this.cursor);
      this.cursor = next;
      this.grid.append(...items.map(clip => h("button", {
        type: "button", class: "lp-clip checker", role: "option", "aria-selected": "false", title: clip.name, "aria-label": clip.name, onclick: () => this.choose(clip),
      }, h("img", { src: clip.posterUrl, alt: "", loading: "lazy", class: clip.height <= 96 ? "pixelated" : null }), h("span", { class: "lp-name" }, clip.name))));
      this.more.hidden = !next;
      this.empty.hidden = this.grid.childElementCount > 0;
    } catch (error) {
      this.note.textContent = error.message;
    }
  }

  showGrid() {
    this.title.textContent = "Choose a clip";
    this.note.textContent = "";
    this.gridView.hidden = false;
    this.frameView.hidden = true;
  }

  /** @param {LibraryClip} clip */
  async choose(clip) {
    this.clip = clip;
    this.title.textContent = clip.name;
    this.note.textContent = "";
    this.gridView.hidden = true;
    this.frameView.hidden = false;
    this.frameView.removeAttribute("data-ready");
    this.scrub.max = String(clip.frames - 1);
    this.picture.width = clip.width;
    this.picture.height = clip.height;
    this.picture.classList.toggle("pixelated", clip.height <= 128);
    this.buttons.forEach(button => { button.disabled = true; });
    this.reader?.close();
    this.reader = new VideoReader(clip.proxyUrl, `The browser could not decode ${clip.name}. Choose another clip.`);
    if (await this.go(0)) {
      this.scrub.focus();
    }
  }

  /** @returns {Promise<boolean>} whether the frame is shown; not, when another one was asked for meanwhile */
  async go(frame) {
    const { clip, reader } = this;
    this.frame = Math.min(Math.max(frame, 0), clip.frames - 1);
    this.scrub.value = String(this.frame);
    this.scrub.style.setProperty("--fill", `${clip.frames > 1 ? (100 * this.frame) / (clip.frames - 1) : 0}%`);
    this.scrub.setAttribute("aria-valuetext", `Frame ${this.frame + 1} of ${clip.frames}`);
    this.counter.textContent = `${this.frame + 1} / ${clip.frames}`;
    const wanted = this.frame;
    try {
      return await reader.read((wanted + 0.5) / clip.frameRate, video => {
        this.picture.getContext("2d").drawImage(video, 0, 0, clip.width, clip.height);
        this.buttons.forEach(button => { button.disabled = false; });
        this.frameView.dataset.ready = String(wanted);
        return true;
      }, () => wanted === this.frame) ?? false;
    } catch (error) {
      if (!isStop(error)) {
        this.note.textContent = error.message;
      }
      return false;
    }
  }

  async take(action) {
    try {
      const frame = await frameOf(this.clip.proxyUrl, this.frame, this.clip);
      this.element.close();
      action.run({ ...frame, name: `${this.clip.name}, frame ${this.frame + 1}` });
    } catch (error) {
      this.note.textContent = error.message;
    }
  }
}
