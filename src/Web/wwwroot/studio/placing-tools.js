// What moves and scales boxes: animated shapes, and the clip itself.

import { gripOf, pulled } from "./canvas-edges.js";
import { placeBox, snapBox } from "./footage.js";
import { boxAt, dragBox, isAlive, shapeAt, withKey } from "./shapes.js";
import { handlePoint, handles } from "./stage.js";

const cursors = { nw: "nwse-resize", se: "nwse-resize", ne: "nesw-resize", sw: "nesw-resize", n: "ns-resize", s: "ns-resize", e: "ew-resize", w: "ew-resize" };

/** The handle of a box under a point, "move" inside of it, or null. */
function handleOf(box, point, reach) {
  const hit = handles.find(handle => {
    const [x, y] = handlePoint(box, handle);
    return Math.abs(point.x - x) <= reach && Math.abs(point.y - y) <= reach;
  });
  const inside = point.x >= box.x && point.y >= box.y && point.x <= box.x + box.width && point.y <= box.y + box.height;
  return hit ?? (inside ? "move" : null);
}

/** Shared by all that move a box: nothing is drawn, and giving up takes the step back. */
class BoxMover {
  /** @param {import("./drawing-tools.js").Desk} desk */
  constructor(desk) {
    Object.assign(this, desk);
  }

  cancel() {
    this.document.cancel();
    this.stage.preview = null;
  }
}

/** Places the clip in the frame: smaller than the frame, it leaves the rest to be generated. */
export class Place extends BoxMover {
  /** The side whose grip is pulled. @type {string|null} */
  grip = null;

  get label() {
    return "Place the clip";
  }

  get selected() {
    return true;
  }

  down(point) {
    this.start = point;
    this.grip = gripOf(this.document.grid, point, pixels => this.stage.hair(pixels));
    if (this.grip !== null) {
      this.handle = null;
      return;
    }
    this.box = this.stage.placement;
    this.handle = handleOf(this.box, point, this.stage.hair(12));
    this.document.begin(this.label);
  }

  move(points) {
    if (this.grip !== null) {
      const [{ x, y }] = points.slice(-1);
      this.stage.pull = { side: this.grip, amount: pulled(this.document.grid, this.grip, x - this.start.x, y - this.start.y) };
    } else if (this.handle !== null) {
      const point = points.at(-1);
      this.place(placeBox(this.box, this.handle, point.x - this.start.x, point.y - this.start.y));
    }
  }

  place(box) {
    const { document, view } = this;
    document.setFootage({ ...document.footage, placement: view.snap ? snapBox(document.grid, box) : box });
  }

  nudge(dx, dy, scales) {
    this.place(placeBox(this.stage.placement, scales ? "se" : "move", dx, dy));
  }

  up() {
    const { pull } = this.stage;
    this.stage.pull = null;
    if (this.grip === null) {
      this.document.commit();
    } else if (pull && pull.amount > 0) {
      this.extendCanvas({ [pull.side]: pull.amount });
    } else {
      this.say("Pull the grip away from the frame: the canvas grows there, and what is new is generated.");
    }
    this.grip = null;
  }

  cancel() {
    super.cancel();
    this.stage.pull = null;
    this.grip = null;
  }

  hover(point) {
    const grip = gripOf(this.document.grid, point, pixels => this.stage.hair(pixels));
    this.stage.element.style.cursor = cursors[grip] ?? cursors[handleOf(this.stage.placement, point, this.stage.hair(12))] ?? "move";
    this.stage.preview = null;
  }
}

/** Chooses, moves and scales animated shapes; the frame where that happens becomes a keyframe. */
export class Move extends BoxMover {
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
    return handleOf(boxAt(this.selected, this.view.frame), point, this.stage.hair(10));
  }

  nudge(dx, dy, scales) {
    if (this.selected) {
      this.place(dragBox(boxAt(this.selected, this.view.frame), scales ? "se" : "move", dx, dy));
    }
  }

  hover(point) {
    const handle = this.handleAt(point);
    this.stage.element.style.cursor = handle === null ? "default" : cursors[handle] ?? "move";
    this.stage.preview = null;
  }
}

