// Keeps a page up to date that was whole when it was loaded: texts by name, drawings by id.

const source = document.querySelector("[data-live]")?.dataset.live;
const state = document.querySelector("[data-live-state]");
const drawn = new Map();

if (source) {
  const events = new EventSource(source);
  const say = (text) => { if (state) state.textContent = text; };
  events.addEventListener("open", () => say("live"));
  events.addEventListener("error", () => say("reconnecting"));
  events.addEventListener("update", (event) => {
    const { text, html } = JSON.parse(event.data);
    for (const [name, value] of Object.entries(text)) {
      for (const place of document.querySelectorAll(`[data-value="${CSS.escape(name)}"]`)) {
        if (place.textContent !== value) place.textContent = value;
      }
    }
    // Drawn and escaped by our own server, as the page itself. Where the keyboard is, nothing moves.
    for (const [id, drawing] of Object.entries(html)) {
      const place = document.getElementById(id);
      if (!place || drawn.get(id) === drawing || place.contains(document.activeElement)) continue;
      place.innerHTML = drawing;
      drawn.set(id, drawing);
    }
  });
}
