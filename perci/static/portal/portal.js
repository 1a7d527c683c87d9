// Countdowns by the server's clock, and parts of a page that refresh without losing what somebody types.
(function () {
  "use strict";
  let offset = 0; // server time minus ours, in milliseconds

  function pad(number) { return String(number).padStart(2, "0"); }

  function written(ms) {
    const seconds = Math.floor(ms / 1000);
    if (ms < 10000) return (ms / 1000).toFixed(1) + " s";
    if (seconds >= 172800) return Math.floor(seconds / 86400) + " d " + Math.floor(seconds / 3600) % 24 + " h";
    const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60, rest = pad(seconds % 60);
    return (hours ? hours + ":" + pad(minutes) : minutes) + ":" + rest;
  }

  function tick() {
    const now = Date.now() + offset;
    document.querySelectorAll("[data-since]").forEach(function (clock) {
      clock.textContent = written(Math.max(0, now - Date.parse(clock.dataset.since)));
    });
    document.querySelectorAll(".countdown").forEach(function (clock) {
      const left = Date.parse(clock.dataset.due) - now, share = left / (1000 * Number(clock.dataset.limit));
      const passed = left < 0;
      clock.querySelector("b").textContent = passed ? "Limit passed" : written(left) + " left";
      clock.dataset.level = passed ? "passed" : share <= 1 / 12 ? "urgent" : share <= 1 / 4 ? "soon" : "calm";
    });
  }

  function correct(instant) {
    const server = Date.parse(instant);
    if (server) offset = server - Date.now();
  }

  function correctFromPage() {
    const shown = document.querySelector("[data-now]");
    // A page that comes from the browser's history carries an old time: only a fresh load may correct.
    const entry = performance.getEntriesByType("navigation")[0];
    if (shown && entry && entry.type !== "back_forward") correct(shown.dataset.now);
  }

  function busy(panel) {
    const typed = Array.from(panel.querySelectorAll("textarea, input[type=datetime-local], input[type=file]")).some(function (area) { return area.value.trim() !== ""; });
    return typed || (panel.contains(document.activeElement) && document.activeElement.matches("textarea, input, select"));
  }

  function kept(panel) {
    if (panel.id !== "acts" || !busy(panel)) return false;
    panel.querySelector(".stale").hidden = false;
    return true;
  }

  document.addEventListener("htmx:afterRequest", function (event) {
    const stamp = event.detail.xhr && event.detail.xhr.getResponseHeader("Server-Time");
    if (stamp) { correct(stamp); tick(); }
  });

  document.addEventListener("htmx:beforeRequest", function (event) {
    if (kept(event.target)) event.preventDefault();
  });

  document.addEventListener("htmx:beforeSwap", function (event) {
    if (kept(event.target)) event.detail.shouldSwap = false; // somebody began to type while it was fetched
  });

  // What was unfolded before a refresh stays unfolded after it.
  let unfolded = [];
  document.addEventListener("htmx:beforeSwap", function () {
    unfolded = Array.from(document.querySelectorAll("details[open]"), function (one) { return one.id; });
  });
  document.addEventListener("htmx:afterSwap", function () {
    unfolded.forEach(function (id) { const one = id && document.getElementById(id); if (one) one.open = true; });
    announce();
    tick();
  });

  // A screen reader hears how the order stands when that changed, and nothing else of the refresh.
  function standing() {
    const shown = document.querySelector(".state .now");
    return shown ? shown.textContent.trim().replace(/\s+/g, " ") : "";
  }
  let said = standing();
  function announce() {
    const announcer = document.getElementById("announcer"), now = standing();
    if (announcer && now !== said) announcer.textContent = said = now;
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent).then(function () {
      button.textContent = "Copied";
    });
  });

  // A time typed by the clock of a zone, in UTC beside it; a button fills in the present one.
  function wall(ms, zone) { // what the clock on the wall shows there, read as if it were UTC
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" }).formatToParts(ms);
    const at = Object.fromEntries(parts.map(function (part) { return [part.type, part.value]; }));
    return at.year + "-" + at.month + "-" + at.day + "T" + at.hour + ":" + at.minute + ":" + at.second;
  }
  function inUTC(typed, zone) {
    const local = Date.parse(typed + "Z");
    if (isNaN(local)) return "… UTC";
    let ms = local;
    for (let round = 0; round < 2; round += 1) ms = local - (Date.parse(wall(ms, zone) + "Z") - ms);
    return new Date(ms).toUTCString().slice(5, 25).replace(/ (\d\d:)/, ", $1") + " UTC";
  }
  function beside(input) {
    const shown = document.querySelector('[data-utc-of="' + input.id + '"]');
    if (shown && input.type === "datetime-local") shown.textContent = inUTC(input.value, shown.dataset.zone);
  }
  document.addEventListener("input", function (event) { beside(event.target); });
  document.querySelectorAll("[data-now-in]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      const input = document.getElementById(button.dataset.nowIn);
      input.value = wall(Math.floor((Date.now() + offset) / 1000) * 1000, button.dataset.zone);
      beside(input);
    });
  });

  correctFromPage();
  tick();
  setInterval(tick, 200);
})();
