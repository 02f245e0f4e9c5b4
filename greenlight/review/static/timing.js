// Timing: every shot as long as it lasts, and a cut is dragged to where it belongs.
import { forget, keep, kept } from "./kept.js";
import { leave_for_wall } from "./live.js";
import { make, post, production, sentence, short, toast } from "./net.js";
import { priced, told } from "./priced.js";

const NARROWEST = 26; // pixels a second; below it nobody hits the edge of a shot

export function timing(room, film, seek) {
  const strip = document.getElementById("timeline"), plan = document.getElementById("plan");
  const form = document.getElementById("timing"), lasts = document.getElementById("lasts");
  if (!strip) return { here: () => {} };
  const parts = [...strip.querySelectorAll(".part")], go = document.getElementById("retime"), back = document.getElementById("timing-back");
  const fps = Number(strip.dataset.fps), least = Number(strip.dataset.least), most = Number(strip.dataset.most);
  const KEY = `${room.dataset.take}:timing:${production}`;
  const made = new Map(parts.map((part) => [part.dataset.shot, Number(part.dataset.seconds)]));
  let wanted = kept(KEY, {}), scale = NARROWEST;
  const length = (shot) => Number(wanted[shot] ?? made.get(shot));
  const part_of = (shot) => parts.find((part) => part.dataset.shot === shot);

  function show() {
    const total = [...made.keys()].reduce((sum, shot) => sum + length(shot), 0);
    for (const part of parts) {
      const shot = part.dataset.shot, seconds = length(shot), edge = part.querySelector(".edge");
      part.style.width = `${Math.round(seconds * scale)}px`;
      part.classList.toggle("changed", shot in wanted);
      part.querySelector(".lasts").textContent = `${seconds.toFixed(2)} s`;
      edge.setAttribute("aria-valuenow", seconds.toFixed(2));
      edge.setAttribute("aria-valuetext", `${seconds.toFixed(2)} seconds`);
    }
    const changed = Object.keys(wanted).length, before = [...made.values()].reduce((sum, one) => sum + one, 0);
    document.getElementById("total").textContent = changed ? `${total.toFixed(1)} s instead of ${before.toFixed(1)} s` : `${total.toFixed(1)} s`;
    go.disabled = back.disabled = !changed;
  }
  function fit() {
    const total = [...made.keys()].reduce((sum, shot) => sum + length(shot), 0);
    scale = Math.max(NARROWEST, (strip.clientWidth - 4) / total);
    show();
  }
  function set(shot, seconds) {
    const whole = Math.min(most, Math.max(least, Math.round(seconds * fps) / fps)).toFixed(2);
    if (Math.abs(Number(whole) - made.get(shot)) < 0.006) delete wanted[shot]; else wanted[shot] = whole;
    keep(KEY, wanted);
    show();
    if (lasts && document.getElementById("here").textContent === shot) lasts.value = length(shot).toFixed(2);
  }

  for (const part of parts) {
    const shot = part.dataset.shot, edge = part.querySelector(".edge");
    part.querySelector(".goto").onclick = () => seek(shot);
    edge.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      event.preventDefault();
      edge.focus();
      edge.setPointerCapture(event.pointerId);
      const from = event.clientX, before = length(shot);
      edge.onpointermove = (moved) => set(shot, before + (moved.clientX - from) / scale);
      edge.onpointerup = edge.onpointercancel = () => { edge.onpointermove = null; };
    });
    edge.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      set(shot, length(shot) + step * (event.shiftKey ? 0.5 : 1 / fps));
    });
  }

  async function ask() {
    const lengths = { ...wanted };
    const words = Object.entries(lengths).map(([shot, seconds]) => `${short(shot)} lasts ${Number(seconds)} s`);
    const show = priced(plan, {
      quote: async () => {
        const said = await post("/timing/plan", { lengths });
        const changes = [words.join(", "), ...said.sentences].map((text) => make("p", { textContent: sentence(text) }));
        return { said, lines: [...changes, ...told(said.consequences)] };
      },
      send: async (said) => {
        await post("/timing", { lengths, total_usd: said.consequences.total_usd });
        forget(KEY);
        leave_for_wall();
      },
    });
    plan.showModal();
    await show();
  }
  go.onclick = ask;
  back.onclick = () => { wanted = {}; forget(KEY); fit(); };
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const shot = document.getElementById("here").textContent, seconds = Number(lasts.value.trim().replace(",", "."));
    if (!(seconds >= least && seconds <= most)) { toast(`A shot lasts between ${least} and ${most} seconds, not ${lasts.value.trim() || "nothing"}.`); return; }
    set(shot, seconds);
    if (Object.keys(wanted).length) ask(); else toast("That is how long it lasts.");
  });
  addEventListener("resize", fit);
  fit();
  return {
    length,
    here(shot) { for (const part of parts) part.classList.toggle("here", part === part_of(shot)); },
    changed: () => Object.keys(wanted).length > 0,
  };
}
