// What a person has drawn: a preset at the bottom, what the placed footage leaves open, keyframed shapes over it, paint on top. One rule makes
// the mask of it: painted pixels say generate or keep, the others follow what lies below. Every change goes through edit(), which can be undone.

import { isPlain, openPixels, plainFootage } from "./footage.js";
import { customMask, isPreset, presetCells, presetPixels } from "./presets.js";
import { Coverage } from "./raster.js";
import { fromRuns, toRuns } from "./runs.js";
import { isAlive, rasterize } from "./shapes.js";

const untouched = 0;
const generate = 1;
const keep = 2;

/** What happens to a token: it stays, it is generated from nothing, or it holds pixels of both kinds and is refined from what is kept. */
export const Cell = Object.freeze({ kept: 0, generated: 1, mixed: 2 });

/**
 * @typedef {{label: string, before: State, after: State}} Step an undoable change
 * @typedef {object} State
 * @property {string} task
 * @property {string|null} base
 * @property {import("./footage.js").Footage} footage
 * @property {import("./shapes.js").Shape[]} shapes
 * @property {Record<number, Uint16Array>} layers paint by frame, as runs
 */

export class MaskDocument extends EventTarget {
  /** @param {import("./geometry.js").Geometry} grid */
  constructor(grid, task = customMask) {
    super();
    this.grid = grid;
    this.task = task;
    this.base = isPreset(task) ? task : null;
    /** @type {import("./footage.js").Footage} */
    this.footage = plainFootage;
    /** @type {import("./shapes.js").Shape[]} */
    this.shapes = [];
    this.paint = new Uint8Array(grid.frames * grid.plane);
    this.under = new Uint8Array(grid.frames * grid.plane);
    /** [T, H, W], 1 where the model generates: what is shown and what is sent. */
    this.pixels = new Uint8Array(grid.frames * grid.plane);
    this.scratch = new Coverage(grid.width, grid.height);
    this.open = null;
    this.composeAll();
  }

  plane(frame, of = this.pixels) {
    return of.subarray(frame * this.grid.plane, (frame + 1) * this.grid.plane);
  }

  get isCustom() {
    return this.task === customMask;
  }

  // ---- Changes

  /** Runs a change as one undoable step. @param {string} label what the undo button says @param {() => void} change */
  edit(label, change) {
    this.begin(label);
    try {
      change();
    } catch (error) {
      this.cancel();
      throw error;
    }
    return this.commit();
  }

  /** Begins a step that lasts, such as a stroke; commit() or cancel() ends it. */
  begin(label) {
    this.commit();
    this.open = { label, before: this.stateOf({}) };
  }

  /** Ends the open step. Tells listeners of "step" when something changed. @returns {Step|null} */
  commit() {
    if (this.open === null) {
      return null;
    }
    const { label, before } = this.open;
    this.open = null;
    const after = this.stateOf({});
    for (const frame of Object.keys(before.layers)) {
      const layer = toRuns(this.plane(Number(frame), this.paint));
      if (sameRuns(layer, before.layers[frame])) {
        delete before.layers[frame];
      } else {
        after.layers[frame] = layer;
      }
    }
    if (["task", "base", "footage", "shapes"].every(name => before[name] === after[name]) && Object.keys(after.layers).length === 0) {
      return null;
    }
    const step = { label, before, after };
    this.dispatchEvent(new CustomEvent("step", { detail: step }));
    return step;
  }

  /** Takes back what the open step has done so far. */
  cancel() {
    const open = this.open;
    this.open = null;
    if (open) {
      this.restore(open.before);
    }
  }

  /** Puts a step's "before" or "after" in place. @param {State} state */
  restore(state) {
    const footage = state.footage ?? plainFootage;
    const under = this.base !== state.base || this.shapes !== state.shapes || this.footage !== footage;
    const moved = this.footage !== footage;
    this.task = state.task;
    this.base = state.base;
    this.shapes = state.shapes;
    this.footage = footage;
    const frames = Object.keys(state.layers).map(Number);
    frames.forEach(frame => fromRuns(state.layers[frame], this.plane(frame, this.paint)));
    if (under) {
      this.composeAll();
    } else {
      frames.forEach(frame => this.compose(frame));
    }
    this.changed(under ? null : frames, moved);
  }

  /** Everything as it is now, to be stored. */
  snapshot() {
    const layers = {};
    for (let frame = 0; frame < this.grid.frames; frame++) {
      layers[frame] = toRuns(this.plane(frame, this.paint));
    }
    return this.stateOf(layers);
  }

  stateOf(layers) {
    const { task, base, footage, shapes } = this;
    return { task, base, footage, shapes, layers };
  }

  // ---- What tools do, inside a step

  /**
   * Paints marked pixels on frames.
   * @param {Coverage} coverage
   * @param {number[]} frames
   * @param {boolean} erase whether the pixels are kept instead of generated
   */
  draw(coverage, frames, erase) {
    if (coverage.isEmpty) {
      return;
    }
    const { width } = this.grid;
    for (const frame of frames) {
      this.touch(frame);
      const [paint, under, pixels] = [this.plane(frame, this.paint), this.plane(frame, this.under), this.plane(frame)];
      for (let y = coverage.top; y < coverage.bottom; y++) {
        for (let i = y * width + coverage.left; i < y * width + coverage.right; i++) {
          if (coverage.bits[i] === 1) {
            paint[i] = erase ? under[i] === 1 ? keep : untouched : generate;
            pixels[i] = erase ? 0 : 1;
          }
        }
      }
    }
    this.task = customMask;
    this.changed(frames);
  }

  /** Sets the whole mask of frames. @param {(frame: number) => Uint8Array} planeOf 1 where the model generates */
  setPlanes(frames, planeOf) {
    for (const frame of frames) {
      const wanted = Uint8Array.from(planeOf(frame));
      this.touch(frame);
      const [paint, under] = [this.plane(frame, this.paint), this.plane(frame, this.under)];
      for (let i = 0; i < wanted.length; i++) {
        paint[i] = wanted[i] === 1 ? under[i] === 1 ? untouched : generate : under[i] === 1 ? keep : untouched;
      }
      this.compose(frame);
    }
    this.task = customMask;
    this.changed(frames);
  }

  /** Replaces everything by the mask of a task. */
  setPreset(task) {
    this.allFrames.forEach(frame => this.touch(frame));
    this.paint.fill(untouched);
    this.shapes = [];
    this.base = isPreset(task) ? task : null;
    this.task = task;
    this.composeAll();
    this.settleTask();
    this.changed(null);
  }

  /** Keeps the mask as it is, as one's own. */
  makeCustom() {
    this.task = customMask;
    this.changed([]);
  }

  /** Removes everything that was drawn, and the preset; placed footage stays. */
  clearAll() {
    this.setPreset(customMask);
  }

  /** Places the clip, or pins pictures. @param {import("./footage.js").Footage} footage */
  setFootage(footage) {
    this.footage = footage;
    this.composeAll();
    this.settleTask();
    this.changed(null, true);
  }

  // Footage that leaves a task's mask as it is (a picture pinned to the last frame of an interpolation) leaves it that task.
  settleTask() {
    const drawn = this.shapes.length > 0 || this.paint.some(value => value !== untouched);
    const asTask = this.base !== null && !drawn && presetPixels(this.base, this.grid).every((bit, i) => bit === this.pixels[i]);
    this.task = asTask ? this.base : customMask;
  }

  setShapes(shapes) {
    this.shapes = shapes;
    this.task = customMask;
    this.composeAll();
    this.changed(null);
  }

  // ---- What it comes to

  get allFrames() {
    return Array.from({ length: this.grid.frames }, (_, frame) => frame);
  }

  /** The part of a frame's pixels that is generated, 0 to 1. */
  shareOf(frame) {
    return this.plane(frame).reduce((sum, bit) => sum + bit, 0) / this.grid.plane;
  }

  get isEmpty() {
    return !this.pixels.includes(1);
  }

  get isFull() {
    return !this.pixels.includes(0);
  }

  /** What happens to each token. @returns {Uint8Array} [lt, lh, lw] of Cell */
  cells() {
    const { grid } = this;
    if (!this.isCustom) {
      return presetCells(this.task, grid);
    }
    const cells = new Uint8Array(grid.cells);
    for (let cell = 0; cell < cells.length; cell++) {
      cells[cell] = this.cellState(cell);
    }
    return cells;
  }

  cellState(cell) {
    const { grid, pixels } = this;
    const perFrame = grid.tokenHeight * grid.tokenWidth;
    const t = Math.floor(cell / perFrame) * grid.cellFrames;
    const y = (Math.floor(cell / grid.tokenWidth) % grid.tokenHeight) * grid.cellHeight;
    const x = (cell % grid.tokenWidth) * grid.cellWidth;
    let generated = 0;
    for (let frame = t; frame < t + grid.cellFrames; frame++) {
      for (let row = y; row < y + grid.cellHeight; row++) {
        const start = frame * grid.plane + row * grid.width + x;
        for (let i = start; i < start + grid.cellWidth; i++) {
          generated += pixels[i];
        }
      }
    }
    const size = grid.cellFrames * grid.cellHeight * grid.cellWidth;
    return generated === 0 ? Cell.kept : generated === size ? Cell.generated : Cell.mixed;
  }

  // ---- Inside

  /** Remembers a frame's paint before the open step changes it. */
  touch(frame) {
    if (this.open === null) {
      throw new Error("a change outside of edit() could not be undone");
    }
    this.open.before.layers[frame] ??= toRuns(this.plane(frame, this.paint));
  }

  composeAll() {
    this.under.fill(0);
    if (this.base !== null) {
      this.under.set(presetPixels(this.base, this.grid));
    }
    if (!isPlain(this.footage)) {
      this.allFrames.forEach(frame => openPixels(this.footage, frame, this.grid, this.plane(frame, this.under)));
    }
    for (const shape of this.shapes) {
      this.drawShape(shape);
    }
    this.allFrames.forEach(frame => this.compose(frame));
  }

  compose(frame) {
    const [paint, under, pixels] = [this.plane(frame, this.paint), this.plane(frame, this.under), this.plane(frame)];
    for (let i = 0; i < pixels.length; i++) {
      pixels[i] = paint[i] === untouched ? under[i] : paint[i] === generate ? 1 : 0;
    }
  }

  drawShape(shape) {
    const { grid, scratch } = this;
    const together = shape.snap ? grid.cellFrames : 1;
    for (let first = 0; first < grid.frames; first += together) {
      scratch.clear();
      for (let frame = first; frame < first + together; frame++) {
        if (isAlive(shape, frame)) {
          rasterize(shape, frame, scratch);
        }
      }
      if (shape.snap) {
        scratch.snap(grid.cellWidth, grid.cellHeight);
      }
      for (let frame = first; frame < first + together && !scratch.isEmpty; frame++) {
        const under = this.plane(frame, this.under);
        for (let i = 0; i < under.length; i++) {
          if (scratch.bits[i] === 1) {
            under[i] = shape.erase ? 0 : 1;
          }
        }
      }
    }
    scratch.clear();
  }

  changed(frames, footage = false) {
    this.dispatchEvent(new CustomEvent("change", { detail: { frames, footage } }));
  }
}

function sameRuns(a, b) {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
