// Large: one shot on the whole screen, with every take of it, and two side by side.
import { name_of } from "./keys.js";
import { saying } from "./remarks.js";
import { look, make, page_at, short } from "./net.js";

const dialog = document.getElementById("large");
const area = dialog?.querySelector(".stage-area"), side = dialog?.querySelector(".side");

function media(take) {
  const box = make("figure");
  const playing = take.dataset.mime?.startsWith("video/");
  const shown = playing
    ? make("video", { src: take.dataset.full, poster: take.dataset.large, controls: true, loop: true, autoplay: true, muted: true, playsInline: true })
    : make("img", { src: take.dataset.large || take.dataset.full, alt: take.dataset.take });
  const said = [take.dataset.take, take.dataset.state, take.dataset.score && `score ${take.dataset.score}`, take.dataset.hand && "made by a person"].filter(Boolean);
  box.append(shown, make("figcaption", { textContent: said.join(" · ") }));
  return box;
}

export function show_large(first, wall) {
  let card = first, take = null, other = null;

  const takes = () => [...card.querySelectorAll(".cand, .earlier [data-take]")].filter((one) => one.dataset.full);
  const all = () => (takes().length ? takes() : [...card.querySelectorAll(".pic[data-take]")]);

  function draw() {
    area.replaceChildren(...[take, other].filter(Boolean).map(media));
    if (!take) area.replaceChildren(make("p", { className: "empty", textContent: card.querySelector(".pending")?.textContent || card.dataset.stage }));
    const title = make("h2", { textContent: card.dataset.name });
    const strip = make("div", { className: "takes" }, ...all().map((one) => {
      const button = make("button", { type: "button" }, make("img", { src: one.dataset.small || "/static/mark.svg", alt: "" }), `${one.dataset.take.split("/").slice(-2, -1)[0]} ${one.dataset.label}`);
      button.setAttribute("aria-pressed", String(one === take || one === other));
      button.onclick = () => pick(one);
      return button;
    }));
    const parts = [title, strip];
    const acts = make("div", { className: "tools" });
    const frame = framed();
    const again = frame ? [["New clip", new_clip, "clip"], ["Back to the frame", () => back(frame), "frame"]] : [["Retake", retake, "take"]];
    const wanted = take ? [["Compare", compare]] : [];
    if (wall.decides && take) wanted.unshift(["Approve", approve], ...again);
    else if (wall.decides && card.dataset.holding) wanted.push(["Try again", retake, "take"]);
    if (wall.decides && card.dataset.stage !== "omitted") wanted.push(["Omit", omit]);
    for (const [text, act, way] of wanted) {
      const button = make("button", { type: "button", className: text === "Approve" ? "go" : "quiet", textContent: way ? `${text} …` : text, onclick: act });
      if (way) button.dataset.again = way;
      acts.append(button);
    }
    if (wanted.length) parts.push(acts);
    if (take?.dataset.flagged) parts.push(make("p", { className: "flag", textContent: `⚑ ${take.dataset.flagged}` }));
    if (take?.dataset.note) parts.push(make("p", { className: "small", textContent: `Asked for: ${take.dataset.note}` }));
    if (take?.dataset.scores) parts.push(make("ul", { className: "scores" }, ...take.dataset.scores.trim().split("\n").map((line) => make("li", { textContent: line }))));
    const more = make("div", { className: "more" });
    if (take && wall.comments) parts.push(saying(take.dataset.take, () => details(more, card.dataset.id)));
    side.replaceChildren(...parts, more);
    if (card.dataset.kind !== "sheet") details(more, card.dataset.id);
    // What had the focus may just have been drawn again.
    if (dialog.open && !dialog.contains(document.activeElement)) dialog.focus();
  }

  async function details(place, id) {
    try {
      const page = new DOMParser().parseFromString(await (await look(page_at(`/shot/${id}`))).text(), "text/html");
      if (card.dataset.id !== id) return;
      const ways = page.querySelector(".ways");
      for (const button of ways ? side.querySelectorAll("[data-again=clip], [data-again=frame]") : []) button.textContent = button.textContent.replace("…", `· ${ways.dataset[button.dataset.again]} …`);
      place.replaceChildren(...page.body.childNodes);
    } catch {
      place.replaceChildren(make("p", { className: "muted", textContent: `The notes of ${short(id)} cannot be read at the moment.` }));
    }
  }

  function open(next) {
    if (!next) return;
    card = next;
    other = null;
    wall.move_to(card, false);
    const shown = card.querySelector(".cand[aria-pressed=true]") || card.querySelector(".pic[data-take]");
    take = all().find((one) => one.dataset.take === shown?.dataset.take) || shown;
    draw();
  }

  function pick(one) {
    if (other) { other = one === take ? null : one; } else { take = one; }
    if (!other && one.matches(".cand")) wall.choose(card, one);
    draw();
  }

  function compare() {
    if (!take) { take = all()[0] || null; draw(); return; }
    const rest = all().filter((one) => one !== take);
    const at = rest.indexOf(other);
    other = other && at === rest.length - 1 ? null : rest[at + 1] || null;
    draw();
  }

  // What is looked at is what is meant: an earlier take too, such as the frame of a clip.
  const earlier = () => (take?.matches(".cand, .pic") ? null : take);
  function approve() { wall.approve(card, earlier()); dialog.close(); }
  function omit() { wall.omit(card); dialog.close(); }
  function retake() { const meant = earlier(); dialog.close(); wall.retake(card, meant); }
  // The frame that a shot's clips are made of, where it has come that far.
  const framed = () => (card.dataset.kind === "clip" ? card.querySelector('.earlier [data-take*="/frame/"][data-state="approved"]') : null);
  const clip_of = () => card.querySelector('.cand[data-take*="/clip/"]') || card.querySelector('.pic[data-take*="/clip/"]') || card.querySelector('.earlier [data-take*="/clip/"]');
  function new_clip() { const clip = take?.dataset.take.includes("/clip/") ? earlier() : clip_of(); dialog.close(); wall.retake(card, clip); }
  function back(frame) { dialog.close(); wall.retake(card, frame); }

  const keys = {
    ArrowRight: () => open(wall.beside(1)), ArrowLeft: () => open(wall.beside(-1)),
    c: compare, a: approve, r: retake, o: omit,
    " ": () => { const video = area.querySelector("video"); if (video?.paused) video.play(); else video?.pause(); },
  };
  dialog.onkeydown = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("textarea") || (event.key === " " && event.target.closest("button, video"))) return;
    const number = Number(event.key);
    const candidates = [...card.querySelectorAll(".cand")];
    const act = number >= 1 && number <= 4 ? () => candidates[number - 1] && pick(candidates[number - 1]) : keys[name_of(event)];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };
  dialog.onclose = () => { area.replaceChildren(); wall.move_to(card); };
  open(card);
  dialog.showModal();
}
