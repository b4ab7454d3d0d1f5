// The picture under the pointer: footage, hatch, cells, and what a tool shows. Three canvases, so that a stroke repaints the hatch alone.

import { drawGrips } from "./canvas-edges.js";
import { h } from "./dom.js";
import { coverBox } from "./footage.js";
import { Cell } from "./mask-document.js";
import { boxAt, isAlive } from "./shapes.js";

const handleSize = 8;
export const handles = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];

export class Stage {
  /**
   * @param {{document: import("./mask-document.js").MaskDocument, view: import("./view-state.js").ViewState,
   *   viewport: import("./viewport.js").Viewport, ink: import("./ink.js").Ink, clip: import("./clip-frames.js").ClipFrames}} parts
   */
  constructor(parts) {
    Object.assign(this, parts);
    [this.picture, this.mask, this.front] = ["picture", "mask", "front"].map(name => h("canvas", { class: `me-${name}`, "aria-hidden": "true" }));
    this.element = h("div", {
      class: "me-stage", tabindex: "0", role: "application", "aria-roledescription": "drawing area",
      "aria-label": "Frame. Arrow keys move the pen, Enter draws, Escape gives up",
    }, this.picture, this.mask, this.front);
    this.maskTile = document.createElement("canvas");
    this.maskTile.width = this.document.grid.width;
    this.maskTile.height = this.document.grid.height;
    this.tileImage = this.maskTile.getContext("2d").createImageData(this.maskTile.width, this.maskTile.height);
    this.dirty = { picture: true, mask: true, front: true };
    this.waiting = 0;
    /** Draws what the active tool shows, in picture coordinates. @type {((stage: Stage, pen: CanvasRenderingContext2D) => void)|null} */
    this.preview = null;
    /** A grip beside the frame that is being pulled. @type {{side: string, amount: number}|null} */
    this.pull = null;
    /** Is told when the picture was moved or zoomed. */
    this.moved = () => {};
    this.fade = 1;
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(this.element);
  }

  measure() {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === 0 || height === 0) {
      return;
    }
    this.ratio = devicePixelRatio;
    for (const canvas of [this.picture, this.mask, this.front]) {
      canvas.width = Math.round(width * this.ratio);
      canvas.height = Math.round(height * this.ratio);
    }
    this.viewport.resize(width, height);
    this.ink.refresh();
    this.draw();
  }

  /** Asks for another picture of some layers, all when none is named. @param {...("picture"|"mask"|"front")} layers */
  draw(...layers) {
    const all = layers.length === 0;
    for (const layer of all ? ["picture", "mask", "front"] : layers) {
      this.dirty[layer] = true;
    }
    if (all) {
      this.moved();
    }
    this.waiting ||= requestAnimationFrame(() => this.flush());
  }

  flush() {
    this.waiting = 0;
    if (!this.ratio) {
      return;
    }
    if (this.dirty.picture) { this.drawPicture(); }
    if (this.dirty.mask) { this.drawMask(); }
    if (this.dirty.front) { this.drawFront(); }
    this.dirty = { picture: false, mask: false, front: false };
  }

  begin(canvas) {
    const pen = canvas.getContext("2d");
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    const { scale, x, y } = this.viewport;
    const unit = scale * this.ratio;
    pen.setTransform(unit, 0, 0, unit, Math.round(x * this.ratio), Math.round(y * this.ratio));
    return pen;
  }

  drawPicture() {
    const pen = this.begin(this.picture);
    const { width, height } = this.document.grid;
    const { frame, onion } = this.view;
    this.drawEmpty(pen, width, height);
    this.drawFrame(pen, frame, 1);
    if (onion) {
      this.drawFrame(pen, frame - 1, 0.35);
      this.drawFrame(pen, frame + 1, 0.2);
    }
  }

  drawEmpty(pen, width, height) {
    pen.fillStyle = this.ink.of("--me-grid");
    pen.globalAlpha = 0.12;
    pen.fillRect(0, 0, width, height);
    pen.globalAlpha = 1;
  }

  drawFrame(pen, frame, alpha) {
    const { document: { footage, grid: { width, height } }, clip } = this;
    pen.globalAlpha = alpha;
    if (this.view.pixels) {
      // As the model sees it: at its size, without smoothing.
      this.small ??= new OffscreenCanvas(width, height);
      const reduced = this.small.getContext("2d");
      reduced.clearRect(0, 0, width, height);
      reduced.imageSmoothingQuality = "high";
      clip.draw(reduced, frame, footage);
      pen.imageSmoothingEnabled = false;
      pen.drawImage(this.small, 0, 0, width, height);
    } else {
      pen.imageSmoothingEnabled = clip.size.width > 1.5 * width;
      clip.draw(pen, frame, footage);
    }
    pen.globalAlpha = 1;
  }

  drawMask() {
    const pen = this.begin(this.mask);
    const { width, height } = this.document.grid;
    const plane = this.document.plane(this.view.frame);
    this.fillTile(plane);
    pen.imageSmoothingEnabled = false;
    pen.globalAlpha = this.fade;
    pen.drawImage(this.maskTile, 0, 0, width, height);
    const transform = pen.getTransform();
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.globalCompositeOperation = "source-in";
    pen.fillStyle = this.ink.hatch(pen);
    pen.fillRect(0, 0, this.mask.width, this.mask.height);
    pen.globalCompositeOperation = "source-over";
    pen.setTransform(transform);
    this.drawEdge(pen, plane);
    pen.globalAlpha = 1;
    if (this.view.cellsShown) {
      this.drawCells(pen);
    }
  }

  fillTile(plane) {
    const { data } = this.tileImage;
    for (let i = 0; i < plane.length; i++) {
      data[4 * i + 3] = plane[i] === 1 ? 255 : 0;
    }
    this.maskTile.getContext("2d").putImageData(this.tileImage, 0, 0);
  }

  drawEdge(pen, plane) {
    const { width, height } = this.document.grid;
    pen.beginPath();
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const i = y * width + x;
        if (plane[i] === 0) {
          continue;
        }
        if (x > 0 && plane[i - 1] === 0) { pen.moveTo(x, y); pen.lineTo(x, y + 1); }
        if (x + 1 < width && plane[i + 1] === 0) { pen.moveTo(x + 1, y); pen.lineTo(x + 1, y + 1); }
        if (y > 0 && plane[i - width] === 0) { pen.moveTo(x, y); pen.lineTo(x + 1, y); }
        if (y + 1 < height && plane[i + width] === 0) { pen.moveTo(x, y + 1); pen.lineTo(x + 1, y + 1); }
      }
    }
    pen.strokeStyle = this.ink.of("--me-edge");
    pen.lineWidth = this.hair(1.5);
    pen.stroke();
  }

  // A cell stands for four frames: a full square is generated from nothing, a notched one is refined from what is kept in it.
  drawCells(pen) {
    const { grid } = this.document;
    const { tokenWidth, tokenHeight, cellWidth, cellHeight } = grid;
    const t = Math.floor(this.view.frame / grid.cellFrames);
    const states = this.document.isCustom ? null : this.document.cells();
    const gap = this.hair(1.5);
    pen.lineWidth = this.hair(1);
    for (let row = 0; row < tokenHeight; row++) {
      for (let column = 0; column < tokenWidth; column++) {
        const cell = (t * tokenHeight + row) * tokenWidth + column;
        const state = states ? states[cell] : this.document.cellState(cell);
        const [x, y] = [column * cellWidth, row * cellHeight];
        pen.strokeStyle = state === Cell.kept ? this.ink.of("--me-grid") : state === Cell.mixed ? this.ink.of("--me-mixed") : this.ink.of("--accent");
        pen.globalAlpha = state === Cell.kept ? 0.35 : 1;
        if (state === Cell.mixed) {
          pen.beginPath();
          pen.moveTo(x + gap, y + cellHeight * 0.4);
          pen.lineTo(x + gap, y + gap);
          pen.lineTo(x + cellWidth * 0.4, y + gap);
          pen.moveTo(x + cellWidth - gap, y + cellHeight * 0.6);
          pen.lineTo(x + cellWidth - gap, y + cellHeight - gap);
          pen.lineTo(x + cellWidth * 0.6, y + cellHeight - gap);
          pen.stroke();
        } else {
          pen.strokeRect(x + gap / 2, y + gap / 2, cellWidth - gap, cellHeight - gap);
        }
      }
    }
    pen.globalAlpha = 1;
  }

  drawFront() {
    const pen = this.begin(this.front);
    const { width, height } = this.document.grid;
    pen.strokeStyle = this.ink.of("--line-strong");
    pen.lineWidth = this.hair(1);
    pen.strokeRect(-this.hair(0.5), -this.hair(0.5), width + this.hair(1), height + this.hair(1));
    const shape = this.document.shapes.find(other => other.id === this.view.shape);
    if (this.view.tool === "place") {
      this.drawHandles(pen, this.placement);
      drawGrips(this, pen, this.pull);
    } else if (shape && this.view.tool === "move" && isAlive(shape, this.view.frame)) {
      this.drawHandles(pen, boxAt(shape, this.view.frame));
    }
    this.preview?.(this, pen);
  }

  /** Where the clip is in the frame. */
  get placement() {
    return this.document.footage.placement ?? coverBox(this.document.grid, this.clip.size);
  }

  drawHandles(pen, box) {
    pen.lineWidth = this.hair(1.5);
    pen.strokeStyle = "#fff";
    pen.setLineDash([this.hair(5), this.hair(4)]);
    pen.strokeRect(box.x, box.y, box.width, box.height);
    pen.setLineDash([]);
    const size = this.hair(handleSize);
    pen.strokeStyle = this.ink.of("--accent");
    pen.fillStyle = "#fff";
    for (const [x, y] of handles.map(handle => handlePoint(box, handle))) {
      pen.fillRect(x - size / 2, y - size / 2, size, size);
      pen.strokeRect(x - size / 2, y - size / 2, size, size);
    }
  }

  /** Lets the hatch come up, so that people see what a task asks for. */
  fadeIn() {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
      return;
    }
    const start = performance.now();
    const step = now => {
      this.fade = Math.min(1, Math.max(0, now - start) / 180);
      this.draw("mask");
      if (this.fade < 1) {
        requestAnimationFrame(step);
      }
    };
    requestAnimationFrame(step);
  }

  /** A length in picture units that is always so many CSS pixels on the screen. */
  hair(pixels) {
    return pixels / this.viewport.scale;
  }

  /** A line that is seen on any footage: dark under light. @param {(pen: CanvasRenderingContext2D) => void} path */
  outline(pen, path, width = 1.5) {
    for (const [color, wide] of [["rgb(0 0 0 / 60%)", width + 1.5], ["#fff", width]]) {
      pen.beginPath();
      path(pen);
      pen.strokeStyle = color;
      pen.lineWidth = this.hair(wide);
      pen.stroke();
    }
  }

  dispose() {
    this.observer.disconnect();
    cancelAnimationFrame(this.waiting);
  }
}

/** Where a handle of a box is. */
export function handlePoint(box, handle) {
  const x = handle.includes("w") ? box.x : handle.includes("e") ? box.x + box.width : box.x + box.width / 2;
  const y = handle.includes("n") ? box.y : handle.includes("s") ? box.y + box.height : box.y + box.height / 2;
  return [x, y];
}
