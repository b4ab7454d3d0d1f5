// What the pointer, the pen or the keyboard works with.

import { BoxTool, Brush, Fill, Lasso } from "./drawing-tools.js";
import { Move, Place } from "./placing-tools.js";

/** All tools, by name, in the order of the palette. @param {import("./drawing-tools.js").Desk} desk */
export function createTools(desk) {
  return {
    move: new Move(desk),
    place: new Place(desk),
    brush: new Brush(desk, { erase: false }),
    eraser: new Brush(desk, { erase: true }),
    rectangle: new BoxTool(desk, { kind: "rectangle" }),
    ellipse: new BoxTool(desk, { kind: "ellipse" }),
    lasso: new Lasso(desk),
    fill: new Fill(desk),
  };
}
