// Frame-accurate player of short clips. The frames of the window are decoded once, by seeking to the middle of each frame, into bitmaps
// that a canvas then shows, so that the same frame number gives the same picture everywhere and stepping is instant.
// Razor renders the controls; everything at pointer or frame speed stays here.

import { isStop, VideoReader } from "./video-reader.js";

const players = new WeakMap();
const speeds = [0.25, 0.5, 1, 2];

/**
 * @param {HTMLElement} root the element that ClipPlayer.razor renders
 * @param {{url: string, start: number, count: number, stride: number, frames: number, frameRate: number, width: number, height: number,
 *   crop: boolean, autoplay: boolean}} clip
 */
export function show(root, clip) {
  const player = players.get(root) ?? create(root);
  player.show(clip);
}

export function step(root, by) {
  players.get(root)?.step(by);
}

export function dispose(root) {
  players.get(root)?.dispose();
  players.delete(root);
}

function create(root) {
  const canvas = root.querySelector("canvas.frame");
  const scrubber = root.querySelector("[data-scrub]");
  const counting = document.createTextNode("");
  root.querySelector("[data-frame]").replaceChildren(counting);
  const notice = root.querySelector("[data-notice]");
  const playButton = root.querySelector("[data-action=play]");
  const speedButton = root.querySelector("[data-action=speed]");
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  let clip = null;
  let reader = null;
  let bitmaps = [];
  let current = 0;
  let playing = false;
  let looping = true;
  let speed = 1;
  let timer = 0;
  let lastTick = 0;
  let generation = 0;
  let phase = 0;

  async function load(next) {
    const mine = ++generation;
    const sameSource = clip && clip.url === next.url;
    const sameWindow = sameSource && clip.start === next.start && clip.stride === next.stride && clip.count === next.count;
    clip = next;
    root.dataset.ready = sameWindow && bitmaps.length > 0 ? "true" : "false";
    if (sameWindow && bitmaps.length > 0) {
      draw();
      return;
    }
    say("");
    try {
      if (!sameSource) {
        drop();
        reader?.close();
        reader = new VideoReader(next.url);
      }
      const fresh = [];
      for (let i = 0; i < next.count; i++) {
        const frame = Math.min(next.start + i * next.stride, next.frames - 1);
        const bitmap = await reader.read((frame + 0.5) / next.frameRate, video => grab(video, next));
        fresh.push(bitmap);
        if (mine !== generation) {
          fresh.forEach(other => other.close());
          return;
        }
        if (bitmaps.length === 0) {
          show(bitmap);
        }
      }
      drop();
      bitmaps = fresh;
      current = Math.min(current, bitmaps.length - 1);
      scrubber.max = String(bitmaps.length - 1);
      draw();
      root.dataset.ready = "true";
      if (next.autoplay && !still.matches) {
        play();
      }
    } catch (error) {
      if (mine === generation && !isStop(error)) {
        say(error.message);
      }
    }
  }

  function grab(video, { crop, width, height }) {
    const w = video.videoWidth;
    const h = video.videoHeight;
    let [sx, sy, sw, sh] = [0, 0, w, h];
    if (crop) {
      const aspect = width / height;
      sw = Math.min(w, h * aspect);
      sh = Math.min(h, w / aspect);
      sx = (w - sw) / 2;
      sy = (h - sh) / 2;
    }
    return createImageBitmap(video, Math.round(sx), Math.round(sy), Math.round(sw), Math.round(sh),
      { resizeWidth: width, resizeHeight: height, resizeQuality: "high" });
  }

  function show(bitmap) {
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
    }
    canvas.getContext("2d").drawImage(bitmap, 0, 0);
  }

  function draw() {
    if (bitmaps[current]) {
      show(bitmaps[current]);
    }
    root.dataset.current = String(current);
    scrubber.value = String(current);
    scrubber.style.setProperty("--fill", `${bitmaps.length > 1 ? (100 * current) / (bitmaps.length - 1) : 0}%`);
    scrubber.setAttribute("aria-valuetext", `Frame ${current + 1} of ${clip?.count ?? 0}`);
    counting.data = `${String(current + 1).padStart(2, "0")} / ${clip?.count ?? 0}`;
    root.dispatchEvent(new CustomEvent("frame", { detail: { frame: current } }));
  }

  function play() {
    if (bitmaps.length < 2) {
      return;
    }
    playing = true;
    mark();
    if (!looping && current === bitmaps.length - 1) {
      current = 0;
    }
    lastTick = performance.now();
    cancelAnimationFrame(timer);
    timer = requestAnimationFrame(tick);
  }

  function pause() {
    playing = false;
    cancelAnimationFrame(timer);
    mark();
  }

  function tick(now) {
    if (!playing) {
      return;
    }
    const interval = 1000 / (speed * Math.min(60, Math.max(4, clip.frameRate / clip.stride)));
    phase = now - lastTick;
    if (phase >= interval) {
      lastTick = now - (phase % interval);
      if (current + 1 >= bitmaps.length && !looping) {
        pause();
        return;
      }
      current = (current + 1) % bitmaps.length;
      draw();
    }
    timer = requestAnimationFrame(tick);
  }

  function stepBy(by) {
    pause();
    if (bitmaps.length > 0) {
      current = (current + by + bitmaps.length) % bitmaps.length;
      draw();
    }
  }

  function setSpeed(to) {
    speed = to;
    speedButton.textContent = `${speed} ×`;
    speedButton.setAttribute("aria-label", `Speed ${speed} times`);
    root.dataset.speed = String(speed);
  }

  function faster(by, wrap) {
    const at = speeds.indexOf(speed) + by;
    setSpeed(speeds[wrap ? (at + speeds.length) % speeds.length : Math.min(Math.max(at, 0), speeds.length - 1)]);
  }

  function mark() {
    root.dataset.playing = String(playing);
    playButton.setAttribute("aria-label", playing ? "Pause" : "Play");
  }

  function say(text) {
    notice.textContent = text;
    notice.hidden = text === "";
  }

  function drop() {
    bitmaps.forEach(bitmap => bitmap.close());
    bitmaps = [];
  }

  function toggle(button, name, value) {
    root.dataset[name] = String(value);
    button.setAttribute("aria-pressed", String(value));
  }

  function onClick(event) {
    const button = event.target.closest("[data-action]");
    switch (button?.dataset.action) {
      case "play": if (playing) { pause(); } else { play(); } break;
      case "previous": stepBy(-1); break;
      case "next": stepBy(1); break;
      case "speed": faster(1, true); break;
      case "loop": looping = !looping; toggle(button, "loop", looping); break;
      case "pixels": toggle(button, "pixels", root.dataset.pixels !== "true"); break;
    }
  }

  // Keys belong to the player while it or nothing at all has the focus; the scrubber, a native slider, keeps its own arrows.
  function onKey(event) {
    const isMine = event.target === document.body || (root.contains(event.target) && !event.target.matches("input, button"));
    if (!isMine || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")?.contains(root) === false) {
      return;
    }
    const last = bitmaps.length - 1;
    const keys = {
      " ": () => (playing ? pause() : play()),
      ArrowLeft: () => stepBy(event.shiftKey ? -4 : -1),
      ArrowRight: () => stepBy(event.shiftKey ? 4 : 1),
      Home: () => stepBy(-current),
      End: () => stepBy(last - current),
      "<": () => faster(-1),
      ">": () => faster(1),
      "[": () => faster(-1),
      "]": () => faster(1),
    };
    const act = keys[event.key];
    if (act) {
      event.preventDefault();
      act();
    }
  }

  function onScrub() {
    pause();
    current = Number(scrubber.value);
    draw();
  }

  root.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  scrubber.addEventListener("input", onScrub);
  setSpeed(speed);
  mark();

  const player = {
    show: load,
    step: stepBy,
    dispose() {
      generation++;
      pause();
      drop();
      root.removeEventListener("click", onClick);
      document.removeEventListener("keydown", onKey);
      scrubber.removeEventListener("input", onScrub);
      reader?.close();
    },
  };
  players.set(root, player);
  return player;
}
