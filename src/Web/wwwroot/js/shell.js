// What every page needs without a circuit: theme buttons, hover playback, and coming back after a lost connection.

const year = 60 * 60 * 24 * 365;

export function theme() {
  return document.documentElement.dataset.theme ?? "dark";
}

export function setTheme(name) {
  document.documentElement.dataset.theme = name;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${name}; path=/; max-age=${year}; samesite=lax${secure}`;
  markTheme();
}

function markTheme() {
  for (const button of document.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeSet === theme()));
  }
}

document.addEventListener("click", event => {
  const choice = event.target.closest?.("[data-theme-set]");
  if (choice) {
    setTheme(choice.dataset.themeSet);
    return;
  }
  if (event.target.closest?.("[data-theme-toggle]")) {
    const dark = getComputedStyle(document.documentElement).colorScheme === "dark"
      || (theme() === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
    setTheme(dark ? "light" : "dark");
    return;
  }
  if (event.target.closest?.("[data-reload]")) {
    event.preventDefault();
    location.reload();
    return;
  }
  const help = event.target.closest?.("[data-help]");
  if (help) {
    const line = document.getElementById(help.getAttribute("aria-controls"));
    line.hidden = !line.hidden;
    help.setAttribute("aria-expanded", String(!line.hidden));
    return;
  }
  const focus = event.target.closest?.("[data-focus]");
  if (focus) {
    showField(document.getElementById(focus.dataset.focus));
    return;
  }
  const copy = event.target.closest?.("[data-copy]");
  if (copy) {
    navigator.clipboard?.writeText(copy.dataset.copy);
    copy.dataset.copied = "";
    setTimeout(() => delete copy.dataset.copied, 1500);
  }
  // A click beside an open menu closes it.
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target) || event.target.closest("a")) {
      menu.open = false;
    }
  }
});

document.addEventListener("keydown", event => {
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  }
});

// Leads from a sentence about a field to the field, also into a folded part.
function showField(field) {
  for (let folded = field?.closest("details"); folded; folded = folded.parentElement.closest("details")) {
    folded.open = true;
  }
  field?.scrollIntoView({ block: "center" });
  field?.querySelector("input, select, button")?.focus();
}

// A link that means "this frame" takes the frame that its player shows; before anything else hears of the click.
document.addEventListener("click", event => {
  const link = event.target.closest?.("a[data-frame-as]");
  const player = link && (link.closest("dialog, .canvas") ?? document).querySelector(".player[data-current]");
  if (player) {
    const address = new URL(link.href);
    address.searchParams.set(link.dataset.frameAs, player.dataset.current);
    link.href = address.href;
  }
}, true);

// A slider shows its value while it is dragged.
document.addEventListener("input", event => {
  const slider = event.target;
  if (slider.matches?.("input[type=range][id]")) {
    const share = (slider.value - slider.min) / (slider.max - slider.min);
    slider.style.setProperty("--fill", `${100 * share}%`);
    const output = document.querySelector(`output[for="${CSS.escape(slider.id)}"]`);
    if (output) {
      output.textContent = slider.value + (output.dataset.unit ?? "");
    }
  }
});

// Blazor scrolls to the top whenever the address changes. Where the page only writes its own state into it, which replaces the entry of the
// history, people stay where they are: a stroke or a slider on a phone must not throw them back to the top.
let replaced = false;
for (const [name, isReplacing] of [["pushState", false], ["replaceState", true]]) {
  const write = history[name].bind(history);
  history[name] = (...entry) => {
    replaced = isReplacing;
    write(...entry);
  };
}
const scrollWindow = window.scrollTo.bind(window);
window.scrollTo = (...place) => {
  if (!(replaced && place[0] === 0 && place[1] === 0)) {
    scrollWindow(...place);
  }
};

// Thumbnails are the clip: [data-clip] holds a poster and a <video preload="none">; it plays while hovered or focused.
const still = matchMedia("(prefers-reduced-motion: reduce)");

function play(card) {
  const video = card?.querySelector("video");
  if (!video || still.matches) {
    return;
  }
  card.dataset.playing = "";
  video.play().catch(() => { delete card.dataset.playing; });
}

function stop(card) {
  const video = card?.querySelector("video");
  if (video) {
    video.pause();
    delete card.dataset.playing;
  }
}

for (const [enter, leave] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
  document.addEventListener(enter, event => play(event.target.closest?.("[data-clip]")));
  document.addEventListener(leave, event => {
    const card = event.target.closest?.("[data-clip]");
    if (card && !card.contains(event.relatedTarget)) {
      stop(card);
    }
  });
}

// After a restart of the server the circuit is gone for good; the page's state lives in its URL and the database, so load it again.
// The server must answer first, or the browser would show its own error page; and a stroke under the pen must have come to its end.
async function reloadWhenReady() {
  for (;;) {
    try {
      const answer = await fetch("/health/live", { cache: "no-store" });
      if (answer.ok && !document.querySelector("[data-busy]")) {
        location.reload();
        return;
      }
    } catch {
      // Not back yet.
    }
    await new Promise(resolve => setTimeout(resolve, 500));
  }
}

const dialog = document.getElementById("components-reconnect-modal");
if (dialog) {
  let leaving = false;
  new MutationObserver(() => {
    const gone = dialog.classList.contains("components-reconnect-rejected") || dialog.classList.contains("components-reconnect-failed");
    if (gone && !leaving) {
      leaving = true;
      reloadWhenReady();
    }
  }).observe(dialog, { attributes: true, attributeFilter: ["class"] });
}

markTheme();
new MutationObserver(markTheme).observe(document.body, { childList: true, subtree: true });
