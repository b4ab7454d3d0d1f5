// Where the picture lies on the stage: zoom and pan, in CSS pixels.

import { clamp } from "./geometry.js";

const margin = 16;

/** What lies over the lower edge of the stage, the count of cells and the zoom, covers nothing of a fitted picture. */
const footer = 46;

export class Viewport {
  constructor(grid) {
    this.grid = grid;
    this.width = 1;
    this.height = 1;
    this.scale = 1;
    this.x = 0;
    this.y = 0;
    this.fitted = true;
  }

  /** The stage has another size; a fitted picture stays fitted, another keeps its middle. */
  resize(width, height) {
    this.x += (width - this.width) / 2;
    this.y += (height - this.height) / 2;
    this.width = width;
    this.height = height;
    if (this.fitted) {
      this.fit();
    }
  }

  get fitScale() {
    return Math.max(0.1, Math.min((this.width - 2 * margin) / this.grid.width, (this.height - margin - footer) / this.grid.height));
  }

  fit() {
    this.scale = this.fitScale;
    this.x = (this.width - this.grid.width * this.scale) / 2;
    this.y = margin + (this.height - margin - footer - this.grid.height * this.scale) / 2;
    this.fitted = true;
  }

  /** Zooms by a factor; the point of the picture under (x, y) stays there. */
  zoomAt(x, y, factor) {
    const scale = clamp(this.scale * factor, this.fitScale / 4, 64);
    const applied = scale / this.scale;
    this.x = x - (x - this.x) * applied;
    this.y = y - (y - this.y) * applied;
    this.scale = scale;
    this.fitted = false;
    this.keepInView();
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.fitted = false;
    this.keepInView();
  }

  /** Some of the picture always stays to be found. */
  keepInView() {
    const [width, height] = [this.grid.width * this.scale, this.grid.height * this.scale];
    const rest = 48;
    this.x = clamp(this.x, rest - width, this.width - rest);
    this.y = clamp(this.y, rest - height, this.height - rest);
  }

  toPicture(x, y) {
    return [(x - this.x) / this.scale, (y - this.y) / this.scale];
  }

  toStage(x, y) {
    return [this.x + x * this.scale, this.y + y * this.scale];
  }

  /** Zoom in percent, one picture pixel on one CSS pixel being 100. */
  get percent() {
    return Math.round(this.scale * 100);
  }
}
