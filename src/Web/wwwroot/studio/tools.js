// What the pointer, the pen or the keyboard draws with. A tool gets points in picture pixels and changes the document in one undoable step.

import { Coverage } from "./raster.js";
import { boxAt, createShape, dragBox, isAlive, shapeAt, withKey } from "./shapes.js";
import { handlePoint, handles } from "./stage.js";

/**
 * @typedef {{x: number, y: number, pressure: number, shift: boolean, alt: boolean}} Point
 * @typedef {{document: import("./mask-document.js").MaskDocument, view: import("./view-state.js").ViewState, stage: import("./stage.js").Stage,
 *   say: (text: string) => void}} Desk
 */

/** Shared by all that draw: marks pixels, grows them to cells if asked, and brings them onto the frames of the scope. */
class DrawingTool {
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

class Brush extends DrawingTool {
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

class BoxTool extends DrawingTool {
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

class Lasso extends DrawingTool {
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
class Fill extends DrawingTool {
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

/** Chooses, moves and scales animated shapes; the frame where that happens becomes a keyframe. */
class Move extends DrawingTool {
  get label() {
    return "Move";
  }

  get selected() {
    const shape = this.document.shapes.find(other => other.id === this.view.shape);
    return shape && isAlive(shape, this.view.frame) ? shape : undefined;
  }

  down(point) {
    const { document, view } = this;
    this.start = point;
    this.handle = this.handleAt(point);
    if (this.handle === null) {
      const shape = shapeAt(document.shapes, view.frame, point.x, point.y, this.stage.hair(6));
      view.set({ shape: shape?.id ?? null });
      this.handle = shape ? "move" : null;
      if (!shape && document.shapes.length === 0) {
        this.say("Nothing to move yet: switch on Keyframes (K) and draw something.");
      }
    }
    this.box = this.selected ? boxAt(this.selected, view.frame) : null;
    if (this.box) {
      document.begin("Move");
    }
  }

  move(points) {
    if (!this.box || this.handle === null) {
      return;
    }
    const point = points.at(-1);
    const box = dragBox(this.box, this.handle, point.x - this.start.x, point.y - this.start.y, point.shift);
    this.place(box);
  }

  place(box) {
    const { document, view, selected } = this;
    document.setShapes(document.shapes.map(shape => (shape === selected ? withKey(shape, view.frame, box) : shape)));
  }

  up() {
    this.document.commit();
  }

  handleAt(point) {
    if (!this.selected) {
      return null;
    }
    const box = boxAt(this.selected, this.view.frame);
    const reach = this.stage.hair(10);
    const hit = handles.find(handle => {
      const [x, y] = handlePoint(box, handle);
      return Math.abs(point.x - x) <= reach && Math.abs(point.y - y) <= reach;
    });
    const inside = point.x >= box.x && point.y >= box.y && point.x <= box.x + box.width && point.y <= box.y + box.height;
    return hit ?? (inside ? "move" : null);
  }

  hover(point) {
    const handle = this.handleAt(point);
    const cursors = { nw: "nwse-resize", se: "nwse-resize", ne: "nesw-resize", sw: "nesw-resize", n: "ns-resize", s: "ns-resize", e: "ew-resize", w: "ew-resize" };
    this.stage.element.style.cursor = handle === null ? "default" : cursors[handle] ?? "move";
    this.stage.preview = null;
  }
}

/** All tools, by name, in the order of the palette. @param {Desk} desk */
export function createTools(desk) {
  return {
    move: new Move(desk),
    brush: new Brush(desk, { erase: false }),
    eraser: new Brush(desk, { erase: true }),
    rectangle: new BoxTool(desk, { kind: "rectangle" }),
    ellipse: new BoxTool(desk, { kind: "ellipse" }),
    lasso: new Lasso(desk),
    fill: new Fill(desk),
  };
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
