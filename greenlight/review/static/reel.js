// Play all: the cut or animatic that waits, with its sound, or every shot as it is in story order,
// stills held. A movie that newer takes have overtaken is not what a director wants to see.
import { make, short, toast } from "./net.js";

const STILL_MS = 2500;

export function play_all(cards, cut) {
  const dialog = document.getElementById("reel"), screen = dialog.querySelector(".screen"), at = document.getElementById("reel-at");
  const shots = cards.filter((card) => card.dataset.kind !== "sheet" && card.querySelector(".pic")?.dataset.full);
  if (!cut && !shots.length) { toast("Nothing to play yet."); return; }
  let waiting, place = 0;

  function show() {
    clearTimeout(waiting);
    if (place >= shots.length) { dialog.close(); return; }
    const picture = shots[place].querySelector(".pic");
    at.textContent = `${short(shots[place].dataset.id)} · ${place + 1} of ${shots.length}`;
    const next = () => { place += 1; show(); };
    if (picture.dataset.mime.startsWith("video/")) {
      screen.replaceChildren(make("video", { src: picture.dataset.full, poster: picture.dataset.large, autoplay: true, controls: true, playsInline: true, onended: next }));
    } else {
      screen.replaceChildren(make("img", { src: picture.dataset.large, alt: shots[place].dataset.name }));
      waiting = setTimeout(next, STILL_MS);
    }
  }
  dialog.onkeydown = (event) => {
    if (event.key === " ") {
      // The close button has the focus, and Space would press it.
      event.preventDefault();
      const video = screen.querySelector("video");
      if (video) { if (video.paused) video.play(); else video.pause(); } else if (waiting) { clearTimeout(waiting); waiting = 0; } else { place += 1; show(); }
      return;
    }
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step || cut) return;
    event.preventDefault();
    place = Math.max(0, place + step);
    show();
  };
  dialog.onclose = () => { clearTimeout(waiting); screen.replaceChildren(); };
  dialog.showModal();
  dialog.focus();
  if (cut) {
    at.textContent = "As it was put together, with its sound";
    screen.replaceChildren(make("video", { src: cut, autoplay: true, controls: true, playsInline: true, onended: () => dialog.close() }));
  } else {
    show();
  }
}
