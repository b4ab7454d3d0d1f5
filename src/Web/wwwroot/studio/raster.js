// Shapes to pixels. A pixel belongs to a shape when its centre does; a shape too small to hold any centre takes the nearest pixel, so that
// nothing that was drawn is lost.

import { clamp } from "./geometry.js";

/** A frame-sized scratch of marked pixels with the box that holds them. */
export class Coverage {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.bits = new Uint8Array(width * height);
    this.reset();
  }

  /** Forgets all marks; only the touched box is wiped. */
  clear() {
    for (let y = this.top; y < this.bottom; y++) {
      this.bits.fill(0, y * this.width + this.left, y * this.width + this.right);
    }
    this.reset();
  }

  reset() {
    this.left = this.width;
    this.top = this.height;
    this.right = 0;
    this.bottom = 0;
  }

  get isEmpty() {
    return this.right <= this.left || this.bottom <= this.top;
  }

  mark(x, y) {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) {
      return;
    }
    this.bits[y * this.width + x] = 1;
    this.left = Math.min(this.left, x);
    this.top = Math.min(this.top, y);
    this.right = Math.max(this.right, x + 1);
    this.bottom = Math.max(this.bottom, y + 1);
  }

  markNearest(x, y) {
    this.mark(clamp(Math.floor(x), 0, this.width - 1), clamp(Math.floor(y), 0, this.height - 1));
  }

  /** A thick line with round ends whose radius may grow along it: one piece of a brush stroke. */
  capsule(x0, y0, r0, x1, y1, r1) {
    const [dx, dy] = [x1 - x0, y1 - y0];
    const length = dx * dx + dy * dy;
    const r = Math.max(r0, r1);
    const before = this.isEmpty;
    for (let y = Math.floor(Math.min(y0, y1) - r); y <= Math.ceil(Math.max(y0, y1) + r); y++) {
      for (let x = Math.floor(Math.min(x0, x1) - r); x <= Math.ceil(Math.max(x0, x1) + r); x++) {
        const [px, py] = [x + 0.5 - x0, y + 0.5 - y0];
        const along = length === 0 ? 0 : clamp((px * dx + py * dy) / length, 0, 1);
        const [ex, ey] = [px - along * dx, py - along * dy];
        const radius = r0 + (r1 - r0) * along;
        if (ex * ex + ey * ey <= radius * radius) {
          this.mark(x, y);
        }
      }
    }
    if (r <= 1) {
      this.thinLine(x0, y0, x1, y1);
    } else if (before && this.isEmpty && this.holds(x1, y1)) {
      this.markNearest(x1, y1);
    }
  }

  // A brush of a pixel or two must not leave gaps between the centres that it misses.
  thinLine(x0, y0, x1, y1) {
    const steps = Math.max(1, Math.ceil(2 * Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0))));
    for (let i = 0; i <= steps; i++) {
      this.mark(Math.floor(x0 + ((x1 - x0) * i) / steps), Math.floor(y0 + ((y1 - y0) * i) / steps));
    }
  }

  /** A rectangle in pixels, sides rounded to whole ones. */
  rectangle(x, y, width, height) {
    const [left, top] = [Math.round(x), Math.round(y)];
    const [right, bottom] = [Math.max(left + 1, Math.round(x + width)), Math.max(top + 1, Math.round(y + height))];
    for (let py = Math.max(0, top); py < Math.min(this.height, bottom); py++) {
      for (let px = Math.max(0, left); px < Math.min(this.width, right); px++) {
        this.mark(px, py);
      }
    }
  }

  ellipse(x, y, width, height) {
    const [rx, ry] = [width / 2, height / 2];
    const [cx, cy] = [x + rx, y + ry];
    if (rx > 0 && ry > 0) {
      for (let py = Math.floor(y); py < y + height; py++) {
        for (let px = Math.floor(x); px < x + width; px++) {
          const [ex, ey] = [(px + 0.5 - cx) / rx, (py + 0.5 - cy) / ry];
          if (ex * ex + ey * ey <= 1) {
            this.mark(px, py);
          }
        }
      }
    }
    if (this.isEmpty && this.holds(cx, cy)) {
      this.markNearest(cx, cy);
    }
  }

  /** The inside of a closed line, even-odd. @param {number[][]} points */
  polygon(points) {
    const ys = points.map(point => point[1]);
    for (let y = Math.max(0, Math.floor(Math.min(...ys))); y < Math.min(this.height, Math.ceil(Math.max(...ys))); y++) {
      const centre = y + 0.5;
      const crossings = [];
      points.forEach(([x0, y0], i) => {
        const [x1, y1] = points[(i + 1) % points.length];
        if ((y0 <= centre) !== (y1 <= centre)) {
          crossings.push(x0 + ((centre - y0) * (x1 - x0)) / (y1 - y0));
        }
      });
      crossings.sort((a, b) => a - b);
      for (let i = 0; i + 1 < crossings.length; i += 2) {
        for (let x = Math.max(0, Math.ceil(crossings[i] - 0.5)); x < Math.min(this.width, crossings[i + 1] - 0.5); x++) {
          this.mark(x, y);
        }
      }
    }
    if (this.isEmpty && points.length > 0 && this.holds(...points[0])) {
      this.markNearest(...points[0]);
    }
  }

  /** The connected area around a pixel in which a plane has one value. @param {Uint8Array} plane */
  flood(plane, x, y) {
    const { width, height } = this;
    const value = plane[y * width + x];
    const waiting = [[x, y]];
    while (waiting.length > 0) {
      const [px, py] = waiting.pop();
      const i = py * width + px;
      if (px < 0 || py < 0 || px >= width || py >= height || this.bits[i] === 1 || plane[i] !== value) {
        continue;
      }
      this.mark(px, py);
      waiting.push([px - 1, py], [px + 1, py], [px, py - 1], [px, py + 1]);
    }
  }

  all() {
    this.bits.fill(1);
    [this.left, this.top, this.right, this.bottom] = [0, 0, this.width, this.height];
  }

  /** Grows the marks to whole cells: a touched cell is marked altogether. */
  snap(cellWidth, cellHeight) {
    if (this.isEmpty) {
      return;
    }
    const { width } = this;
    const [left, top, right, bottom] = [this.left, this.top, this.right, this.bottom];
    for (let cy = Math.floor(top / cellHeight); cy * cellHeight < bottom; cy++) {
      for (let cx = Math.floor(left / cellWidth); cx * cellWidth < right; cx++) {
        if (this.touches(cx * cellWidth, cy * cellHeight, cellWidth, cellHeight)) {
          for (let y = cy * cellHeight; y < (cy + 1) * cellHeight; y++) {
            this.bits.fill(1, y * width + cx * cellWidth, y * width + (cx + 1) * cellWidth);
          }
          this.mark(cx * cellWidth, cy * cellHeight);
          this.mark((cx + 1) * cellWidth - 1, (cy + 1) * cellHeight - 1);
        }
      }
    }
  }

  touches(x, y, width, height) {
    for (let py = y; py < y + height; py++) {
      for (let px = x; px < x + width; px++) {
        if (this.bits[py * this.width + px] === 1) {
          return true;
        }
      }
    }
    return false;
  }

  holds(x, y) {
    return x >= 0 && y >= 0 && x < this.width && y < this.height;
  }
}
