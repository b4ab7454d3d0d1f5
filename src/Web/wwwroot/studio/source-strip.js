// The whole clip as a strip with the part that the model takes: drag it, or its ends. Longer than the model's frames means that it takes
// every second, third … frame.

import { h } from "./dom.js";
import { clamp } from "./geometry.js";

const sheetHeight = 96;
const tiles = 12;
const maxTiles = 64;
const strides = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];

export class SourceStrip {
  /**
   * @param {number} count frames that the model takes
   * @param {(start: number, stride: number) => void} changed at the end of a drag
   */
  constructor(count, changed) {
    this.count = count;
    this.changed = changed;
    this.tilesBox = h("div", { class: "me-tiles", "aria-hidden": "true" });
    this.inHandle = this.handle("in", "First frame");
    this.outHandle = this.handle("out", "Last frame");
    this.window = h("div", { class: "me-window", onpointerdown: event => this.drag(event, "window") }, this.inHandle, this.outHandle);
    this.film = h("div", { class: "me-film" }, this.tilesBox, this.window);
    this.words = h("span", { class: "me-hint" });
    this.stride = h("select", { class: "input", "aria-label": "Take every n-th frame", onchange: () => this.setStride(Number(this.stride.value)) });
    this.element = h("div", { class: "me-source filmstrip" }, this.film,
      h("div", { class: "me-source-row" }, this.words, h("label", { class: "me-hint" }, "Take every ", this.stride, " frame")));
  }

  handle(side, label) {
    return h("div", {
      class: `me-handle me-handle-${side}`, role: "slider", tabindex: "0", "aria-label": label, "data-handle": side,
      onpointerdown: event => this.drag(event, side), onkeydown: event => this.key(event, side),
    }, h("span", { class: "me-flag" }));
  }

  /** @param {import("./clip-frames.js").ClipWindow & {sheetUrl: string, sourceWidth: number, sourceHeight: number}} clip */
  show(clip) {
    const other = this.clip?.sheetUrl !== clip.sheetUrl;
    this.clip = clip;
    this.start = clip.start;
    this.step = clip.stride;
    if (other) {
      this.drawTiles();
    }
    this.place();
  }

  drawTiles() {
    const { sheetUrl, frames, sourceWidth, sourceHeight } = this.clip;
    const count = Math.min(maxTiles, frames);
    const tile = clamp(Math.round((sheetHeight * sourceWidth) / sourceHeight), 16, 256);
    this.tilesBox.replaceChildren(...Array.from({ length: tiles }, (_, i) => {
      const at = Math.floor((i * count) / tiles);
      const holder = document.createElement("span");
      holder.innerHTML = `<svg viewBox="${at * tile} 0 ${tile} ${sheetHeight}" preserveAspectRatio="xMidYMid slice"><image width="${count * tile}" height="${sheetHeight}" preserveAspectRatio="none"/></svg>`;
      holder.querySelector("image").setAttribute("href", sheetUrl);
      return holder.firstChild;
    }));
  }

  get span() {
    return (this.count - 1) * this.step + 1;
  }

  get lastStart() {
    return Math.max(0, this.clip.frames - this.span);
  }

  place() {
    const { frames, frameRate } = this.clip;
    const short = frames < this.span;
    this.window.style.setProperty("--from", short ? 0 : this.start / frames);
    this.window.style.setProperty("--span", Math.min(1, this.span / frames));
    this.window.toggleAttribute("data-fixed", this.lastStart === 0 && frames <= this.count);
    const [first, last] = [this.start + 1, Math.min(frames, this.start + this.span)];
    this.words.textContent = short
      ? `All ${frames} frames; the last one is repeated up to ${this.count}`
      : `Frames ${first} to ${last} of ${frames} · ${(this.span / frameRate).toFixed(1)} s`;
    for (const [handle, value] of [[this.inHandle, first], [this.outHandle, last]]) {
      handle.setAttribute("aria-valuemin", "1");
      handle.setAttribute("aria-valuemax", String(frames));
      handle.setAttribute("aria-valuenow", String(value));
      handle.setAttribute("aria-valuetext", `Frame ${value} of ${frames}`);
      handle.firstChild.textContent = String(value);
    }
    const usable = strides.filter(stride => stride === 1 || stride === this.step || (this.count - 1) * stride < frames);
    this.stride.replaceChildren(...usable.map(stride => h("option", { value: stride, selected: stride === this.step }, ordinal(stride))));
  }

  setStride(stride) {
    this.step = stride;
    this.start = Math.min(this.start, this.lastStart);
    this.place();
    this.changed(this.start, this.step);
  }

  drag(event, what) {
    if (event.button !== 0) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const grip = event.currentTarget;
    grip.focus?.({ preventScroll: true });
    grip.setPointerCapture(event.pointerId);
    this.element.dataset.dragging = what;
    const { width } = this.film.getBoundingClientRect();
    const before = { start: this.start, step: this.step, end: this.start + this.span };
    const moved = move => {
      const by = ((move.clientX - event.clientX) / width) * this.clip.frames;
      this.moveBy(what, before, Math.round(by));
    };
    const done = () => {
      grip.removeEventListener("pointermove", moved);
      delete this.element.dataset.dragging;
      if (this.start !== before.start || this.step !== before.step) {
        this.changed(this.start, this.step);
      }
    };
    grip.addEventListener("pointermove", moved);
    grip.addEventListener("lostpointercapture", done, { once: true });
  }

  // The window moves as it is; an end stretches it, by whole strides.
  moveBy(what, before, by) {
    const { frames } = this.clip;
    if (what === "window") {
      this.start = clamp(before.start + by, 0, this.lastStart);
    } else {
      const largest = Math.max(1, Math.floor((frames - 1) / (this.count - 1)));
      const wanted = what === "out" ? before.end + by - before.start : before.end - before.start - by;
      this.step = clamp(Math.round((wanted - 1) / (this.count - 1)), 1, Math.min(64, largest));
      this.start = clamp(what === "out" ? before.start : before.end - this.span, 0, this.lastStart);
    }
    this.place();
  }

  // Arrows on the first handle move the window; on the last they stretch it.
  key(event, side) {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: 10, PageDown: -10, Home: -1e9, End: 1e9 }[event.key];
    if (!by) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    if (side === "in") {
      this.start = clamp(this.start + by, 0, this.lastStart);
    } else {
      const largest = Math.max(1, Math.floor((this.clip.frames - 1) / (this.count - 1)));
      this.step = clamp(this.step + Math.sign(by), 1, Math.min(64, largest));
      this.start = Math.min(this.start, this.lastStart);
    }
    this.place();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.changed(this.start, this.step), 250);
  }
}

function ordinal(number) {
  return { 1: "1st", 2: "2nd", 3: "3rd" }[number] ?? `${number}th`;
}
