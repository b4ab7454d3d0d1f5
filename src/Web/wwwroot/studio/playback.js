// Plays the frames at the rate of the clip, slower or faster on wish.

export const speeds = [0.25, 0.5, 1, 2];

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
    const interval = 1000 / (view.speed * Math.min(60, Math.max(4, rate())));
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
