// The palette beside the stage and the options above it.

import { h, icon, iconButton, segmented } from "./dom.js";

export const tools = [
  { name: "move", icon: "move", label: "Move shapes", key: "V" },
  { name: "place", icon: "place", label: "Place the clip in the frame", key: "P" },
  { name: "hand", icon: "hand", label: "Pan", key: "H" },
  { name: "brush", icon: "brush", label: "Brush", key: "B" },
  { name: "eraser", icon: "eraser", label: "Eraser", key: "E" },
  { name: "rectangle", icon: "rectangle", label: "Rectangle", key: "R" },
  { name: "ellipse", icon: "ellipse", label: "Ellipse", key: "C" },
  { name: "lasso", icon: "lasso", label: "Lasso", key: "L" },
  { name: "fill", icon: "fill", label: "Fill an area", key: "F" },
];

const scopes = [
  { value: "frame", text: "Frame", title: "Draw on this frame" },
  { value: "cell", text: "Cell", title: "Draw on the frames that the model fills together" },
  { value: "range", text: "Range", title: "Draw on the frames chosen on the timeline (Shift+click)" },
  { value: "all", text: "All", title: "Draw on all frames" },
];

/** Arrow keys walk through the buttons of a toolbar; only one of them is a tab stop. */
export function roving(element) {
  const buttons = () => [...element.querySelectorAll("button, input[type=range]")].filter(button => !button.disabled && !button.hidden);
  const settle = chosen => buttons().forEach(button => { button.tabIndex = button === chosen ? 0 : -1; });
  element.addEventListener("focusin", event => settle(event.target.closest("button, input")));
  element.addEventListener("keydown", event => {
    const all = buttons();
    const at = all.indexOf(event.target);
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (at >= 0 && by && event.target.type !== "range") {
      event.preventDefault();
      event.stopPropagation();
      all[(at + by + all.length) % all.length].focus();
    }
  });
  settle(buttons()[0]);
}

export class Palette {
  /** @param {{view: any, commands: Record<string, () => void>}} parts */
  constructor({ view, commands }) {
    this.view = view;
    this.buttons = Object.fromEntries(tools.map(tool => [tool.name, iconButton({
      name: tool.icon, label: tool.label, key: tool.key, pressed: false, "data-tool": tool.name, onclick: () => view.set({ tool: tool.name }),
    })]));
    this.element = h("div", { class: "me-palette", role: "toolbar", "aria-label": "Drawing tools", "aria-orientation": "vertical" },
      ...Object.values(this.buttons),
      h("span", { class: "me-rule", role: "separator" }),
      iconButton({ name: "invert", label: "Invert the mask", key: "Ctrl+Shift+I", "data-command": "invert", onclick: commands.invert }),
      iconButton({ name: "clear", label: "Clear the mask", key: "Delete", "data-command": "clear", onclick: commands.clear }));
    roving(this.element);
    this.show();
  }

  show() {
    for (const [name, button] of Object.entries(this.buttons)) {
      button.setAttribute("aria-pressed", String(name === this.view.tool));
    }
  }
}

export class Options {
  /** @param {{view: any, commands: Record<string, () => void>, menu: HTMLElement}} parts */
  constructor({ view, commands, menu }) {
    this.view = view;
    this.size = h("input", { type: "range", min: 1, max: 64, step: 1, id: "me-size", "aria-label": "Brush size", oninput: event => view.setSize(Number(event.target.value)) });
    this.sizeText = h("output", { for: "me-size", class: "me-number" });
    this.sizeGroup = h("div", { class: "me-group me-size", title: "Brush size in pixels of the clip ([ and ], or Ctrl+wheel)" }, icon("brush", 16), this.size, this.sizeText);
    this.mode = segmented({
      label: "What drawing does", name: "me-mode", onchange: value => view.set({ erase: value === "keep" }),
      options: [{ value: "generate", text: "Generate", title: "What you draw is generated (Alt: the other)" }, { value: "keep", text: "Keep", title: "What you draw is kept (X)" }],
    });
    this.scope = segmented({ label: "Frames that drawing reaches", name: "me-scope", options: scopes, onchange: value => view.set({ scope: value }) });
    const toggle = (name, label, key, property) => iconButton({
      name, label, key, pressed: false, "data-toggle": property, onclick: () => view.set({ [property]: !view[property] }),
    });
    const chip = (text, title, run) => h("button", { type: "button", class: "me-chip", title, onclick: run }, text);
    this.places = h("div", { class: "me-group me-places", role: "group", "aria-label": "Place the clip" },
      chip("Fill", "The clip fills the frame, cut to its shape", commands.placeFill),
      chip("Whole", "All of the clip is in the frame; what it leaves open is generated", commands.placeWhole),
      chip("Half", "The clip at half its size; all around it is generated", commands.placeHalf));
    this.toggles = [
      toggle("magnet", "Snap to the model's cells", "S", "snap"),
      toggle("key", "Keyframes: what you draw can move", "K", "keyframes"),
    ];
    this.looks = [
      toggle("grid", "Show the model's cells", "G", "cellsShown"),
      toggle("onion", "Onion skin: the frames before and after", "N", "onion"),
      toggle("pixels", "Show the pixels as the model sees them", "M", "pixels"),
    ];
    /** What the stage shows; placed beside the zoom. */
    this.looksGroup = h("div", { class: "me-group", role: "group", "aria-label": "Show" }, ...this.looks);
    this.undo = iconButton({ name: "undo", label: "Undo", key: "Ctrl+Z", "data-command": "undo", onclick: commands.undo });
    this.redo = iconButton({ name: "redo", label: "Redo", key: "Ctrl+Shift+Z", "data-command": "redo", onclick: commands.redo });
    this.element = h("div", { class: "me-options" },
      h("div", { class: "me-group" }, this.undo, this.redo),
      this.sizeGroup, this.places, this.mode.element,
      this.scope.element,
      h("div", { class: "me-group" }, ...this.toggles),
      h("span", { class: "me-grow" }),
      menu);
    this.show();
  }

  show() {
    const { view } = this;
    const sized = view.tool in view.sizes;
    this.sizeGroup.hidden = !sized;
    this.size.value = String(view.size);
    this.size.style.setProperty("--fill", `${(100 * (Math.min(64, view.size) - 1)) / 63}%`);
    this.sizeText.textContent = `${view.size} px`;
    this.mode.set(view.erase ? "keep" : "generate");
    this.mode.element.hidden = ["move", "place", "hand", "eraser", "fill"].includes(view.tool);
    this.places.hidden = view.tool !== "place";
    this.scope.element.hidden = view.tool === "place";
    this.scope.set(view.scope === "range" && !view.range ? "frame" : view.scope);
    this.scope.enable(value => value !== "range" || view.range !== null);
    for (const button of [...this.toggles, ...this.looks]) {
      button.setAttribute("aria-pressed", String(Boolean(view[button.dataset.toggle])));
    }
  }

  /** @param {import("./history.js").History} history */
  showHistory(history) {
    for (const [button, word, key, label] of [[this.undo, "Undo", "Ctrl+Z", history.undoLabel], [this.redo, "Redo", "Ctrl+Shift+Z", history.redoLabel]]) {
      button.disabled = label === null;
      button.setAttribute("aria-label", label === null ? word : `${word}: ${label}`);
      button.title = label === null ? `Nothing to ${word.toLowerCase()}` : `${word}: ${label} (${key})`;
    }
  }
}

/** A button that opens a list of commands. @param {{text: string, key?: string, run: () => void, id?: string, rule?: boolean}[]} items */
export function commandMenu(label, items) {
  const close = () => { details.open = false; };
  const list = h("div", { class: "me-menu", role: "group", "aria-label": label }, ...items.map(item => item.rule
    ? h("hr", {})
    : h("button", { type: "button", "data-command": item.id, onclick: () => { close(); item.run(); } }, h("span", {}, item.text), item.key ? h("kbd", {}, item.key) : null)));
  const details = h("details", { class: "me-more", "data-menu": true },
    h("summary", { class: "me-button", "aria-label": label, title: label }, icon("more")), list);
  return details;
}
