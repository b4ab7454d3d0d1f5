// What the editor looks at and draws with: current frame, tool, sizes, switches. Not part of the mask, so not part of undo; the part that is
// a matter of taste is remembered in the browser.

import { cellOfFrame, clamp } from "./geometry.js";

const remembered = ["tool", "sizes", "scope", "snap", "cellsShown", "onion", "pixels", "looping", "speed"];
const storageKey = "magvit-studio-view";
export const maxSize = 128;

export class ViewState extends EventTarget {
  /** @param {import("./geometry.js").Geometry} grid */
  constructor(grid) {
    super();
    this.grid = grid;
    this.frame = 0;
    /** @type {{from: number, to: number}|null} frames chosen on the timeline */
    this.range = null;
    this.tool = "brush";
    /** Sizes in pixels of the clip, one for each tool: they do not change with the zoom. */
    this.sizes = { brush: 10, eraser: 10 };
    /** @type {"frame"|"cell"|"range"|"all"} the frames that a stroke reaches */
    this.scope = "all";
    this.erase = false;
    this.snap = false;
    this.keyframes = false;
    this.cellsShown = false;
    this.onion = false;
    this.pixels = false;
    this.playing = false;
    this.looping = true;
    /** Of playback: 1 is the rate of the clip. */
    this.speed = 1;
    /** @type {number|null} the shape that is edited */
    this.shape = null;
    this.recall();
  }

  /** Changes some values and tells listeners which. */
  set(values) {
    const changed = Object.keys(values).filter(name => this[name] !== values[name]);
    if (changed.length === 0) {
      return;
    }
    Object.assign(this, values);
    if (changed.some(name => remembered.includes(name))) {
      this.remember();
    }
    this.dispatchEvent(new CustomEvent("change", { detail: new Set(changed) }));
  }

  go(frame, wrap = false) {
    const { frames } = this.grid;
    this.set({ frame: wrap ? (frame + frames) % frames : clamp(frame, 0, frames - 1) });
  }

  get size() {
    return this.sizes[this.tool] ?? this.sizes.brush;
  }

  setSize(size) {
    const tool = this.tool in this.sizes ? this.tool : "brush";
    this.set({ sizes: { ...this.sizes, [tool]: clamp(Math.round(size), 1, maxSize) } });
  }

  /** The frames that the next stroke reaches; whole cells of frames when it snaps. @returns {number[]} */
  targets() {
    const frames = this.targetsOfScope();
    return this.snap ? [...new Set(frames.flatMap(frame => cellOfFrame(this.grid, frame)))] : frames;
  }

  targetsOfScope() {
    const all = Array.from({ length: this.grid.frames }, (_, i) => i);
    switch (this.scope) {
      case "all": return all;
      case "range": return this.range ? all.slice(this.range.from, this.range.to + 1) : [this.frame];
      case "cell": return cellOfFrame(this.grid, this.frame);
      default: return [this.frame];
    }
  }

  remember() {
    const values = Object.fromEntries(remembered.map(name => [name, this[name]]));
    try {
      localStorage.setItem(storageKey, JSON.stringify(values));
    } catch {
      // A private window: the choices last as long as the page.
    }
  }

  recall() {
    try {
      Object.assign(this, JSON.parse(localStorage.getItem(storageKey) ?? "{}"));
    } catch {
      // Nothing remembered.
    }
    if (this.scope === "range") {
      this.scope = "all";
    }
  }
}
