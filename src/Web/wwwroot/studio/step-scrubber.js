// The dots of the decoding steps as a slider: one may go back to any of them, and let them run.

import { h, icon } from "./dom.js";

const stepTime = 420;
const most = 32;

/**
 * @param {{steps: number, onchange: (step: number) => void}} options
 */
export function createScrubber({ steps, onchange }) {
  let timer = 0;
  const dots = steps <= most ? Array.from({ length: steps }, () => h("span", { class: "cc-dot" })) : [];
  const slider = h("input", { type: "range", min: 1, max: steps, step: 1, value: steps, class: "cc-slider", "aria-label": "Decoding step", oninput: () => (stop(), tell()) });
  const track = h("span", { class: "cc-track", "data-many": steps > most }, h("span", { class: "cc-dots", "aria-hidden": "true" }, ...dots), slider);
  const play = h("button", { type: "button", class: "me-button", "aria-label": "Replay the steps", title: "Replay the steps", onclick: () => (timer ? stop() : start()) }, icon("play"));
  const words = h("span", { class: "cc-words", role: "status" });
  const element = h("div", { class: "cc-scrubber" }, play, track, words);
  mark();

  function start() {
    if (Number(slider.value) === steps) {
      slider.value = "1";
      tell();
    }
    timer = setInterval(() => {
      slider.value = String(Number(slider.value) + 1);
      tell();
      if (Number(slider.value) === steps) {
        stop();
      }
    }, stepTime);
    play.replaceChildren(icon("pause"));
    play.setAttribute("aria-label", "Stop the replay");
  }

  function stop() {
    clearInterval(timer);
    timer = 0;
    play.replaceChildren(icon("play"));
    play.setAttribute("aria-label", "Replay the steps");
  }

  function tell() {
    mark();
    onchange(Number(slider.value));
  }

  function mark() {
    const step = Number(slider.value);
    dots.forEach((dot, i) => {
      dot.toggleAttribute("data-done", i < step);
      dot.toggleAttribute("data-now", i + 1 === step);
    });
    track.style.setProperty("--fill", steps > 1 ? `${(100 * (step - 1)) / (steps - 1)}%` : "100%");
    slider.setAttribute("aria-valuetext", `Step ${step} of ${steps}`);
  }

  return {
    element,
    say: text => { words.textContent = text; },
    get step() {
      return Number(slider.value);
    },
    dispose: stop,
  };
}
