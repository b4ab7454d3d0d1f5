// Plays the frames at the rate of the clip, as far as eyes can follow.

/**
 * @param {import("./view-state.js").ViewState} view
 * @param {() => number} rate frames a second
 */
export function togglePlayback(view, rate) {
  view.set({ playing: !view.playing });
  let last = performance.now();
  const tick = now => {
    if (!view.playing) {
      return;
    }
    const interval = 1000 / Math.min(30, Math.max(4, rate()));
    if (now - last >= interval) {
      last = now - ((now - last) % interval);
      if (view.frame + 1 === view.grid.frames && !view.looping) {
        view.set({ playing: false });
        return;
      }
      view.go(view.frame + 1, true);
    }
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}
