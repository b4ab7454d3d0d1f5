// Keys of the Studio and the sheet that lists them. They work anywhere on the page but in fields, menus and dialogs; the stage, the timeline
// and the player have keys of their own while they have the focus.

import { h, iconButton } from "./dom.js";

/** @typedef {{keys: string, text: string}} Shortcut */
/** @type {{title: string, keys: Shortcut[]}[]} */
export const sheet = [
  { title: "Draw", keys: [
    { keys: "B", text: "Brush" }, { keys: "E", text: "Eraser" }, { keys: "R", text: "Rectangle" }, { keys: "C", text: "Ellipse (circle with Shift)" },
    { keys: "L", text: "Lasso" }, { keys: "F", text: "Fill or free an area" }, { keys: "V", text: "Move shapes" }, { keys: "P", text: "Place the clip in the frame; pull the grips beside it to extend the canvas" }, { keys: "H or Space held", text: "Pan" },
    { keys: "[  ]", text: "Brush size (Shift: by 8), also Ctrl+wheel" }, { keys: "X", text: "Generate or keep; Alt while drawing: the other" },
    { keys: "Shift+click", text: "Straight line from the last stroke" }, { keys: "A", text: "Frames that drawing reaches: next choice" },
    { keys: "S", text: "Snap to the model's cells" }, { keys: "K", text: "Keyframes: what you draw can move" },
    { keys: "Arrows, Enter", text: "On the frame: draw without a mouse (Shift: a cell)" },
  ] },
  { title: "Mask", keys: [
    { keys: "Ctrl+Z", text: "Undo" }, { keys: "Ctrl+Shift+Z, Ctrl+Y", text: "Redo" }, { keys: "Ctrl+Shift+I", text: "Invert" },
    { keys: "Delete", text: "Clear (or remove the chosen shape)" }, { keys: "Ctrl+A", text: "Generate all of the frames" },
  ] },
  { title: "Time", keys: [
    { keys: ",  .", text: "One frame back, on" }, { keys: "Space", text: "Play or pause" }, { keys: "Home, End", text: "First, last frame" },
    { keys: "Shift+click", text: "On the timeline: choose a range" }, { keys: "I, O", text: "On the timeline: range begins, ends here" },
    { keys: "J, K, L", text: "On the timeline: back, play, on" },
  ] },
  { title: "Look", keys: [
    { keys: "Wheel, + −", text: "Zoom" }, { keys: "0", text: "Fit to view" }, { keys: "1", text: "100 %" }, { keys: "G", text: "The model's cells" },
    { keys: "N", text: "Onion skin" }, { keys: "M", text: "Pixels as the model sees them" },
  ] },
  { title: "A finished clip", keys: [
    { keys: "← →", text: "One frame back, on (Shift: four)" }, { keys: "Home, End, Space", text: "First, last frame; play or pause" }, { keys: "[  ]", text: "Slower, faster" },
    { keys: "H", text: "Heat map: how sure the model was" }, { keys: "Arrows", text: "On the dots: through the decoding steps" },
    { keys: "Arrows, Space", text: "Picking cells: move, choose (Shift: choose along)" }, { keys: "Page Up, Down", text: "Picking cells: frames before, after" },
  ] },
  { title: "Run", keys: [{ keys: "Ctrl+V", text: "Take clips from the clipboard" }, { keys: "Ctrl+Enter", text: "Generate" }, { keys: "Ctrl+Alt+Enter", text: "Cancel the job" }, { keys: "?", text: "This sheet" }] },
];

/** @param {Record<string, (event: KeyboardEvent) => void>} commands @returns {() => void} takes the keys away again */
export function listen(root, { view, viewport, stage, input, commands }) {
  const tool = name => () => view.set({ tool: name });
  const toggle = name => () => view.set({ [name]: !view[name] });
  const zoom = factor => () => { viewport.zoomAt(viewport.width / 2, viewport.height / 2, factor); stage.draw(); };
  const scopes = ["frame", "cell", "range", "all"];
  const plain = {
    v: tool("move"), p: tool("place"), h: tool("hand"), b: tool("brush"), e: tool("eraser"), r: tool("rectangle"), c: tool("ellipse"), l: tool("lasso"), f: tool("fill"),
    x: toggle("erase"), s: toggle("snap"), k: toggle("keyframes"), g: toggle("cellsShown"), n: toggle("onion"), m: toggle("pixels"),
    a: () => view.set({ scope: scopes.filter(scope => scope !== "range" || view.range)[(scopes.filter(scope => scope !== "range" || view.range).indexOf(view.scope) + 1) % (view.range ? 4 : 3)] }),
    "[": () => view.setSize(view.size - 1), "]": () => view.setSize(view.size + 1), "{": () => view.setSize(view.size - 8), "}": () => view.setSize(view.size + 8),
    ",": () => { view.set({ playing: false }); view.go(view.frame - 1, true); }, ".": () => { view.set({ playing: false }); view.go(view.frame + 1, true); },
    home: () => view.go(0), end: () => view.go(Infinity),
    "+": zoom(1.25), "=": zoom(1.25), "-": zoom(0.8), 0: () => { viewport.fit(); stage.draw(); }, 1: () => zoom(1 / viewport.scale)(),
    delete: commands.clear, backspace: commands.clear, "?": commands.help,
  };
  const control = event => ({ z: event.shiftKey ? commands.redo : commands.undo, y: commands.redo, a: commands.fillAll, i: event.shiftKey ? commands.invert : undefined })[event.key.toLowerCase()];

  let spaceUsed = false;
  const down = event => {
    input.realControl = event.ctrlKey || event.metaKey;
    const away = event.target.closest?.("input:not([type=range]):not([type=radio]):not([type=checkbox]), select, textarea, dialog, [contenteditable]");
    if (away || event.defaultPrevented || document.querySelector("dialog[open]") || !root.isConnected || root.closest("[hidden]")) {
      return;
    }
    if (event.key === " ") {
      if (!event.target.closest?.("button, summary, a, [role=radio], [role=option]:not(.me-frame), input")) {
        event.preventDefault();
        if (!event.repeat) {
          input.panKey = true;
          spaceUsed = false;
          stage.element.dataset.pannable = "";
        }
      }
      return;
    }
    const act = event.ctrlKey || event.metaKey ? (event.altKey ? undefined : control(event)) : event.altKey ? undefined : plain[event.key.toLowerCase()];
    if (act && !(input.isDrawing && act !== commands.undo)) {
      event.preventDefault();
      act(event);
    }
  };
  const up = event => {
    input.realControl = event.ctrlKey || event.metaKey;
    if (event.key === " " && input.panKey) {
      input.panKey = false;
      delete stage.element.dataset.pannable;
      if (!spaceUsed) {
        commands.play();
      }
    }
  };
  const panned = () => { spaceUsed ||= input.panKey; };
  stage.element.addEventListener("pointerdown", panned, true);
  document.addEventListener("keydown", down);
  document.addEventListener("keyup", up);
  return () => {
    document.removeEventListener("keydown", down);
    document.removeEventListener("keyup", up);
  };
}

/** The sheet of all keys. */
export function createSheet() {
  const dialog = h("dialog", { class: "me-sheet", "aria-labelledby": "me-sheet-title" },
    h("header", {}, h("h2", { id: "me-sheet-title" }, "Keyboard shortcuts"), iconButton({ name: "close", label: "Close", key: "Esc", onclick: () => dialog.close() })),
    h("div", { class: "me-sheet-columns" }, ...sheet.map(group => h("section", {}, h("h3", {}, group.title),
      h("dl", {}, ...group.keys.flatMap(({ keys, text }) => [h("dt", {}, h("kbd", {}, keys)), h("dd", {}, text)]))))));
  dialog.addEventListener("click", event => {
    if (event.target === dialog) {
      dialog.close();
    }
  });
  return dialog;
}
