// Following: a page knows whether its production has changed, and whether anybody answers; the board is put in step with the production, card by card, without losing anybody's place.
import { api_at, look, page_at, production } from "./net.js";

const EVERY = 2000;
const KEPT = "What you decided is kept in this browser.";

// Why what is seen may be out of date, in words for the person who looks at it.
export function why(status) {
  if (status === 404) return `This production no longer exists. ${KEPT}`;
  if (status === 401 || status === 403) return `You were signed out, or no longer have access: open your link again. ${KEPT}`;
  return `The room does not answer at the moment, so this may be out of date. ${KEPT}`;
}
export function say(text) {
  const place = document.getElementById("away");
  if (place.textContent !== text) place.textContent = text;
}

let leaving = false;

// Goes on to the wall in a moment; the page follows nothing meanwhile, since a reload would stay here.
export function leave_for_wall(after = 0) {
  leaving = true;
  setTimeout(() => location.assign(`/p/${production}`), after);
}

// Looks every so often whether the production has changed, and says so while the room does not answer.
export function heartbeat(got) {
  let running = false;

  async function beat() {
    if (running || leaving || document.hidden) return;
    running = true;
    try {
      const pulse = await (await look(api_at("/pulse"))).json();
      if (!leaving) await got(pulse);
      say("");
    } catch (error) {
      say(why(error.status));
    } finally {
      running = false;
    }
  }
  setInterval(beat, EVERY);
  document.addEventListener("visibilitychange", beat);
}

export function follow(board, done) {
  async function refresh() {
    const page = new DOMParser().parseFromString(await (await look(page_at(""))).text(), "text/html");
    const fresh = page.getElementById("board");
    if (!fresh) return;
    const known = new Map([...board.querySelectorAll(".card")].map((card) => [card.dataset.id, card]));
    const focused = document.activeElement?.closest?.(".card")?.dataset.id;
    const here = board.querySelector(".card.here")?.dataset.id;
    for (const card of fresh.querySelectorAll(".card")) {
      const old = known.get(card.dataset.id);
      // What looks the same stays the very same element: focus, choice and playing clips survive.
      if (old && old.dataset.mark === card.dataset.mark) card.replaceWith(old);
      else if (old?.querySelector(".cand")) keep_choice(old, card);
    }
    board.replaceChildren(...fresh.childNodes);
    for (const name of ["mark", "watermark", "cut"]) board.dataset[name] = fresh.dataset[name];
    const standing = page.getElementById("standing");
    document.getElementById("standing").replaceWith(standing);
    document.querySelector("nav").replaceWith(page.querySelector("nav"));
    const charges = document.getElementById("charges");
    if (charges && !charges.open) charges.replaceWith(page.getElementById("charges"));
    const find = (id) => [...board.querySelectorAll(".card")].find((card) => card.dataset.id === id);
    find(here)?.classList.add("here");
    if (focused && !document.querySelector("dialog[open]")) find(focused)?.focus({ preventScroll: true });
    done();
  }

  heartbeat(async (pulse) => { if (pulse.mark !== board.dataset.mark) await refresh(); });
  return refresh;
}

function keep_choice(old, card) {
  const take = old.querySelector(".cand[aria-pressed=true]")?.dataset.take;
  const candidates = [...card.querySelectorAll(".cand")];
  if (!candidates.some((one) => one.dataset.take === take)) return;
  for (const one of candidates) one.setAttribute("aria-pressed", String(one.dataset.take === take));
}
