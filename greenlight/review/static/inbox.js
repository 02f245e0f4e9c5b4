// What waits now: looked at again whenever somebody comes back to the page, and every ten seconds;
// every second while productions are told of that the room has not looked at yet.
import { say, why } from "./live.js";

const links = () => [...document.querySelectorAll("a.row")];
links()[0]?.focus();

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1, End: Infinity, Home: -Infinity }[event.key];
  if (!step) return;
  event.preventDefault();
  const all = links();
  all[Math.max(0, Math.min(all.length - 1, all.indexOf(document.activeElement) + step))]?.focus();
});

async function refresh() {
  if (document.hidden) return;
  const answer = await fetch(location.href).catch(() => null);
  say(answer?.ok && !answer.redirected ? "" : why(answer?.redirected ? 401 : answer?.status || 0));
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
  const now = document.getElementById("main");
  if (fresh.innerHTML === now.innerHTML) return;
  const focused = document.activeElement?.getAttribute?.("href");
  now.innerHTML = fresh.innerHTML;
  links().find((link) => link.getAttribute("href") === focused)?.focus();
}
const wait = () => (document.querySelector("[data-unseen]") ? 1000 : 10000);
const again = () => setTimeout(() => refresh().finally(again), wait());
again();
document.addEventListener("visibilitychange", refresh);
