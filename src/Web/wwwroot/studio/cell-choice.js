// Which cells are chosen and which are locked, and the pointer, finger and keys that choose them.

import { clamp } from "./geometry.js";

export class CellChoice {
  /**
   * @param {HTMLCanvasElement} surface lies over the picture
   * @param {{frames: number, height: number, width: number}} grid
   * @param {{frame: () => number, changed: () => void, goTo: (t: number) => void}} page latent frame that is shown; told of every change; shows another latent frame
   */
  constructor(surface, grid, page) {
    [this.surface, this.grid, this.page] = [surface, grid, page];
    /** @type {Set<number>} */
    this.chosen = new Set();
    /** @type {Set<number>} */
    this.locked = new Set();
    /** "look", "pick" or "lasso" */
    this.tool = "look";
    this.throughTime = false;
    this.cursor = null;
    this.keyboard = false;
    this.path = [];
    this.stroke = null;
    for (const [name, act] of Object.entries({
      pointerdown: this.onDown, pointermove: this.onMove, pointerup: this.onUp, pointercancel: this.onUp, pointerleave: this.onLeave, keydown: this.onKey, blur: this.onLeave,
    })) {
      surface.addEventListener(name, act.bind(this));
    }
  }

  setTool(tool) {
    this.tool = tool;
    this.surface.dataset.tool = tool;
    this.surface.tabIndex = tool === "look" ? -1 : 0;
    this.surface.setAttribute("role", tool === "look" ? "img" : "application");
    this.surface.setAttribute("aria-label", tool === "look" ? "Cells of the clip" : "Cells of the clip: arrow keys move, Space chooses, Escape clears");
    this.cursor = null;
    this.page.changed();
  }

  clear() {
    this.chosen.clear();
    this.page.changed();
  }

  /** What is chosen becomes locked. */
  lock() {
    this.chosen.forEach(cell => this.locked.add(cell));
    this.clear();
  }

  unlock() {
    this.locked.clear();
    this.page.changed();
  }

  /** @returns {{row: number, column: number}} the cell under a pointer, in cells with fractions */
  placeOf(event) {
    const box = this.surface.getBoundingClientRect();
    return {
      column: clamp(((event.clientX - box.left) / box.width) * this.grid.width, 0, this.grid.width - 1e-6),
      row: clamp(((event.clientY - box.top) / box.height) * this.grid.height, 0, this.grid.height - 1e-6),
    };
  }

  index(row, column, t = this.page.frame()) {
    return (t * this.grid.height + Math.floor(row)) * this.grid.width + Math.floor(column);
  }

  set(row, column, isChosen) {
    const times = this.throughTime ? Array.from({ length: this.grid.frames }, (_, t) => t) : [this.page.frame()];
    for (const t of times) {
      const cell = this.index(row, column, t);
      if (isChosen) {
        this.chosen.add(cell);
        this.locked.delete(cell);
      } else {
        this.chosen.delete(cell);
      }
    }
  }

  onDown(event) {
    if (this.tool === "look" || event.button !== 0) {
      return;
    }
    event.preventDefault();
    this.surface.focus({ preventScroll: true });
    try {
      this.surface.setPointerCapture(event.pointerId);
    } catch {
      // The pointer is gone already; its stroke is one cell long.
    }
    this.keyboard = false;
    const place = this.placeOf(event);
    this.stroke = { adds: event.altKey ? false : this.tool === "lasso" || !this.chosen.has(this.index(place.row, place.column)), last: place };
    this.cursor = place;
    if (this.tool === "lasso") {
      this.path = [place];
    } else {
      this.set(place.row, place.column, this.stroke.adds);
    }
    this.page.changed();
  }

  onMove(event) {
    if (this.tool === "look") {
      this.cursor = event.pointerType === "touch" ? null : this.placeOf(event);
      this.page.changed();
      return;
    }
    for (const point of event.getCoalescedEvents?.().length ? event.getCoalescedEvents() : [event]) {
      const place = this.placeOf(point);
      this.cursor = place;
      if (this.stroke && this.tool === "lasso") {
        this.path.push(place);
      } else if (this.stroke) {
        this.line(this.stroke.last, place);
        this.stroke.last = place;
      }
    }
    this.page.changed();
  }

  onUp() {
    if (this.stroke && this.tool === "lasso") {
      this.fillPath(this.stroke.adds);
    }
    this.stroke = null;
    this.path = [];
    this.page.changed();
  }

  onLeave() {
    if (!this.stroke) {
      this.cursor = null;
      this.page.changed();
    }
  }

  // Every cell that a quick stroke passed.
  line(from, to) {
    const count = Math.ceil(Math.max(Math.abs(to.row - from.row), Math.abs(to.column - from.column)) * 2) + 1;
    for (let i = 0; i <= count; i++) {
      this.set(from.row + ((to.row - from.row) * i) / count, from.column + ((to.column - from.column) * i) / count, this.stroke.adds);
    }
  }

  // The cells whose middle the path goes round, and those that it passed.
  fillPath(adds) {
    const path = this.path;
    for (let row = 0; row < this.grid.height; row++) {
      for (let column = 0; column < this.grid.width; column++) {
        if (isInside(path, column + 0.5, row + 0.5)) {
          this.set(row, column, adds);
        }
      }
    }
    path.forEach(place => this.set(place.row, place.column, adds));
  }

  // Keys stay here: the player around has arrows of its own.
  onKey(event) {
    if (this.tool === "look" || event.ctrlKey || event.metaKey) {
      return;
    }
    const { row, column } = this.cursor ?? { row: Math.floor(this.grid.height / 2), column: Math.floor(this.grid.width / 2) };
    const go = (down, right) => {
      this.cursor = { row: clamp(Math.floor(row) + down, 0, this.grid.height - 1), column: clamp(Math.floor(column) + right, 0, this.grid.width - 1) };
      if (event.shiftKey) {
        this.set(this.cursor.row, this.cursor.column, true);
      }
    };
    const keys = {
      ArrowUp: () => go(-1, 0),
      ArrowDown: () => go(1, 0),
      ArrowLeft: () => go(0, -1),
      ArrowRight: () => go(0, 1),
      " ": () => this.set(row, column, !this.chosen.has(this.index(row, column))),
      Enter: () => this.set(row, column, !this.chosen.has(this.index(row, column))),
      Escape: () => this.chosen.clear(),
      PageUp: () => this.page.goTo(this.page.frame() - 1),
      PageDown: () => this.page.goTo(this.page.frame() + 1),
    };
    const act = keys[event.key];
    if (act) {
      event.preventDefault();
      event.stopPropagation();
      this.keyboard = true;
      act();
      this.page.changed();
    }
  }
}

function isInside(path, x, y) {
  let inside = false;
  for (let i = 0, j = path.length - 1; i < path.length; j = i++) {
    const [a, b] = [path[i], path[j]];
    if (a.row > y !== b.row > y && x < ((b.column - a.column) * (y - a.row)) / (b.row - a.row) + a.column) {
      inside = !inside;
    }
  }
  return inside;
}
