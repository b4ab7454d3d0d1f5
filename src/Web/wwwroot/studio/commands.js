// What buttons, menu and keys do with the whole mask.

import { containBox, coverBox, isPlain, scaledBox } from "./footage.js";
import { download, readMask, writePng } from "./mask-exchange.js";
import { Coverage } from "./raster.js";
import { maskVideoUrl } from "./server.js";

/**
 * @param {{document: import("./mask-document.js").MaskDocument, history: import("./history.js").History, view: import("./view-state.js").ViewState,
 *   clip: import("./clip-frames.js").ClipFrames, keeper: import("./draft-keeper.js").DraftKeeper,
 *   say: (text: string, isProblem?: boolean) => void}} desk
 */
export function createCommands({ document, history, view, clip, keeper, say }) {
  const { grid } = document;
  const named = frames => (frames.length === grid.frames ? "all frames" : frames.length === 1 ? `frame ${frames[0] + 1}` : `${frames.length} frames`);

  const setPlanes = (label, frames, planeOf) => {
    document.edit(label, () => document.setPlanes(frames, planeOf));
    say(`${label}: ${named(frames)}.`);
  };

  const copyTo = (label, frames) => {
    const plane = document.plane(view.frame).slice();
    setPlanes(label, frames, () => plane);
  };

  const trying = async work => {
    try {
      await work();
    } catch (error) {
      say(error.message, true);
    }
  };

  const place = (label, placement) => {
    document.edit(label, () => document.setFootage({ ...document.footage, placement }));
    say(placement === null ? "The clip fills the frame." : "What the clip leaves open is generated.");
  };

  const commands = {
    undo() {
      const label = history.undo();
      say(label === null ? "Nothing to undo." : `Undid: ${label}.`);
    },
    redo() {
      const label = history.redo();
      say(label === null ? "Nothing to redo." : `Did again: ${label}.`);
    },
    invert: () => setPlanes("Invert", view.targets(), frame => document.plane(frame).map(bit => 1 - bit)),
    fillAll: () => setPlanes("Generate all", view.targets(), () => new Uint8Array(grid.plane).fill(1)),
    clear() {
      const shape = document.shapes.find(other => other.id === view.shape);
      if (shape && view.tool === "move") {
        commands.removeShape(shape);
      } else {
        setPlanes("Clear", view.targets(), () => new Uint8Array(grid.plane));
      }
    },
    removeShape(shape) {
      document.edit(`Remove ${shape.kind}`, () => document.setShapes(document.shapes.filter(other => other.id !== shape.id)));
      view.set({ shape: null });
    },
    startOver() {
      document.edit("Start over", () => document.clearAll());
      view.set({ shape: null });
    },
    hold: () => copyTo("Hold", document.allFrames.slice(view.frame + 1)),
    copyToAll: () => copyTo("Copy to all", document.allFrames),
    copyToRange() {
      if (view.range === null) {
        say("Choose a range first: hold Shift and click on the timeline.");
      } else {
        copyTo("Copy to range", document.allFrames.slice(view.range.from, view.range.to + 1));
      }
    },
    /** A cell that holds any pixel to generate is generated altogether: then nothing in it is half kept. */
    growToCells() {
      const before = document.pixels.slice();
      const grown = new Coverage(grid.width, grid.height);
      setPlanes("Grow to whole cells", document.allFrames, frame => {
        const first = Math.floor(frame / grid.cellFrames) * grid.cellFrames;
        grown.clear();
        for (let other = first; other < first + grid.cellFrames; other++) {
          document.plane(other, before).forEach((bit, i) => bit && grown.mark(i % grid.width, Math.floor(i / grid.width)));
        }
        grown.snap(grid.cellWidth, grid.cellHeight);
        return grown.bits;
      });
    },
    placeFill: () => place("Fill the frame", null),
    placeWhole: () => place("Place the whole clip", containBox(grid, clip.size)),
    placeHalf: () => place("Place at half size", scaledBox(grid, coverBox(grid, clip.size), 0.5)),
    pin: (file, frame = view.frame) => trying(async () => {
      const pins = { ...document.footage.pins, [frame]: { name: file.name, blob: file } };
      await clip.readPins(pins).catch(() => { throw new Error(`${file.name} is not a picture that the browser can read. Use a PNG or a JPEG.`); });
      document.edit(`Pin ${file.name}`, () => document.setFootage({ ...document.footage, pins }));
      say(`${file.name} is pinned to frame ${frame + 1}, which is kept.`);
    }),
    /** A frame of another clip, pinned to a frame of this one. @param {{name: string, blob: Blob}} picture */
    pinFrame: ({ name, blob }, frame = view.frame) => commands.pin(new File([blob], name, { type: blob.type }), frame),
    /** The light of a frame as the mask: light is generated, dark is kept. @param {{name: string, blob: Blob}} picture */
    maskFrom: ({ name, blob }) => commands.importFile(new File([blob], name, { type: blob.type })),
    unpin() {
      const { [view.frame]: gone, ...pins } = document.footage.pins;
      if (gone) {
        document.edit(`Unpin ${gone.name}`, () => document.setFootage({ ...document.footage, pins }));
        say(`Frame ${view.frame + 1} shows the clip again.`);
      } else {
        say("No picture is pinned to this frame.");
      }
    },
    /** Whether the model gets something else than the clip as it is. */
    isComposed: () => !isPlain(document.footage),
    importFile: file => trying(async () => {
      const { planes, words } = await readMask(file, grid);
      const frames = planes.length === 1 ? view.targets() : document.allFrames;
      document.edit(`Import ${file.name}`, () => document.setPlanes(frames, frame => planes[planes.length === 1 ? 0 : frame]));
      say(`${words}: mask put on ${named(frames)}.`);
    }),
    exportPng: () => trying(async () => download(await writePng(document.pixels, grid), "mask.png")),
    exportVideo: () => trying(async () => download(maskVideoUrl((await keeper.upload()).id), "mask.mp4")),
  };
  return commands;
}

/** The menu of what is seldom wanted. @param {ReturnType<typeof createCommands>} commands */
export function menuItems(commands, { chooseMask, choosePicture, chooseFrame, help }) {
  const rule = { rule: true };
  return [
    { id: "hold", text: "Hold this frame's mask to the end", run: commands.hold },
    { id: "copy-range", text: "Copy this frame's mask to the range", run: commands.copyToRange },
    { id: "copy-all", text: "Copy this frame's mask to all frames", run: commands.copyToAll },
    rule,
    { id: "extend-canvas", text: "Extend the canvas …", run: commands.extendCanvas },
    { id: "pin", text: "Pin a picture to this frame …", run: choosePicture },
    { id: "pin-library", text: "Pin a frame of another clip …", run: chooseFrame },
    { id: "unpin", text: "Unpin this frame", run: commands.unpin },
    rule,
    { id: "grow", text: "Grow the mask to whole cells", run: commands.growToCells },
    { id: "fill-all", text: "Generate all of the frames", key: "Ctrl+A", run: commands.fillAll },
    { id: "start-over", text: "Start over with an empty mask", run: commands.startOver },
    rule,
    { id: "import", text: "Import PNG or video …", run: chooseMask },
    { id: "export-png", text: "Export PNG, all frames in a row", run: commands.exportPng },
    { id: "export-mp4", text: "Export MP4", run: commands.exportVideo },
    rule,
    { id: "help", text: "Keyboard shortcuts", key: "?", run: help },
  ];
}
