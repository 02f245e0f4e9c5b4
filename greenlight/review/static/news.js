// What is new since this browser's last visit.
import { principal, production } from "./net.js";

const KEY = `greenlight:seen:${production}:${principal}`;
const takes = (card) => [...card.querySelectorAll("[data-take]")].map((one) => one.dataset.take);
let before = null;
try { before = JSON.parse(localStorage.getItem(KEY)); } catch { before = null; }
const known = new Set(before || []);
const now = new Set(known);

export function mark_new(cards) {
  for (const card of cards) {
    for (const take of takes(card)) now.add(take);
    card.querySelector(".fresh").hidden = !before || takes(card).every((take) => known.has(take));
  }
}

addEventListener("pagehide", () => { try { localStorage.setItem(KEY, JSON.stringify([...now])); } catch { /* nothing is marked next time */ } });
