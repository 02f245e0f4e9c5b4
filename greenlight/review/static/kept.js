// Values that this browser keeps for its next visit; private windows keep them until closed.
export function kept(key, otherwise = null) {
  try { return JSON.parse(localStorage.getItem(key)) ?? otherwise; } catch { return otherwise; }
}
export function keep(key, value) {
  try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* it is lost with this page */ }
}
export const forget = (key) => localStorage.removeItem(key);
