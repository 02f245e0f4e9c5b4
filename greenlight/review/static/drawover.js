// Drawing on a picture: lines as parts of its width and height, kept beside the note.
import { toast } from "./net.js";

const SVG = "http://www.w3.org/2000/svg";
const MOST_STROKES = 80, MOST_POINTS = 2000;
const NEAR = 0.004;

function line(stroke) {
  const path = document.createElementNS(SVG, "polyline");
  const points = stroke.points.length > 1 ? stroke.points : [stroke.points[0], stroke.points[0]];
  path.setAttribute("class", `ink-${stroke.ink}`);
  path.setAttribute("points", points.map((point) => point.join(",")).join(" "));
  return path;
}

// The lines as a layer that lies over the picture, whatever its size.
export function overlay(strokes) {
  const layer = document.createElementNS(SVG, "svg");
  for (const [name, value] of [["class", "lines"], ["viewBox", "0 0 1 1"], ["preserveAspectRatio", "none"], ["aria-hidden", "true"]]) layer.setAttribute(name, value);
  layer.append(...strokes.map(line));
  return layer;
}

// The board of the dialog in which a retake is asked for; without a picture there is none.
export function drawing(picture, before, changed) {
  const board = document.getElementById("drawing"), place = board.querySelector(".drawn"), image = place.querySelector("img");
  let strokes = picture ? structuredClone(before) : [], now = null, layer = overlay([]);
  board.hidden = !picture;
  place.querySelector(".lines")?.remove();
  if (!picture) return { strokes: () => [] };
  image.src = picture.src;
  image.alt = picture.take;
  const undo = document.getElementById("line-back"), wipe = document.getElementById("lines-off");

  function show() {
    const fresh = overlay(strokes);
    layer.replaceChildren(...fresh.childNodes);
    undo.disabled = wipe.disabled = !strokes.length;
  }
  const count = () => strokes.reduce((sum, stroke) => sum + stroke.points.length, 0);
  function point(event) {
    const box = layer.getBoundingClientRect();
    const part = (value, start, size) => Number(Math.min(1, Math.max(0, (value - start) / size)).toFixed(4));
    return [part(event.clientX, box.left, box.width), part(event.clientY, box.top, box.height)];
  }
  layer.addEventListener("pointerdown", (event) => {
    if (event.button || now) return;
    event.preventDefault();
    if (strokes.length >= MOST_STROKES || count() >= MOST_POINTS) { toast("That is as much as can be drawn on one take: take a line back first."); return; }
    layer.setPointerCapture(event.pointerId);
    now = { ink: board.querySelector("[name=ink]:checked").value, points: [point(event)] };
    strokes.push(now);
    show();
  });
  layer.addEventListener("pointermove", (event) => {
    if (!now || count() >= MOST_POINTS) return;
    const next = point(event), last = now.points.at(-1);
    if (Math.hypot(next[0] - last[0], next[1] - last[1]) < NEAR) return;
    now.points.push(next);
    layer.lastChild.replaceWith(line(now));
  });
  for (const end of ["pointerup", "pointercancel"]) layer.addEventListener(end, () => { if (now) { now = null; changed(); } });
  undo.onclick = () => { strokes.pop(); show(); changed(); };
  wipe.onclick = () => { strokes = []; show(); changed(); };
  place.append(layer);
  show();
  return { strokes: () => strokes };
}
