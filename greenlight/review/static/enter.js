// A sign-in link carries its token behind the #, which no server sees: it is posted, and forgotten.
function come_in() {
  const token = decodeURIComponent(location.hash.slice(1));
  if (!/^gl[iks]_/.test(token)) return;
  history.replaceState(null, "", location.pathname + location.search);
  document.getElementById("token").value = token;
  document.getElementById("door").requestSubmit();
}
addEventListener("hashchange", come_in);
come_in();
