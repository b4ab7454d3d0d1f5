// Brush, eraser, rectangle, ellipse, lasso and fill. A tool gets points in picture pixels and changes the document in one undoable step.

import { Coverage } from "./raster.js";
import { createShape } from "./shapes.js";

/**
 * @typedef {{x: number, y: number, pressure: number, shift: boolean, alt: boolean}} Point
 * @typedef {{document: import("./mask-document.js").MaskDocument, view: import("./view-state.js").ViewState, stage: import("./stage.js").Stage,
 *   say: (text: string) => void}} Desk
 */

/** Shared by all that draw: marks pixels, grows them to cells if asked, and brings them onto the frames of the scope. */
export class DrawingTool {
  /** @param {Desk} desk */
  constructor(desk) {
    Object.assign(this, desk);
    this.coverage = new Coverage(desk.document.grid.width, desk.document.grid.height);
  }

  erases(point) {
    return this.view.erase !== point.alt;
  }

  /** Draws what `mark` marks. */
  stamp(mark, erase) {
    const { coverage } = this;
    coverage.clear();
    mark(coverage);
    if (this.view.snap) {
      coverage.snap(this.document.grid.cellWidth, this.document.grid.cellHeight);
    }
    this.document.draw(coverage, this.view.targets(), erase);
  }

  /** Adds a shape that moves between keyframes; it lives in the chosen range, or in the whole clip. */
  addShape(shape, erase, label) {
    const { document, view } = this;
    const id = Math.max(0, ...document.shapes.map(other => other.id)) + 1;
    const { from, to } = view.scope === "range" && view.range ? view.range : { from: 0, to: document.grid.frames - 1 };
    const frame = view.frame;
    document.edit(`Animated ${label}`, () => document.setShapes([
      ...document.shapes,
      createShape({ ...shape, id, erase, snap: view.snap, frame, from: Math.min(from, frame), to: Math.max(to, frame) }),
    ]));
    view.set({ shape: id });
    this.say("Go to another frame and move it there with V: in between it follows.");
  }

  hover() {}

  cancel() {
    this.document.cancel();
    this.stage.preview = null;
  }
}

export class Brush extends DrawingTool {
  constructor(desk, { erase }) {
    super(desk);
    this.always = erase;
    this.last = null;
  }

  erases(point) {
    return this.always || super.erases(point);
  }

  /** Half the size; a pen that is pressed lightly draws thinner. */
  radius(point) {
    return (this.view.size / 2) * (0.25 + 0.75 * point.pressure);
  }

  get label() {
    return this.always ? "Eraser" : "Brush";
  }

  down(point) {
    this.erase = this.erases(point);
    // Shift draws a straight line from where the last stroke ended.
    const start = point.shift && this.last ? this.last : point;
    this.points = [[start.x, start.y, this.radius(start)]];
    this.document.begin(this.label);
    this.move([point]);
  }

  move(points) {
    for (const point of points) {
      const [x, y, radius] = this.points.at(-1);
      const next = this.radius(point);
      this.stamp(coverage => coverage.capsule(x, y, radius, point.x, point.y, next), this.erase);
      this.points.push([point.x, point.y, next]);
      this.last = point;
    }
  }

  up() {
    if (!this.view.keyframes) {
      this.document.commit();
      return;
    }
    this.document.cancel();
    this.addShape({ kind: "stroke", points: thin(this.points) }, this.erase, "stroke");
  }

  showAt(point) {
    this.stage.preview = (stage, pen) => {
      const radius = Math.max(0.5, this.view.size / 2);
      stage.outline(pen, path => path.arc(point.x, point.y, radius, 0, 2 * Math.PI), 1);
    };
  }

  hover(point) {
    this.showAt(point);
  }
}

export class BoxTool extends DrawingTool {
  constructor(desk, { kind }) {
    super(desk);
    this.kind = kind;
  }

  get label() {
    return this.kind === "rectangle" ? "Rectangle" : "Ellipse";
  }

  down(point) {
    this.start = point;
    this.end = point;
    this.erase = this.erases(point);
    this.stage.preview = (stage, pen) => {
      const box = this.box;
      stage.outline(pen, path => {
        if (this.kind === "rectangle") {
          path.rect(box.x, box.y, box.width, box.height);
        } else {
          path.ellipse(box.x + box.width / 2, box.y + box.height / 2, box.width / 2, box.height / 2, 0, 0, 2 * Math.PI);
        }
      });
    };
  }

  move(points) {
    this.end = points.at(-1);
  }

  get box() {
    let [width, height] = [this.end.x - this.start.x, this.end.y - this.start.y];
    if (this.end.shift) {
      const side = Math.max(Math.abs(width), Math.abs(height));
      [width, height] = [side * (Math.sign(width) || 1), side * (Math.sign(height) || 1)];
    }
    return {
      x: Math.min(this.start.x, this.start.x + width), y: Math.min(this.start.y, this.start.y + height),
      width: Math.abs(width), height: Math.abs(height),
    };
  }

  up() {
    const { kind, erase, box } = this;
    this.stage.preview = null;
    if (this.view.keyframes) {
      this.addShape({ kind, box }, erase, this.label.toLowerCase());
      return;
    }
    this.document.edit(this.label, () => this.stamp(coverage => coverage[kind](box.x, box.y, box.width, box.height), erase));
  }

  hover(point) {
    this.stage.preview = crosshair(point);
  }
}

export class Lasso extends DrawingTool {
  get label() {
    return "Lasso";
  }

  down(point) {
    this.points = [[point.x, point.y]];
    this.erase = this.erases(point);
    this.stage.preview = (stage, pen) => stage.outline(pen, path => {
      this.points.forEach(([x, y], i) => (i === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
      path.closePath();
    });
  }

  move(points) {
    points.forEach(({ x, y }) => this.points.push([x, y]));
  }

  up() {
    const points = thin(this.points);
    this.stage.preview = null;
    if (this.view.keyframes && points.length > 2) {
      this.addShape({ kind: "lasso", points }, this.erase, "lasso");
      return;
    }
    this.document.edit("Lasso", () => this.stamp(coverage => coverage.polygon(points), this.erase));
  }

  hover(point) {
    this.stage.preview = crosshair(point);
  }
}

/** Fills the connected area under the pointer, or frees it when it is filled. */
export class Fill extends DrawingTool {
  get label() {
    return "Fill";
  }

  down(point) {
    const { width, height } = this.document.grid;
    const [x, y] = [Math.floor(point.x), Math.floor(point.y)];
    if (x < 0 || y < 0 || x >= width || y >= height) {
      return;
    }
    const pixels = this.document.plane(this.view.frame);
    const filled = pixels[y * width + x] === 1;
    this.document.edit("Fill", () => this.stamp(coverage => coverage.flood(pixels.slice(), x, y), filled));
  }

  move() {}

  up() {}

  hover(point) {
    this.stage.preview = crosshair(point);
  }
}

function crosshair(point) {
  return (stage, pen) => stage.outline(pen, path => {
    const [inner, outer] = [stage.hair(3), stage.hair(9)];
    for (const [dx, dy] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
      path.moveTo(point.x + dx * inner, point.y + dy * inner);
      path.lineTo(point.x + dx * outer, point.y + dy * outer);
    }
  }, 1);
}

/** Leaves out points that are nearer than a third of a pixel: shapes are kept, strokes are not. */
function thin(points) {
  const kept = [points[0]];
  for (const point of points.slice(1)) {
    const [x, y] = kept.at(-1);
    if (Math.hypot(point[0] - x, point[1] - y) >= 0.34) {
      kept.push(point);
    }
  }
  return kept;
}
