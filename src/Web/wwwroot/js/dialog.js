// Opens a <dialog> that Razor renders. Closing goes through its close button, so that the address follows.

export function open(dialog) {
  if (!dialog.open) {
    dialog.showModal();
  }
  const close = () => dialog.querySelector("[data-close]")?.click();
  dialog.addEventListener("cancel", event => { event.preventDefault(); close(); });
  dialog.addEventListener("click", event => {
    if (event.target === dialog) {
      close();
    }
  });
  dialog.addEventListener("keydown", event => {
    if (event.target.closest(".player, input, select, textarea, summary")) {
      return;
    }
    const neighbour = dialog.querySelector(`[data-neighbour="${CSS.escape(event.key)}"][href]:not([aria-disabled])`);
    if (neighbour) {
      event.preventDefault();
      neighbour.click();
    }
  });
}
