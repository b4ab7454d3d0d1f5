// Two to four clips on one timeline: side by side, with a wipe, or as their difference. Frame n of one is always beside frame n of the others; a
// clip that ends earlier holds its last frame. How one looks (view, frame, clips of the wipe) is written into the address.

import { h, icon, iconButton, segmented } from "../studio/dom.js";
import { readClip } from "./clip-reader.js";
import { DifferenceView, SideView, WipeView } from "./compare-views.js";

/** @type {WeakMap<HTMLElement, Comparison>} */
const comparisons = new WeakMap();

/** @param {HTMLElement} root @param {import("./clip-reader.js").Clip[]} clips */
export function show(root, clips) {
  comparisons.get(root)?.dispose();
  comparisons.set(root, new Comparison(root, clips));
}

export function dispose(root) {
  comparisons.get(root)?.dispose();
  comparisons.delete(root);
}

const modes = [
  { value: "side", text: "Side by side", title: "All clips beside each other (1)" },
  { value: "wipe", text: "Wipe", title: "One over the other, with a divider to drag (2)" },
  { value: "difference", text: "Difference", title: "How far the pixels of two clips are apart (3)" },
];
const letters = ["A", "B", "C", "D"];

class Comparison {
  constructor(root, clips) {
    this.root = root;
    this.clips = clips;
    this.pictures = clips.map(() => []);
    this.frames = Math.max(...clips.map(clip => clip.frames));
    this.stopping = new AbortController();
    this.looping = true;
    this.recall();
    this.build();
    this.setMode(this.mode);
    this.read();
  }

  recall() {
    const query = new URLSearchParams(location.search);
    const among = (value, most, otherwise) => (Number.isInteger(value) && value >= 0 && value < most ? value : otherwise);
    this.mode = modes.some(mode => mode.value === query.get("view")) ? query.get("view") : "side";
    this.frame = among(Number(query.get("frame") ?? 1) - 1, this.frames, 0);
    this.pair = [among(letters.indexOf(query.get("a") ?? "A"), this.clips.length, 0), among(letters.indexOf(query.get("b") ?? "B"), this.clips.length, 1)];
  }

  remember() {
    const address = new URL(location.href);
    const put = (name, value, isDefault) => (isDefault ? address.searchParams.delete(name) : address.searchParams.set(name, value));
    put("view", this.mode, this.mode === "side");
    put("frame", String(this.frame + 1), this.frame === 0);
    put("a", letters[this.pair[0]], this.pair[0] === 0);
    put("b", letters[this.pair[1]], this.pair[1] === 1);
    if (address.href !== location.href) {
      history.replaceState(history.state, "", address);
    }
  }

  build() {
    const { signal } = this.stopping;
    this.modeGroup = segmented({ label: "View", name: "cmp-mode", options: modes, onchange: mode => this.setMode(mode) });
    this.picks = [0, 1].map(side => h("select", {
      class: "input", "aria-label": side === 0 ? "Clip on the left" : "Clip on the right", onchange: event => this.setPair(side, Number(event.target.value)),
    }, ...this.clips.map((clip, i) => h("option", { value: i }, `${letters[i]} · ${clip.name}`))));
    this.pairGroup = h("div", { class: "cmp-pair" }, this.picks[0],
      iconButton({ name: "swap", label: "Swap the two", onclick: () => this.swap() }), this.picks[1]);
    this.pixels = iconButton({ name: "pixels", label: "Sharp pixels", pressed: true, onclick: () => this.togglePixels() });
    this.views = { side: new SideView(this), wipe: new WipeView(this), difference: new DifferenceView(this) };
    this.desk = h("div", { class: "cmp-desk", "data-pixels": "true" });
    this.playButton = iconButton({ name: "play", label: "Play", key: "Space", "data-action": "play", onclick: () => (this.playing ? this.pause() : this.play()) });
    this.scrub = h("input", { type: "range", min: 0, max: this.frames - 1, step: 1, "aria-label": "Frame", oninput: () => { this.pause(); this.go(Number(this.scrub.value)); } });
    this.counter = h("output", { class: "cmp-counter", "data-frame": true });
    this.loop = iconButton({ name: "loop", label: "Loop", pressed: true, onclick: () => { this.looping = !this.looping; this.loop.setAttribute("aria-pressed", String(this.looping)); } });
    this.note = h("p", { class: "cmp-note", role: "status" });
    this.element = h("div", { class: "cmp" },
      h("div", { class: "cmp-options" }, this.modeGroup.element, this.pairGroup, h("span", { class: "me-grow" }), this.pixels),
      this.desk, this.note,
      h("div", { class: "cmp-transport" },
        iconButton({ name: "previous", label: "One frame back", key: "←", "data-action": "previous", onclick: () => this.step(-1) }), this.playButton,
        iconButton({ name: "next", label: "One frame on", key: "→", "data-action": "next", onclick: () => this.step(1) }), this.scrub, this.counter, this.loop));
    this.root.replaceChildren(this.element);
    document.addEventListener("keydown", event => this.key(event), { signal });
    this.themes = new MutationObserver(() => this.draw());
    this.themes.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  }

  async read() {
    this.root.dataset.ready = "false";
    const { signal } = this.stopping;
    try {
      await Promise.all(this.clips.map((clip, i) => readClip(clip, (frame, picture) => {
        this.pictures[i][frame] = picture;
        if (frame <= this.frame) {
          this.draw();
        }
      }, signal)));
    } catch (error) {
      this.say(error.message);
    }
    if (!signal.aborted) {
      this.root.dataset.ready = "true";
      this.draw();
    }
  }

  /** The picture of a clip at the frame that is shown; its last one when it is shorter. @returns {ImageBitmap|undefined} */
  pictureOf(index) {
    return this.pictures[index][Math.min(this.frame, this.clips[index].frames - 1)];
  }

  hasEnded(index) {
    return this.frame >= this.clips[index].frames;
  }

  nameOf(index) {
    return `${letters[index]} · ${this.clips[index].name}`;
  }

  setMode(mode) {
    this.mode = mode;
    this.modeGroup.set(mode);
    this.pairGroup.hidden = mode === "side" || this.clips.length === 2 && mode === "difference";
    this.desk.replaceChildren(this.views[mode].element);
    this.showPair();
    this.draw();
    this.remember();
  }

  setPair(side, index) {
    if (this.pair[1 - side] === index) {
      this.pair[1 - side] = this.pair[side];
    }
    this.pair[side] = index;
    this.showPair();
    this.draw();
    this.remember();
  }

  swap() {
    this.pair.reverse();
    this.showPair();
    this.draw();
    this.remember();
  }

  showPair() {
    this.picks.forEach((pick, side) => { pick.value = String(this.pair[side]); });
  }

  togglePixels() {
    const sharp = this.desk.dataset.pixels !== "true";
    this.desk.dataset.pixels = String(sharp);
    this.pixels.setAttribute("aria-pressed", String(sharp));
  }

  draw() {
    this.views[this.mode].draw();
    this.scrub.value = String(this.frame);
    this.scrub.style.setProperty("--fill", `${this.frames > 1 ? (100 * this.frame) / (this.frames - 1) : 0}%`);
    this.scrub.setAttribute("aria-valuetext", `Frame ${this.frame + 1} of ${this.frames}`);
    this.counter.textContent = `${String(this.frame + 1).padStart(2, "0")} / ${this.frames}`;
  }

  go(frame) {
    this.frame = Math.min(Math.max(frame, 0), this.frames - 1);
    this.draw();
    clearTimeout(this.remembering);
    this.remembering = setTimeout(() => this.remember(), 250);
  }

  step(by) {
    this.pause();
    this.go((this.frame + by + this.frames) % this.frames);
  }

  play() {
    if (this.frames < 2) {
      return;
    }
    this.playing = true;
    this.showPlaying();
    let shown = performance.now();
    const interval = 1000 / Math.min(30, Math.max(4, this.clips[0].frameRate));
    const tick = now => {
      if (!this.playing) {
        return;
      }
      if (now - shown >= interval) {
        shown = now - ((now - shown) % interval);
        if (this.frame + 1 >= this.frames && !this.looping) {
          this.pause();
          return;
        }
        this.frame = (this.frame + 1) % this.frames;
        this.draw();
      }
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  }

  pause() {
    if (this.playing) {
      this.playing = false;
      this.showPlaying();
      this.go(this.frame);
    }
  }

  showPlaying() {
    this.playButton.replaceChildren(icon(this.playing ? "pause" : "play"));
    this.playButton.setAttribute("aria-label", this.playing ? "Pause" : "Play");
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || event.target.closest?.("input, select, textarea, summary, dialog, [role=slider]")) {
      return;
    }
    if (event.key === " " && event.target.closest?.("button, a")) {
      return;
    }
    const by = event.shiftKey ? 4 : 1;
    const act = {
      " ": () => (this.playing ? this.pause() : this.play()), ArrowLeft: () => this.step(-by), ArrowRight: () => this.step(by),
      Home: () => this.go(0), End: () => this.go(this.frames - 1),
      1: () => this.setMode("side"), 2: () => this.setMode("wipe"), 3: () => this.setMode("difference"),
    }[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  }

  say(text) {
    this.note.textContent = text;
  }

  dispose() {
    this.playing = false;
    clearTimeout(this.remembering);
    this.stopping.abort();
    this.themes.disconnect();
    this.pictures.flat().forEach(picture => picture.close());
    this.element.remove();
  }
}
