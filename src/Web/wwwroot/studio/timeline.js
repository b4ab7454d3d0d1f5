// The frames that the model sees, one under the other's mask: thumbnails, how much of each is generated, the model's cells of frames,
// and the keyframes of animated shapes.

import { h, icon, iconButton } from "./dom.js";
import { clamp } from "./geometry.js";
import { speeds } from "./playback.js";
import { isAlive, withKey, withSpan, withoutKey, boxAt } from "./shapes.js";

const words = { rectangle: "Rectangle", ellipse: "Ellipse", lasso: "Lasso", stroke: "Stroke" };

export class Timeline {
  /** @param {{document: any, view: any, clip: any, ink: any, commands: any, say: (text: string) => void}} parts */
  constructor(parts) {
    Object.assign(this, parts);
    const { grid } = this.document;
    this.playButton = iconButton({ name: "play", label: "Play", key: "Space", onclick: this.commands.play, class: "me-button me-play", "data-action": "play" });
    this.counter = h("output", { class: "me-number me-counter", "data-frame": true });
    this.range = h("span", { class: "me-range" });
    this.loop = iconButton({ name: "loop", label: "Loop", pressed: true, onclick: () => this.view.set({ looping: !this.view.looping }) });
    this.speed = h("button", {
      type: "button", class: "me-button me-speed", title: "Speed of playback",
      onclick: () => this.view.set({ speed: speeds[(speeds.indexOf(this.view.speed) + 1) % speeds.length] }),
    });
    this.tip = h("span", { class: "me-tip" });
    this.frames = Array.from({ length: grid.frames }, (_, frame) => this.makeFrame(frame));
    this.strip = h("div", {
      class: "me-frames", role: "listbox", "aria-label": "Frames", "aria-multiselectable": "true", "aria-orientation": "horizontal", tabindex: "0",
      style: `--frames:${grid.frames}`,
    }, ...this.frames.map(frame => frame.element));
    this.cells = Array.from({ length: grid.tokenFrames }, () => h("span", {}));
    this.cellRow = h("div", { class: "me-cells", style: `--cells:${grid.tokenFrames}`, "aria-hidden": "true" },
      ...this.cells.map(text => h("div", { class: "me-cell", title: `The model fills ${grid.cellFrames} frames as one` }, text)));
    this.tracks = h("div", { class: "me-tracks", style: `--frames:${grid.frames}` });
    this.element = h("div", { class: "me-timeline" },
      h("div", { class: "me-transport" },
        iconButton({ name: "previous", label: "One frame back", key: ",", onclick: () => this.view.go(this.view.frame - 1, true), "data-action": "previous" }),
        this.playButton,
        iconButton({ name: "next", label: "One frame on", key: ".", onclick: () => this.view.go(this.view.frame + 1, true), "data-action": "next" }),
        this.loop, this.speed, this.counter, this.range, h("span", { class: "me-grow" }), this.tip),
      this.strip, this.cellRow, this.tracks);
    this.listen();
    this.show();
  }

  makeFrame(frame) {
    const canvas = h("canvas", { "aria-hidden": "true" });
    const element = h("div", {
      class: "me-frame", role: "option", id: `me-frame-${frame}`, "aria-selected": "false",
    }, canvas, h("span", { class: "me-index" }, String(frame + 1)));
    return { element, canvas };
  }

  listen() {
    const frameAt = event => {
      const { left, width } = this.strip.getBoundingClientRect();
      return clamp(Math.floor(((event.clientX - left) / width) * this.frames.length), 0, this.frames.length - 1);
    };
    let anchor = null;
    this.strip.addEventListener("pointerdown", event => {
      if (event.button !== 0) {
        return;
      }
      this.view.set({ playing: false });
      this.strip.setPointerCapture(event.pointerId);
      const frame = frameAt(event);
      anchor = event.shiftKey ? "range" : "scrub";
      if (event.shiftKey) {
        this.chooseRange(this.view.frame, frame);
      } else {
        this.view.set({ range: null });
        this.view.go(frame);
      }
    });
    this.strip.addEventListener("pointermove", event => {
      if (anchor === "range") {
        this.chooseRange(this.view.frame, frameAt(event));
      } else if (anchor === "scrub") {
        this.view.go(frameAt(event));
      }
    });
    for (const name of ["pointerup", "pointercancel"]) {
      this.strip.addEventListener(name, () => { anchor = null; });
    }
    this.strip.addEventListener("keydown", event => this.key(event));
    // A picture that is dropped on a frame is pinned there; anything else is the page's.
    const picture = event => [...event.dataTransfer?.items ?? []].find(item => item.kind === "file" && item.type.startsWith("image/"));
    this.strip.addEventListener("dragover", event => {
      if (picture(event)) {
        event.preventDefault();
        this.view.go(frameAt(event));
      }
    });
    this.strip.addEventListener("drop", event => {
      const file = picture(event)?.getAsFile();
      if (file) {
        event.preventDefault();
        event.stopPropagation();
        this.view.go(frameAt(event));
        this.commands.pin(file);
      }
    });
  }

  /** Chooses the frames between two; drawing on "Range" reaches them. */
  chooseRange(from, to) {
    this.view.set({ range: { from: Math.min(from, to), to: Math.max(from, to) }, scope: "range" });
  }

  key(event) {
    const { view } = this;
    const last = this.frames.length - 1;
    const range = view.range ?? { from: view.frame, to: view.frame };
    const go = frame => (event.shiftKey ? this.stretch(frame) : view.go(frame));
    const keys = {
      ArrowLeft: () => go(view.frame - 1), ArrowRight: () => go(view.frame + 1), Home: () => go(0), End: () => go(last),
      j: () => go(view.frame - 1), l: () => go(view.frame + 1), k: this.commands.play,
      i: () => this.chooseRange(view.frame, Math.max(view.frame, range.to)),
      o: () => this.chooseRange(Math.min(range.from, view.frame), view.frame),
      Escape: () => view.set({ range: null }),
    };
    const act = keys[event.key] ?? keys[event.key.toLowerCase()];
    if (act && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      event.stopPropagation();
      view.set({ playing: false });
      act();
    }
  }

  // Shift+arrow: the end of the range that is not the anchor follows the playhead.
  stretch(frame) {
    const { view } = this;
    const to = clamp(frame, 0, this.frames.length - 1);
    const anchor = view.range ? (view.range.from === view.frame ? view.range.to : view.range.from) : view.frame;
    view.go(to);
    this.chooseRange(anchor, to);
  }

  /** What the view says. */
  show() {
    const { view } = this;
    this.counter.textContent = `${String(view.frame + 1).padStart(2, "0")} / ${this.frames.length}`;
    this.playButton.replaceChildren(icon(view.playing ? "pause" : "play"));
    this.playButton.setAttribute("aria-label", view.playing ? "Pause" : "Play");
    this.loop.setAttribute("aria-pressed", String(view.looping));
    this.speed.textContent = `${view.speed} ×`;
    this.speed.setAttribute("aria-label", `Speed ${view.speed} times`);
    this.range.textContent = view.range ? `range ${view.range.from + 1} to ${view.range.to + 1}` : "";
    const targets = new Set(view.targets());
    this.frames.forEach(({ element }, frame) => {
      element.toggleAttribute("data-current", frame === view.frame);
      element.toggleAttribute("data-target", targets.has(frame) && targets.size < this.frames.length);
      element.setAttribute("aria-selected", String(view.range ? frame >= view.range.from && frame <= view.range.to : frame === view.frame));
    });
    this.strip.setAttribute("aria-activedescendant", `me-frame-${view.frame}`);
  }

  /** Paints thumbnails again. @param {number[]|null} frames all when null */
  paint(frames = null) {
    for (const frame of frames ?? this.frames.keys()) {
      this.paintFrame(frame);
    }
  }

  paintFrame(frame) {
    const { canvas, element } = this.frames[frame];
    const { grid } = this.document;
    const [width, height] = [grid.width, grid.height];
    if (canvas.width !== width) {
      canvas.width = width;
      canvas.height = height;
    }
    const pen = canvas.getContext("2d");
    pen.clearRect(0, 0, width, height);
    this.clip.draw(pen, frame, this.document.footage);
    element.toggleAttribute("data-pinned", frame in this.document.footage.pins);
    this.tile ??= new OffscreenCanvas(width, height);
    const veil = this.tile.getContext("2d");
    const image = veil.createImageData(width, height);
    const plane = this.document.plane(frame);
    let generated = 0;
    for (let i = 0; i < plane.length; i++) {
      image.data[4 * i + 3] = plane[i] === 1 ? 255 : 0;
      generated += plane[i];
    }
    veil.globalCompositeOperation = "source-over";
    veil.putImageData(image, 0, 0);
    veil.globalCompositeOperation = "source-in";
    veil.fillStyle = this.ink.of("--accent");
    veil.fillRect(0, 0, width, height);
    pen.globalAlpha = 0.72;
    pen.drawImage(this.tile, 0, 0);
    pen.globalAlpha = 1;
    const share = generated / plane.length;
    element.setAttribute("aria-label", `Frame ${frame + 1}, ${Math.round(100 * share)} % generated`);
    element.title = `Frame ${frame + 1}: ${Math.round(100 * share)} % generated`;
  }

  /** How many of each row of cells are generated. @param {number[]} counts one for each token frame */
  showCells(counts) {
    const { grid } = this.document;
    const all = grid.tokenHeight * grid.tokenWidth;
    counts.forEach((count, i) => {
      this.cells[i].textContent = count === all ? "all cells" : count === 0 ? "kept" : `${count} cells`;
      this.cells[i].parentElement.toggleAttribute("data-any", count > 0);
    });
  }

  // ---- Animated shapes

  /** One row a shape: where it lives, and its keyframes. */
  showTracks() {
    const { shapes, grid } = this.document;
    const focused = document.activeElement?.dataset?.track;
    this.tracks.replaceChildren(...shapes.map((shape, i) => this.makeTrack(shape, i, grid.frames)));
    this.tracks.hidden = shapes.length === 0;
    if (focused) {
      this.tracks.querySelector(`[data-track="${CSS.escape(focused)}"]`)?.focus();
    }
  }

  makeTrack(shape, index, frames) {
    const name = `${words[shape.kind]} ${index + 1}`;
    const choose = () => this.view.set({ shape: shape.id, tool: "move" });
    const place = frame => `--at:${frame}`;
    const end = side => h("span", { class: `me-end me-end-${side}`, onpointerdown: event => this.dragEnd(event, shape, side) });
    const keys = shape.keys.map(key => h("button", {
      type: "button", class: "me-key", style: place(key.frame), "data-track": `${shape.id}:${key.frame}`, "aria-label": `${name}: keyframe at frame ${key.frame + 1}`,
      title: `Keyframe at frame ${key.frame + 1} (Delete removes it)`, "aria-current": String(key.frame === this.view.frame),
      onclick: () => { choose(); this.view.go(key.frame); },
      onkeydown: event => { if (event.key === "Delete" || event.key === "Backspace") { event.stopPropagation(); event.preventDefault(); this.removeKey(shape, key.frame); } },
    }, icon("key", 12)));
    return h("div", { class: "me-track", "data-chosen": shape.id === this.view.shape, role: "group", "aria-label": name },
      h("div", { class: "me-lane" },
        h("div", { class: "me-span", style: `--from:${shape.from};--to:${shape.to}`, onclick: choose, "data-erase": shape.erase }, end("from"), end("to")),
        ...keys),
      h("div", { class: "me-trackbar" },
        h("button", { type: "button", class: "me-name", onclick: choose, "aria-pressed": String(shape.id === this.view.shape) }, name, h("span", { class: "me-faint" }, shape.erase ? " keeps" : "")),
        iconButton({ name: "key", label: `${name}: add a keyframe at frame ${this.view.frame + 1}`, onclick: () => this.addKey(shape) }),
        h("button", {
          type: "button", class: "me-chip", "aria-pressed": String(shape.hold), title: "Jump at keyframes instead of moving between them",
          onclick: () => this.change(shape, "Hold", { ...shape, hold: !shape.hold }),
        }, "Hold"),
        iconButton({ name: "trash", label: `Remove ${name}`, onclick: () => this.commands.removeShape(shape) })));
  }

  change(shape, label, next) {
    this.document.edit(label, () => this.document.setShapes(this.document.shapes.map(other => (other.id === shape.id ? next : other))));
  }

  addKey(shape) {
    const { frame } = this.view;
    if (!isAlive(shape, frame)) {
      this.say("The shape is not there on this frame: drag the end of its bar first.");
      return;
    }
    this.change(shape, "Keyframe", withKey(shape, frame, boxAt(shape, frame)));
  }

  removeKey(shape, frame) {
    if (shape.keys.length === 1) {
      this.say("The last keyframe stays: remove the shape instead.");
      return;
    }
    this.change(shape, "Remove keyframe", withoutKey(shape, frame));
  }

  dragEnd(event, shape, side) {
    event.preventDefault();
    event.stopPropagation();
    const lane = event.target.closest(".me-lane").getBoundingClientRect();
    const { frames } = this.document.grid;
    const at = move => clamp(((move.clientX - lane.left) / lane.width) * frames, 0, frames);
    let next = shape;
    const moved = move => {
      next = side === "from" ? withSpan(shape, Math.min(at(move), shape.to), shape.to, frames) : withSpan(shape, shape.from, Math.max(at(move) - 1, shape.from), frames);
      const span = event.target.parentElement;
      span.style.setProperty("--from", next.from);
      span.style.setProperty("--to", next.to);
    };
    const done = () => {
      window.removeEventListener("pointermove", moved);
      if (next !== shape) {
        this.change(shape, "Time span", next);
      }
    };
    window.addEventListener("pointermove", moved);
    window.addEventListener("pointerup", done, { once: true });
  }
}
