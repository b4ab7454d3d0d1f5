// Drop a file that the platform made anywhere in the app: its recipe sets the Studio up, and what is missing is listed in words. Files
// without a recipe go on to whatever takes files on the page, as if nothing had looked at them.

const types = ["video/mp4", "video/webm", "image/gif", "image/png"];
const mark = '"schemaVersion"';
const largest = 64 * 1024 * 1024;
/** @type {WeakSet<Event>} */
const passedOn = new WeakSet();

const hasFiles = event => [...(event.dataTransfer?.types ?? [])].includes("Files");

window.addEventListener("dragover", event => {
  if (hasFiles(event)) {
    event.preventDefault();
  }
}, true);

window.addEventListener("drop", event => {
  const files = event.dataTransfer?.files ?? [];
  if (passedOn.has(event) || files.length !== 1 || !types.includes(files[0].type) || files[0].size > largest) {
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  const { target, clientX, clientY } = event;
  // Whoever marks the page while something is dragged over it learns that this is over.
  const over = new DragEvent("drop", { bubbles: true, cancelable: true });
  passedOn.add(over);
  target.dispatchEvent(over);
  openRecipe(files[0], () => passOn(files[0], target, { clientX, clientY }));
}, true);

document.addEventListener("click", event => {
  if (event.target.closest?.("[data-open-recipe]")) {
    const input = Object.assign(document.createElement("input"), { type: "file", accept: types.join(",") });
    input.addEventListener("change", () => openRecipe(input.files[0], () => say("This file carries no recipe", [
      "It was not made here, or the recipe was left out when it was downloaded, or a program took it out on its way."])));
    input.click();
  }
});

/** Sets the Studio up from a file. @param {File} file @param {() => void} otherwise it carries no recipe */
export async function openRecipe(file, otherwise) {
  if (!new TextDecoder("latin1").decode(await file.arrayBuffer()).includes(mark)) {
    otherwise();
    return;
  }
  try {
    const token = await (await fetch("/api/v1/antiforgery")).json();
    const answer = await fetch("/api/v1/recipes/read", {
      method: "POST", headers: { RequestVerificationToken: token.token, "Content-Type": "application/octet-stream" }, body: file,
    });
    const found = await answer.json();
    if (!answer.ok) {
      say("The recipe cannot be opened", [found.detail ?? "The server refused the file. Try again."]);
      return;
    }
    window.Blazor.navigateTo(found.url);
    const { recipe } = found;
    const words = [found.title, recipe.className, recipe.model.name, `seed ${recipe.seed}`, `${recipe.steps} steps`].filter(word => word).join(" · ");
    say(found.missing.length === 0 ? "Recipe restored" : "Recipe restored, but something is missing", found.missing, `${file.name}: ${words}`);
  } catch {
    say("The recipe cannot be opened", ["The server cannot be reached. Drop the file again in a moment."]);
  }
}

function passOn(file, target, place) {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(file);
  const again = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer, ...place });
  passedOn.add(again);
  if (target.isConnected && target.dispatchEvent(again)) {
    say("This file carries no recipe", ["To use it as a clip, open the Studio and drop it there."]);
  }
}

let shown = null;

function say(title, lines, facts = "") {
  shown?.remove();
  const note = document.createElement("section");
  note.className = "recipe-note";
  note.setAttribute("role", "status");
  const heading = Object.assign(document.createElement("strong"), { textContent: title });
  const close = Object.assign(document.createElement("button"), { type: "button", className: "button ghost", textContent: "Close", onclick: () => note.remove() });
  const list = document.createElement("ul");
  list.append(...lines.map(line => Object.assign(document.createElement("li"), { textContent: line })));
  note.append(heading, ...(facts ? [Object.assign(document.createElement("p"), { className: "hint", textContent: facts })] : []), ...(lines.length > 0 ? [list] : []), close);
  document.body.append(note);
  shown = note;
  if (lines.length === 0) {
    setTimeout(() => note.remove(), 6000);
  }
}
