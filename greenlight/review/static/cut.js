// Final review: the cut with its shots, notes at a timecode, and the last word.
import { ask_retake, ask_send } from "./asking.js";
import * as draft from "./draft.js";
import { busy, on_click, on_keys, typing } from "./keys.js";
import { heartbeat, leave_for_wall } from "./live.js";
import { make, short, toast } from "./net.js";
import { commenting } from "./remarks.js";
import { timing } from "./timing.js";

const room = document.getElementById("screening");
if (room) {
  const film = document.getElementById("film"), marks = [...document.querySelectorAll(".marks button")];
  const watermark = () => Number(document.body.dataset.watermark);
  const clock = (seconds) => `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(1).padStart(4, "0")}`;
  const now = () => marks.findLast((mark) => film.currentTime + 0.02 >= Number(mark.dataset.at)) || marks[0];

  const seek = (shot) => { const mark = marks.find((one) => one.dataset.shot === shot); if (mark) film.currentTime = Number(mark.dataset.at) + 0.01; };
  const strip = timing(room, film, seek);
  const follow = () => {
    for (const mark of marks) { mark.classList.toggle("here", mark === now()); }
    const at = document.getElementById("at");
    if (at) at.textContent = clock(film.currentTime);
    const name = now()?.dataset.shot || "", place = document.getElementById("here");
    if (place.textContent !== name) place.textContent = name;
    const length = document.getElementById("lasts");
    if (length && document.activeElement !== length && name) length.value = strip.length(name).toFixed(2);
    strip.here(name);
  };
  film.addEventListener("timeupdate", follow);
  film.addEventListener("seeked", follow);
  const jump = (step) => { const at = marks.indexOf(now()) + step; if (marks[at]) film.currentTime = Number(marks[at].dataset.at) + 0.01; };
  for (const mark of marks) mark.onclick = () => { film.currentTime = Number(mark.dataset.at) + 0.01; };

  const approve = () => {
    if (!document.getElementById("approve")) { toast("Nothing to sign off."); return; }
    draft.give("movie", { target: room.dataset.take, verdict: "approve", sha256: room.dataset.sha, seen: watermark() });
  };
  // An animatic is cut of frames: there a shot has no clip yet.
  const send_back = (to_frame) => {
    const mark = now(), { shot, clip, frame } = mark?.dataset || {};
    const target = to_frame ? frame || clip : clip;
    if (!room.dataset.decides || !target) { toast("This shot has nothing to send back."); return; }
    film.pause();
    const back = target !== clip, kind = target.split("/")[1];
    ask_retake(shot, back ? `Back to the frame of shot ${short(shot)}` : `New ${kind} of shot ${short(shot)}`, (reason, note) => {
      draft.take_back("movie");
      draft.give(shot, { target, verdict: "retake", reason, note, seen: watermark(), back });
    }, { target });
  };
  const again = () => send_back(false), back = () => send_back(true);
  const ours = (id, wish) => id === "movie" || (wish.verdict === "retake" && marks.some((mark) => mark.dataset.shot === id));
  const send = () => ask_send({
    // What was decided on the wall and not sent is seen and sent there.
    gone: (id, wish) => (ours(id, wish) ? "" : "decided on the wall: send it there"),
    picture: (id) => marks.find((mark) => mark.dataset.shot === id)?.querySelector("img").src,
    refresh: async () => location.reload(),
    after: async () => {
      // What was sent is said at once; the page of it follows.
      unsaid = "Sent: it is on record";
      document.getElementById("approve")?.remove();
      paint();
      leave_for_wall(2500);
    },
  });
  const undo = () => { const id = draft.undo(); if (id) toast(`Undone: ${short(id)}.`); };

  const count = document.getElementById("count");
  let unsaid = count.textContent;
  function paint() {
    const given = draft.wishes();
    for (const id of ["send-open", "undo"]) { const button = document.getElementById(id); if (button) button.disabled = !given.length; }
    for (const mark of marks) mark.classList.toggle("sent", draft.wish(mark.dataset.shot)?.verdict === "retake");
    const backs = given.filter(([id, wish]) => wish.verdict === "retake" && ours(id, wish)).length;
    const others = given.filter(([id, wish]) => !ours(id, wish)).length;
    const said = [draft.wish("movie") && `${room.dataset.take.split("/")[0]} approved`, backs && `${backs} sent back`, others && `${others} decided on the wall`].filter(Boolean);
    count.textContent = said.length ? `${said.join(", ")}, not sent` : unsaid;
  }

  const form = document.getElementById("say"), take = room.dataset.take;
  if (form) {
    commenting(form, document.getElementById("words"), {
      key: `${take}:words`,
      subject: take,
      written: (text) => `[${clock(film.currentTime)} ${now()?.dataset.shot || ""}] ${text}`,
      done: (said) => document.getElementById("notes").append(make("li", {}, make("b", { textContent: said.who }), ` ${said.text}`)),
    });
  }

  const keys = { " ": () => (film.paused ? film.play() : film.pause()), ArrowRight: () => jump(1), ArrowLeft: () => jump(-1), a: approve, r: again, s: send, u: undo, "?": () => document.getElementById("help").showModal() };
  on_keys(keys);
  on_click({ approve, again, back, "send-open": send, undo });
  // Another version of it: shown at once, unless somebody is in the middle of something.
  heartbeat((pulse) => {
    if (busy() || !film.paused || typing(document.activeElement) || document.activeElement?.matches(".edge")) return;
    if (pulse.mark !== document.body.dataset.mark) location.reload();
  });
  draft.changed(paint);
  paint();
  follow();
}
