// Mouse, pen and fingers on the stage. One pointer draws, two fingers or the middle button or held Space pan, two fingers or the wheel zoom,
// Ctrl+wheel sets the brush size. Points of a stroke are gathered and handed to the tool once per displayed frame.

export class PointerInput {
  /**
   * @param {{stage: import("./stage.js").Stage, viewport: import("./viewport.js").Viewport, view: import("./view-state.js").ViewState,
   *   tool: () => any}} parts tool: the one that draws now
   */
  constructor(parts) {
    Object.assign(this, parts);
    /** @type {Map<number, PointerEvent>} */
    this.pointers = new Map();
    this.gathered = [];
    this.mode = "idle";
    this.penSeen = false;
    this.panKey = false;
    this.realControl = false;
    const { element } = this.stage;
    const listen = (name, handler, options) => element.addEventListener(name, handler.bind(this), options);
    listen("pointerdown", this.down);
    listen("pointermove", this.move);
    listen("pointerup", this.up);
    listen("pointercancel", this.lost);
    listen("lostpointercapture", this.lost);
    listen("pointerleave", this.leave);
    listen("wheel", this.wheel, { passive: false });
    listen("keydown", () => { delete element.dataset.pointer; });
    listen("contextmenu", event => event.preventDefault());
  }

  get mode() {
    return this.doing;
  }

  // While something is drawn, the page stays: js/shell.js would load it again when the server was restarted.
  set mode(value) {
    this.doing = value;
    this.stage.element.toggleAttribute("data-busy", value === "draw");
  }

  get isDrawing() {
    return this.mode === "draw";
  }

  down(event) {
    const { element } = this.stage;
    element.dataset.pointer = "";
    element.focus({ preventScroll: true });
    this.penSeen ||= event.pointerType === "pen";
    this.pointers.set(event.pointerId, event);
    element.setPointerCapture(event.pointerId);
    if (this.pointers.size === 2) {
      // A second finger: it was a pinch from the start.
      this.giveUp();
      this.mode = "pinch";
      return;
    }
    const pans = this.panKey || this.view.tool === "hand" || event.button === 1 || (event.pointerType === "touch" && this.penSeen);
    if (pans) {
      event.preventDefault();
      this.mode = "pan";
      element.dataset.panning = "";
    } else if (event.button === 0) {
      event.preventDefault();
      this.mode = "draw";
      this.active = this.tool();
      this.active.down(this.point(event));
      this.stage.draw("front");
    }
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    switch (this.mode) {
      case "draw":
        if (before) {
          this.gather(event);
        }
        break;
      case "pan":
        if (before) {
          this.viewport.pan(event.clientX - before.clientX, event.clientY - before.clientY);
          this.stage.draw();
        }
        break;
      case "pinch":
        if (before) {
          this.pinch(before, event);
        }
        break;
      default:
        if (event.pointerType !== "touch") {
          this.hover(event);
        }
    }
    if (before) {
      this.pointers.set(event.pointerId, event);
    }
  }

  up(event) {
    if (this.mode === "draw" && this.pointers.has(event.pointerId)) {
      this.hand();
      this.active.up(this.point(event));
      this.mode = "idle";
      if (event.pointerType !== "touch") {
        this.hover(event);
      }
    }
    this.lost(event);
  }

  lost(event) {
    if (this.mode === "draw" && this.pointers.has(event.pointerId)) {
      this.giveUp();
    }
    this.pointers.delete(event.pointerId);
    if (this.pointers.size === 0) {
      this.mode = "idle";
      delete this.stage.element.dataset.panning;
    }
    this.stage.draw("front");
  }

  /** Ends a stroke without a trace. */
  giveUp() {
    if (this.mode === "draw") {
      this.gathered = [];
      this.active.cancel();
      this.mode = "idle";
      this.stage.draw("mask", "front");
    }
  }

  leave() {
    if (this.mode === "idle") {
      this.stage.preview = null;
      this.stage.draw("front");
    }
  }

  hover(event) {
    this.stage.element.style.cursor = "";
    this.tool()?.hover(this.point(event));
    this.stage.draw("front");
  }

  gather(event) {
    const events = event.getCoalescedEvents?.() ?? [];
    this.gathered.push(...(events.length > 0 ? events : [event]).map(each => this.point(each)));
    this.waiting ||= requestAnimationFrame(() => this.hand());
  }

  /** Hands the gathered points to the tool. */
  hand() {
    cancelAnimationFrame(this.waiting);
    this.waiting = 0;
    if (this.gathered.length > 0 && this.mode === "draw") {
      const points = this.gathered;
      this.gathered = [];
      this.active.move(points);
      this.active.showAt?.(points.at(-1));
      this.stage.draw("front");
    }
  }

  pinch(before, event) {
    const other = [...this.pointers.values()].find(each => each.pointerId !== event.pointerId);
    const distance = each => Math.max(1, Math.hypot(each.clientX - other.clientX, each.clientY - other.clientY));
    const { left, top } = this.stage.element.getBoundingClientRect();
    this.viewport.zoomAt((event.clientX + other.clientX) / 2 - left, (event.clientY + other.clientY) / 2 - top, distance(event) / distance(before));
    this.viewport.pan((event.clientX - before.clientX) / 2, (event.clientY - before.clientY) / 2);
    this.stage.draw();
  }

  wheel(event) {
    event.preventDefault();
    // A pinch on a touch pad comes as a wheel with Ctrl that nobody pressed.
    if ((event.ctrlKey || event.metaKey) && this.realControl) {
      this.view.setSize(this.view.size + (event.deltaY < 0 ? 1 : -1) * Math.max(1, Math.round(this.view.size / 10)));
      return;
    }
    const { left, top } = this.stage.element.getBoundingClientRect();
    const lines = event.deltaMode === 1 ? 16 : 1;
    const strength = event.ctrlKey ? 0.01 : 0.0015;
    this.viewport.zoomAt(event.clientX - left, event.clientY - top, Math.exp(-event.deltaY * lines * strength));
    this.stage.draw();
  }

  /** @returns {import("./tools.js").Point} */
  point(event) {
    const { left, top } = this.box();
    const [x, y] = this.viewport.toPicture(event.clientX - left, event.clientY - top);
    return { x, y, pressure: event.pointerType === "pen" ? event.pressure : 1, shift: event.shiftKey, alt: event.altKey };
  }

  // Measured once a frame at most: a stroke asks for it many times.
  box() {
    if (this.measured === undefined) {
      this.measured = this.stage.element.getBoundingClientRect();
      requestAnimationFrame(() => { this.measured = undefined; });
    }
    return this.measured;
  }
}
