// Drawing without a pointer: on the focused stage the arrow keys move a pen, Enter puts it down and lifts it again, Escape gives the stroke up.
// Shift moves by a whole cell. With the Move tool the arrows move the chosen shape, with Alt they change its size.

import { clamp } from "./geometry.js";

const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class KeyboardPen {
  /** @param {{stage: any, view: any, document: any, tool: () => any, say: (text: string) => void}} parts */
  constructor(parts) {
    Object.assign(this, parts);
    const { width, height } = this.document.grid;
    this.x = width / 2;
    this.y = height / 2;
    this.isDown = false;
    this.stage.element.addEventListener("keydown", event => this.key(event));
    this.stage.element.addEventListener("blur", () => this.giveUp());
  }

  key(event) {
    const direction = directions[event.key];
    if (direction && !event.ctrlKey && !event.metaKey) {
      this.arrow(direction, event);
    } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      this.press(event);
    } else if (event.key === "Escape" && this.isDown) {
      this.giveUp();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  arrow([dx, dy], event) {
    const { grid } = this.document;
    const [stepX, stepY] = event.shiftKey ? [dx * grid.cellWidth, dy * grid.cellHeight] : [dx, dy];
    const tool = this.tool();
    if (tool.nudge && tool.selected) {
      this.document.edit(tool.label, () => tool.nudge(stepX, stepY, event.altKey));
      return;
    }
    this.x = clamp(this.x + stepX, 0, grid.width);
    this.y = clamp(this.y + stepY, 0, grid.height);
    if (this.isDown) {
      tool.move([this.point(event)]);
    }
    tool.showAt?.(this.point(event)) ?? (this.isDown || tool.hover(this.point(event)));
    this.stage.draw("front");
  }

  press(event) {
    const tool = this.tool();
    const point = this.point(event);
    if (this.isDown) {
      tool.up(point);
      this.isDown = false;
      this.say(`${tool.label} done.`);
    } else {
      tool.down(point);
      this.isDown = true;
      if (tool.label === "Fill" || tool.nudge) {
        tool.up(point);
        this.isDown = false;
      } else {
        this.say(`${tool.label} down: arrows draw, Enter ends, Escape gives up.`);
      }
    }
    this.stage.draw("front");
  }

  giveUp() {
    if (this.isDown) {
      this.isDown = false;
      this.tool().cancel();
      this.stage.draw("mask", "front");
    }
  }

  point(event) {
    return { x: this.x, y: this.y, pressure: 1, shift: false, alt: event.altKey };
  }
}
