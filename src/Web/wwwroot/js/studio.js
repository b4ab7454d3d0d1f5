// Keys of the Studio that work whatever is on the canvas: Ctrl+Enter (Cmd+Enter) generates, Ctrl+Alt+Enter cancels, ? lists all.

import { DraftBar } from "../studio/draft-bar.js";
import { start, stop } from "../studio/draft-sync.js";
import { createSheet } from "../studio/shortcuts.js";

const listeners = new WeakMap();

export function attach(root) {
  new DraftBar(root.querySelector("[data-drafts]"), start(root));
  const onKey = event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
      event.preventDefault();
      // A field that is being edited tells the circuit of its value when it loses the focus.
      document.activeElement?.matches?.("input") && document.activeElement.dispatchEvent(new Event("change", { bubbles: true }));
      root.querySelector(event.altKey ? "#cancel-job:not(:disabled)" : "#generate:not(:disabled)")?.click();
    } else if (event.key === "?" && !event.defaultPrevented && !event.target.closest?.("input, select, textarea") && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      const sheet = createSheet();
      sheet.addEventListener("close", () => sheet.remove());
      root.append(sheet);
      sheet.showModal();
    }
  };
  document.addEventListener("keydown", onKey);
  listeners.set(root, onKey);
}

export function detach(root) {
  stop(root);
  const onKey = listeners.get(root);
  if (onKey) {
    document.removeEventListener("keydown", onKey);
    listeners.delete(root);
  }
}
