// Ctrl+Enter (Cmd+Enter) generates from anywhere in the Studio.

const listeners = new WeakMap();

export function attach(root) {
  const onKey = event => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      // A field that is being edited tells the circuit of its value when it loses the focus.
      document.activeElement?.matches?.("input") && document.activeElement.dispatchEvent(new Event("change", { bubbles: true }));
      root.querySelector("#generate:not(:disabled)")?.click();
    }
  };
  document.addEventListener("keydown", onKey);
  listeners.set(root, onKey);
}

export function detach(root) {
  const onKey = listeners.get(root);
  if (onKey) {
    document.removeEventListener("keydown", onKey);
    listeners.delete(root);
  }
}
