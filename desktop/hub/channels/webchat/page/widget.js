/* The chat on a company's page. One classic script, no dependencies, nothing inline: it works under a strict
   Content-Security-Policy. All it shows lives in a shadow root; what it knows is kept in localStorage until the hub's token
   runs out. Messages are named by the page, so that sending one again does no harm; the stream is resumed by number.

   <script src="https://hub.example/chat/widget.js" data-account="shop-chat" defer></script>

   data-identity     a signed identity (JWT), where the site knows its customer
   data-language     another language than the page's
   window.DirigentChat.open() .close() .identify(jwt) .signOut() */
(function () {
  "use strict";

  const script = document.currentScript;
  const account = (script && script.dataset.account) || "";
  if (!account || window.DirigentChat) return;
  const hub = new URL(".", script.src).href + encodeURIComponent(account);
  const language = script.dataset.language || document.documentElement.lang || navigator.language || "en";
  const KEPT = "dirigent.chat." + account;
  const SEEN = KEPT + ".visits";
  const EMOJI = "😀 😊 😂 😉 😍 🤔 😅 🙂 🙁 😢 😡 😮 👍 👎 👌 🙏 👏 💪 👋 🤝 ❤️ ✅ ❌ ⭐ 🎉 🔥 📦 📷".split(" ");
  const SILENT_MS = 40000;
  const TYPING_MS = 7000;
  const MOST_VISITS = 30;
  const ICONS = {
    chat: "M4 4h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z",
    close: "M6 6l12 12M18 6L6 18",
    down: "M6 9l6 6 6-6",
    end: "M15 4h3a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2h-3M10 8l-4 4 4 4M6 12h9",
    send: "M4 12l16-8-6 16-3-6.5L4 12z",
    attach: "M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.6-8.6a3.4 3.4 0 0 1 4.8 4.8l-8.5 8.5a1.8 1.8 0 0 1-2.5-2.5l7.7-7.7",
    smile: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.5 10v.01M15.5 10v.01M8 14.5c1 1.4 2.4 2 4 2s3-.6 4-2",
    file: "M6 3h8l4 4v14H6zM14 3v4h4",
    star: "M12 3.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8L3.6 9.7l5.8-.8z",
  };

  // --- what is kept -----------------------------------------------------------------------------------------------------

  let kept = {};
  try { kept = JSON.parse(localStorage.getItem(KEPT) || "{}") || {}; } catch { kept = {}; }
  kept.outbox = Array.isArray(kept.outbox) ? kept.outbox : [];

  function keep() {
    try { localStorage.setItem(KEPT, JSON.stringify(kept)); } catch { /* a private window: the chat lasts as long as the page */ }
  }

  const state = {
    config: null, texts: {}, identity: script.dataset.identity || "", isOpen: false, isOnline: true, isReady: false,
    said: new Map(), cursor: 0, standing: null, isTyping: false, files: [], uploads: 0, unread: new Set(), view: "",
    isSignedOut: false, rating: 0,
  };

  const key = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (b) => b.toString(16).padStart(2, "0")).join("");
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  const t = (name, values) => Object.entries(values || {}).reduce(
    (text, [what, value]) => text.split("{" + what + "}").join(value), state.texts[name] || "");

  // --- the hub ----------------------------------------------------------------------------------------------------------

  class Refused extends Error {
    constructor(status, code, retryS) { super(code); this.status = status; this.code = code; this.retryS = retryS; }
  }

  async function call(method, path, body, options) {
    const more = options || {};
    const headers = { ...(more.headers || {}) };
    if (kept.token && !more.isOpen) headers.Authorization = "Bearer " + kept.token;
    if (body !== undefined && !more.isRaw) headers["Content-Type"] = "application/json";
    const answer = await fetch(hub + path, {
      method, headers, body: body === undefined ? undefined : more.isRaw ? body : JSON.stringify(body),
      credentials: "omit", cache: "no-store", signal: more.signal,
    });
    if (answer.ok) return more.isStream ? answer : more.isBlob ? answer.blob() : answer.json();
    let code = "";
    try { code = (await answer.json()).code; } catch { /* not ours */ }
    if (answer.status === 401 && !more.isOpen && !more.isSecond) {
      await openSession(false);
      return call(method, path, body, { ...more, isSecond: true });
    }
    throw new Refused(answer.status, code, Number(answer.headers.get("Retry-After")) || 0);
  }

  let opening = null;
  function openSession(isNew) {
    opening = opening || (async () => {
      try {
        const asked = { token: kept.token || "", identity: state.identity, is_new: isNew };
        const session = await call("POST", "/session", asked, { isOpen: true });
        // What somebody else signed in had not sent yet is not the next one's to send.
        if (kept.chat && session.chat !== kept.chat) forget(!isNew && !kept.name && !session.name);
        Object.assign(kept, { token: session.token, chat: session.chat, name: session.name, hasChat: session.has_chat });
        state.isSignedOut = false;
        keep();
        return session;
      } catch (error) {
        if (error instanceof Refused && error.status === 401) { state.isSignedOut = true; forget(); delete kept.token; keep(); }
        throw error;
      } finally { opening = null; }
    })();
    return opening;
  }

  /** Another chat begins: nothing of the last one stays. */
  function forget(keepsUnsent) {
    state.said.clear(); state.unread.clear(); state.cursor = 0; state.standing = null; state.isTyping = false;
    state.rating = 0; kept.hasChat = false; kept.isRated = false; kept.isMailed = "";
    if (!keepsUnsent) { kept.outbox = []; kept.draft = ""; state.files = []; if (ui.text) ui.text.value = ""; }
    drawn.clear(); if (ui.log) ui.items.replaceChildren();
  }

  let listening = null;
  async function listen() {
    if (listening) return;
    const own = (listening = {});
    let failures = 0, isOnce = false;
    while (listening === own) {
      const cut = new AbortController();
      let timer = 0, hasHeard = false;
      const alive = () => { clearTimeout(timer); timer = setTimeout(() => cut.abort(), hasHeard ? SILENT_MS : 12000); };
      own.cut = cut;
      try {
        alive();
        const answer = await call("GET", "/events?after=" + state.cursor + (isOnce ? "&once=1" : ""), undefined,
          { isStream: true, signal: cut.signal });
        const reader = answer.body.getReader();
        const decoder = new TextDecoder();
        let rest = "";
        for (;;) {
          const { value, done } = await reader.read();
          if (done) break;
          hasHeard = true; failures = 0; alive();
          if (listening !== own) break;
          if (!state.isOnline) { state.isOnline = true; draw(); announce(t("back")); }
          pump();
          const parts = (rest + decoder.decode(value, { stream: true })).split("\n\n");
          rest = parts.pop();
          parts.forEach(take);
        }
      } catch (error) {
        if (error instanceof Refused && error.status === 401) break;
        if (error instanceof Refused && error.retryS) await pause(error.retryS * 1000);
        if (!hasHeard && cut.signal.aborted && navigator.onLine) isOnce = true; // a proxy holds the stream back
      } finally { clearTimeout(timer); }
      if (listening !== own) return;
      if (!isOnce || !hasHeard) {
        failures += 1;
        if (failures > 1 && state.isOnline && !hasHeard) { state.isOnline = false; draw(); }
        own.wake = null;
        await Promise.race([pause(Math.min(15000, 300 * 2 ** failures) * (0.7 + Math.random() * 0.6)),
          new Promise((done) => { own.wake = done; })]);
      }
    }
    if (listening === own) listening = null;
  }

  function stopListening() {
    const own = listening; listening = null;
    if (own) { own.cut && own.cut.abort(); own.wake && own.wake(); }
  }

  function hurry() { if (listening) { listening.cut && listening.cut.abort(); listening.wake && listening.wake(); } }

  function take(frame) {
    let event = "", data = "", id = "";
    for (const line of frame.split("\n")) {
      if (line.startsWith("event: ")) event = line.slice(7);
      else if (line.startsWith("data: ")) data += line.slice(6);
      else if (line.startsWith("id: ")) id = line.slice(4);
    }
    if (!event) return;
    const value = JSON.parse(data);
    if (event === "message") {
      state.cursor = Math.max(state.cursor, Number(id));
      arrived(value);
    } else if (event === "standing") {
      const before = state.standing;
      state.standing = value;
      if (value.state !== "new") kept.hasChat = true;
      if (before) tellStanding(before, value);
    } else if (event === "typing") {
      state.isTyping = value.on;
      clearTimeout(take.timer);
      if (value.on) take.timer = setTimeout(() => { state.isTyping = false; draw(); }, TYPING_MS);
    }
    draw();
  }

  function arrived(message) {
    const isNew = !state.said.has(message.id);
    state.said.set(message.id, message);
    if (message.by === "visitor") {
      kept.outbox = kept.outbox.filter((one) => one.key !== message.key);
      keep();
    } else if (isNew) {
      state.isTyping = false;
      if (message.delivery !== "read") {
        state.unread.add(message.id);
        announce(t("new_message", { name: message.name || t("team"), text: message.text || message.files.map((f) => f.name).join(", ") }));
        noteSeen();
      }
    }
  }

  /** Say how far the agents' words got: to the page, or before somebody's eyes. */
  function noteSeen() {
    clearTimeout(noteSeen.timer);
    noteSeen.timer = setTimeout(() => {
      const isRead = state.isOpen && document.visibilityState === "visible" && state.view === "talk";
      const ids = [...state.unread].filter((id) => isRead || !noteSeen.got.has(id)).slice(0, 100);
      if (!ids.length) return;
      call("POST", "/signals", { kind: isRead ? "read" : "delivered", messages: ids }).then(() => {
        ids.forEach((id) => { if (isRead) state.unread.delete(id); else noteSeen.got.add(id); });
        draw();
      }, () => setTimeout(noteSeen, 5000));
    }, 150);
  }
  noteSeen.got = new Set();

  // --- sending ----------------------------------------------------------------------------------------------------------

  function say(text, form, hasConsented) {
    const files = state.files.splice(0);
    if (!text.trim() && !files.length) return;
    kept.outbox.push({ key: key(), chat: kept.chat, text, files, form: form || {}, consented: Boolean(hasConsented),
      at: new Date().toISOString() });
    kept.draft = "";
    kept.consented = kept.consented || Boolean(hasConsented);
    kept.hasChat = true;
    keep(); draw(); toEnd(); pump();
  }

  let pumping = false;
  async function pump() {
    if (pumping) return;
    pumping = true;
    try {
      for (;;) {
        const next = kept.outbox.find((one) => !one.failed && !one.id);
        if (!next) return;
        try {
          if (!kept.token) await openSession(false);
          const taken = await call("POST", "/messages", { key: next.key, text: next.text, form: next.form, language,
            files: next.files.map((f) => f.ticket), has_consented: Boolean(next.consented || kept.consented), visits: visited(true) });
          next.id = taken.id;
          listen();
        } catch (error) {
          if (error instanceof Refused && (error.status === 429 || error.status >= 500)) await pause((error.retryS || 3) * 1000);
          else if (error instanceof Refused) { next.failed = error.code || "failed"; announce(t("unsent")); }
          else { state.isOnline = false; draw(); setTimeout(pump, 3000); return; }
        }
        keep(); draw();
      }
    } finally { pumping = false; }
  }

  let typedAt = 0, idleTimer = 0;
  function typed() {
    const isEmpty = !ui.text.value.trim();
    clearTimeout(idleTimer);
    if (!kept.hasChat || (isEmpty && !typedAt)) return;
    const tell = (kind) => call("POST", "/signals", { kind }).catch(() => {});
    if (isEmpty) { typedAt = 0; tell("idle"); return; }
    if (Date.now() - typedAt > 3000) { typedAt = Date.now(); tell("typing"); }
    idleTimer = setTimeout(() => { typedAt = 0; tell("idle"); }, 5000);
  }

  async function upload(file) {
    const { largest_file: largest } = state.config;
    if (file.size > largest) return trouble(t("too_large", { name: file.name, size: Math.round(largest / 1048576) }));
    if (!file.size || state.files.length + state.uploads >= 10) return trouble(t("upload_failed", { name: file.name }));
    state.uploads += 1; status(t("uploading", { name: file.name })); draw();
    try {
      if (!kept.token) await openSession(false);
      const found = await call("POST", "/files", file, { isRaw: true, headers: {
        "Content-Type": file.type || "application/octet-stream", "X-File-Name": encodeURIComponent(file.name) } });
      state.files.push(found);
      status(t("uploaded", { name: file.name }));
    } catch (error) {
      const code = error instanceof Refused ? error.code : "";
      trouble(t(code === "type_not_allowed" ? "bad_type" : ["rate_limited", "infected"].includes(code) ? code : "upload_failed", { name: file.name }));
    } finally { state.uploads -= 1; draw(); ui.text.focus(); }
  }

  async function save(path, name) {
    try {
      const blob = await call("GET", path, undefined, { isBlob: true });
      const link = h("a", { href: URL.createObjectURL(blob), download: name });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
    } catch { trouble(t("failed")); }
  }

  // --- pages looked at --------------------------------------------------------------------------------------------------

  const page = { key: key(), path: "", at: "", shownMs: 0, since: 0 };
  function lookAround() {
    if (state.config.page_views === "off") return;
    const path = location.pathname + location.search;
    if (document.visibilityState !== "visible") { page.shownMs += page.since ? Date.now() - page.since : 0; page.since = 0; }
    else if (!page.since) page.since = Date.now();
    if (path === page.path) return;
    leave();
    handOver();
    Object.assign(page, { key: key(), path, at: new Date().toISOString(), shownMs: 0, since: Date.now() });
  }

  function leave() {
    if (!page.path) return;
    remember(present());
    page.path = "";
  }

  /** While one talks, the agent sees where the visitor goes. */
  function handOver() {
    if (!kept.hasChat || !state.isReady) return;
    const visits = visited(false);
    if (visits.length) call("POST", "/visits", { visits, has_consented: Boolean(kept.consented) }).catch(() => visits.forEach(remember));
  }

  const present = () => ({ key: page.key, path: page.path, title: document.title.slice(0, 300), at: page.at,
    dwell_s: Math.round((page.shownMs + (page.since ? Date.now() - page.since : 0)) / 1000) });

  function remember(visit) {
    const all = [...remembered(), visit].slice(-MOST_VISITS);
    try { sessionStorage.setItem(SEEN, JSON.stringify(all)); } catch { /* not kept then */ }
  }

  function remembered() { try { return JSON.parse(sessionStorage.getItem(SEEN) || "[]"); } catch { return []; } }

  /** Return the pages looked at that were not handed over yet. */
  function visited(withPresent) {
    if (!state.config || state.config.page_views === "off") return [];
    if (state.config.page_views === "consent" && !kept.consented) return [];
    const all = remembered();
    try { sessionStorage.removeItem(SEEN); } catch { /* as above */ }
    if (withPresent && page.path && visited.told !== page.key) { visited.told = page.key; return [...all, present()]; }
    return all.filter((one) => one.key !== visited.told);
  }

  // --- drawing ----------------------------------------------------------------------------------------------------------

  const ui = {};
  const drawn = new Map();

  function h(tag, props, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(props || {})) {
      if (value === undefined || value === null || value === false) continue;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (name === "class") node.className = value;
      else if (name in node && typeof value !== "string") node[name] = value;
      else node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
    return node;
  }

  function icon(name, isFilled) {
    const space = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(space, "svg");
    const path = document.createElementNS(space, "path");
    svg.setAttribute("viewBox", "0 0 24 24"); svg.setAttribute("aria-hidden", "true"); svg.setAttribute("focusable", "false");
    svg.classList.add("icon"); if (isFilled) svg.classList.add("filled");
    path.setAttribute("d", ICONS[name]); svg.append(path);
    return svg;
  }

  const button = (name, label, act, look) => h("button", { type: "button", class: "tool " + (look || ""), title: label, "aria-label": label, onclick: act }, icon(name));
  function announce(text) { if (ui.live) { ui.live.textContent = ""; setTimeout(() => { ui.live.textContent = text; }, 50); } }
  function status(text) { ui.status.textContent = text; ui.status.className = "status"; }
  function trouble(text) { ui.status.textContent = text; ui.status.className = "status trouble"; announce(text); }

  /** Return text as nodes; addresses of the web become links, nothing else becomes anything. */
  function worded(text) {
    const parts = [];
    let at = 0;
    for (const found of text.matchAll(/\b(?:https?:\/\/|www\.)[^\s<>"'`\u202a-\u202e\u2066-\u2069]+/gi)) {
      let shown = found[0].replace(/[.,;:!?…]+$/, "");
      while (shown.endsWith(")") && shown.split("(").length < shown.split(")").length) shown = shown.slice(0, -1);
      let url;
      try { url = new URL(shown.startsWith("www.") || shown.startsWith("WWW.") ? "https://" + shown : shown); } catch { continue; }
      if (!/^https?:$/.test(url.protocol) || url.username || url.password) continue;
      parts.push(text.slice(at, found.index), h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow", dir: "ltr" }, shown));
      at = found.index + shown.length;
    }
    return [...parts, text.slice(at)];
  }

  const locale = () => (state.config && state.config.language === "de" ? (language.startsWith("de") ? language : "de") : language.startsWith("en") ? language : "en");
  const clock = (at) => new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit" }).format(new Date(at));

  function day(at) {
    const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86400000);
    if (days === 0) return t("today");
    if (days === 1) return t("yesterday");
    return new Intl.DateTimeFormat(locale(), { weekday: "long", day: "numeric", month: "long" }).format(new Date(at));
  }

  function opensWhen(at) {
    const when = new Date(at);
    if (when.toDateString() === new Date().toDateString()) return t("when_today", { time: clock(at) });
    const form = when - Date.now() < 6 * 86400000 ? { weekday: "long" } : { weekday: "long", day: "numeric", month: "long" };
    return t("when", { day: new Intl.DateTimeFormat(locale(), form).format(when), time: clock(at) });
  }

  function build() {
    const host = h("div", { id: "dirigent-chat" });
    const root = host.attachShadow({ mode: "open" });
    const c = state.config;
    ui.host = host;
    ui.live = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
    ui.launcher = h("button", { type: "button", class: "launcher", "aria-expanded": "false", "aria-controls": "panel", onclick: () => (state.isOpen ? close() : open()) },
      icon("chat", true), icon("down"), (ui.badge = h("span", { class: "badge", hidden: true })));
    ui.title = h("h2", { id: "title", dir: "auto" }, c.title);
    ui.sub = h("p", { class: "sub" });
    ui.endButton = button("end", t("end"), () => { state.isEnding = true; draw(); ui.sure.querySelector("button").focus(); });
    ui.header = h("header", {}, h("div", { class: "who" }, ui.title, ui.sub), ui.endButton, button("down", t("close"), close));
    ui.sure = h("div", { class: "sure", role: "group", "aria-label": t("end_sure"), hidden: true }, h("span", {}, t("end_sure")),
      h("button", { type: "button", class: "primary", onclick: end }, t("end_yes")),
      h("button", { type: "button", class: "plain", onclick: () => { state.isEnding = false; draw(); ui.text.focus(); } }, t("cancel")));
    ui.banner = h("p", { class: "banner", role: "status", hidden: true }, t("offline"));
    ui.items = h("ol", { class: "items" });
    ui.card = h("div", { class: "card", hidden: true });
    ui.typing = h("p", { class: "typing", hidden: true }, h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), (ui.typingText = h("span", {})));
    ui.log = h("div", { class: "log", role: "log", "aria-live": "off", "aria-label": c.title, tabindex: "0" }, ui.card, ui.items, ui.typing);
    ui.form = h("div", { class: "form", hidden: true });
    ui.after = h("div", { class: "after", hidden: true });
    ui.status = h("p", { class: "status", role: "status" });
    ui.chips = h("ul", { class: "chips" });
    ui.text = h("textarea", { rows: "1", dir: "auto", placeholder: t("placeholder"), "aria-label": t("message"), maxlength: String(c.longest_text), enterkeyhint: "send",
      oninput: () => { kept.draft = ui.text.value; keep(); grow(); typed(); ui.send.disabled = isNothing(); },
      onkeydown: (e) => { if (e.key === "Enter" && !e.shiftKey && !e.isComposing && matchMedia("(hover: hover)").matches) { e.preventDefault(); sendNow(); } },
      onpaste: (e) => { const files = [...(e.clipboardData || {}).files || []]; if (files.length && c.largest_file) { e.preventDefault(); files.forEach(upload); } } });
    ui.pick = h("input", { type: "file", class: "unseen", multiple: true, tabindex: "-1", "aria-hidden": "true", accept: c.file_types.join(","),
      onchange: () => { [...ui.pick.files].forEach(upload); ui.pick.value = ""; } });
    ui.emoji = h("div", { class: "emoji", role: "group", "aria-label": t("emoji"), hidden: true, onkeydown: walk },
      EMOJI.map((one, at) => h("button", { type: "button", tabindex: at ? "-1" : "0", onclick: () => insert(one) }, one)));
    ui.send = h("button", { type: "submit", class: "tool send", title: t("send"), "aria-label": t("send") }, icon("send", true));
    ui.emojiButton = button("smile", t("emoji"), () => showEmoji(ui.emoji.hidden));
    ui.emojiButton.setAttribute("aria-expanded", "false");
    ui.composer = h("form", { class: "composer", novalidate: true, onsubmit: (e) => { e.preventDefault(); sendNow(); } },
      ui.emoji, ui.chips, h("div", { class: "line" }, c.largest_file ? [button("attach", t("attach"), () => ui.pick.click()), ui.pick] : null,
        ui.emojiButton, ui.text, ui.send));
    ui.panel = h("section", { id: "panel", class: "panel", role: "dialog", "aria-labelledby": "title", "aria-modal": "false", hidden: true, lang: c.language,
      onkeydown: trap, ondragover: (e) => e.preventDefault(),
      ondrop: (e) => { e.preventDefault(); if (c.largest_file && state.view === "talk") [...e.dataTransfer.files].forEach(upload); } },
      ui.header, ui.sure, ui.banner, ui.log, ui.form, ui.after, ui.status, ui.composer);
    ui.root = h("div", { class: "root " + c.side, dir: "ltr", hidden: true }, ui.panel, ui.launcher, ui.live);
    host.style.setProperty("--accent", c.colour);
    host.style.setProperty("--ink", c.ink);
    root.append(style(2000), ui.root);
    document.body.append(host);
    ui.text.value = kept.draft || "";
    document.addEventListener("visibilitychange", () => { lookAround(); if (document.visibilityState === "visible") { noteSeen(); draw(); } });
  }

  /** Nothing is shown before its style is there, and nothing hidden can be scrolled or have the focus. */
  function style(wait) {
    const link = h("link", { rel: "stylesheet", href: new URL("widget.css", script.src).href,
      onload: () => { ui.root.hidden = false; if (state.isOpen) settle(); },
      onerror: () => { if (wait < 60000) setTimeout(() => link.replaceWith(style(wait * 2)), wait); } });
    return link;
  }

  const isNothing = () => !ui.text.value.trim() && !state.files.length;

  function sendNow() {
    if (isNothing() || state.uploads) return;
    const text = ui.text.value;
    ui.text.value = ""; typedAt = 0; clearTimeout(idleTimer); grow(); showEmoji(false); status("");
    say(text);
    ui.text.focus();
  }

  function grow() { ui.text.style.height = "auto"; ui.text.style.height = Math.min(ui.text.scrollHeight, 132) + "px"; }

  function showEmoji(isShown) {
    if (ui.emoji.hidden !== isShown) return;
    ui.emoji.hidden = !isShown;
    ui.emojiButton.setAttribute("aria-expanded", String(isShown));
    (isShown ? ui.emoji.firstChild : ui.text).focus();
  }

  function insert(one) {
    ui.text.setRangeText(one, ui.text.selectionStart, ui.text.selectionEnd, "end");
    showEmoji(false);
    ui.text.dispatchEvent(new Event("input"));
  }

  function walk(e) {
    const all = [...ui.emoji.children];
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 7, ArrowUp: -7 }[e.key];
    if (e.key === "Escape") { e.stopPropagation(); showEmoji(false); return; }
    if (!step) return;
    e.preventDefault();
    const to = all[(all.indexOf(e.target) + step + all.length) % all.length];
    all.forEach((one) => { one.tabIndex = one === to ? 0 : -1; });
    to.focus();
  }

  const isFull = () => matchMedia("(max-width: 480px)").matches;

  /** Escape closes; where the chat fills the screen, the focus stays inside. */
  function trap(e) {
    if (e.key === "Escape") { e.preventDefault(); close(); return; }
    if (e.key !== "Tab" || !isFull()) return;
    const all = [...ui.panel.querySelectorAll("button,a[href],input,select,textarea,[tabindex='0']")]
      .filter((one) => !one.disabled && one.tabIndex >= 0 && one.offsetParent !== null);
    const first = all[0], last = all[all.length - 1], now = ui.host.shadowRoot.activeElement;
    if (e.shiftKey && now === first) { e.preventDefault(); last.focus(); }
    else if (!e.shiftKey && now === last) { e.preventDefault(); first.focus(); }
  }

  function toEnd() { requestAnimationFrame(() => { ui.log.scrollTop = ui.log.scrollHeight; }); }

  function draw() {
    if (!ui.panel) return;
    const s = state.standing || { state: kept.hasChat ? "waiting" : "new", is_open: state.config.is_open, opens_at: state.config.opens_at };
    const waits = kept.outbox.length > 0;
    const isClosed = !s.is_open;
    const needsForm = !kept.hasChat && !waits && (state.config.fields.length || state.config.consent || isClosed);
    const isEnded = s.state === "ended" && !waits;
    const view = state.isSignedOut ? "out" : isEnded ? "ended" : needsForm ? "form" : "talk";
    const wasAtEnd = ui.log.scrollHeight - ui.log.scrollTop - ui.log.clientHeight < 60;
    ui.panel.hidden = !state.isOpen;
    ui.panel.setAttribute("aria-modal", String(isFull()));
    ui.launcher.setAttribute("aria-expanded", String(state.isOpen));
    const count = state.isOpen && view === "talk" ? 0 : state.unread.size;
    ui.launcher.setAttribute("aria-label", state.isOpen ? t("close") : count ? t("open_unread", { count }) : t("open"));
    ui.launcher.classList.toggle("open", state.isOpen);
    ui.badge.hidden = !count; ui.badge.textContent = count > 9 ? "9+" : String(count);
    ui.banner.hidden = state.isOnline;
    ui.sub.textContent = view === "out" ? "" : subline(s);
    ui.endButton.hidden = view !== "talk" || !kept.hasChat;
    ui.sure.hidden = !state.isEnding || view !== "talk";
    ui.log.hidden = view === "form" || view === "out";
    ui.composer.hidden = view !== "talk";
    ui.form.hidden = view !== "form" && view !== "out";
    ui.after.hidden = view !== "ended";
    if (view === "form" && state.view !== "form") drawForm(isClosed, s.opens_at);
    if (view === "out") ui.form.replaceChildren(h("p", { class: "lead" }, t("signed_out")));
    if (view === "ended" && (state.view !== "ended" || ui.after.dataset.answered !== String(s.was_answered))) drawAfter(s);
    const isNewView = state.view !== view;
    state.view = view;
    drawCard(s, view);
    drawItems();
    drawChips();
    const name = s.agent || "";
    ui.typing.hidden = !state.isTyping || !state.isOnline || view !== "talk";
    ui.typingText.textContent = name ? t("typing", { name }) : t("typing_nobody");
    ui.send.disabled = isNothing() || state.uploads > 0;
    if (isNewView && view === "talk" && state.isOpen) grow();
    if (wasAtEnd || isNewView) toEnd();
    if (state.isOpen && state.unread.size && view === "talk" && document.visibilityState === "visible") noteSeen();
  }

  function subline(s) {
    if (s.state === "active") return s.agent ? t("talking_to", { name: s.agent }) : t("talking");
    if (s.state === "ended") return t("ended");
    return s.is_open ? "" : t("closed");
  }

  function waitText(s) {
    const lines = [];
    if (!s.is_open) return [s.opens_at ? t("left", { when: opensWhen(s.opens_at) }) : t("opens_unknown")];
    lines.push(t("waiting"));
    if (s.position) lines.push(s.position === 1 ? t("position_first") : t("position", { count: s.position }));
    if (s.position && s.wait_s === null) lines.push(t("wait_unknown"));
    else if (s.wait_s !== null && s.wait_s !== undefined) {
      const minutes = Math.max(1, Math.round(s.wait_s / 60));
      lines.push(minutes === 1 ? t("wait_minute") : t("wait_minutes", { count: minutes }));
    }
    return lines;
  }

  function tellStanding(before, now) {
    const texts = { waiting: () => waitText(now).join(" "), active: () => subline(now), ended: () => t("ended"), new: () => "" };
    if (before.state !== now.state || (now.state === "waiting" && before.position !== now.position)) announce(texts[now.state]());
  }

  function drawCard(s, view) {
    const isWaiting = s.state === "waiting" && kept.hasChat && view === "talk";
    const lines = isWaiting ? waitText(s) : view === "talk" && !kept.hasChat && !kept.outbox.length ? [state.config.greeting] : [];
    ui.card.hidden = !lines.length;
    if (drawCard.last !== lines.join("\n")) {
      drawCard.last = lines.join("\n");
      ui.card.replaceChildren(...lines.map((line) => h("p", { dir: "auto" }, line)));
    }
    ui.card.classList.toggle("waiting", isWaiting);
    if (isWaiting) ui.items.after(ui.card); else ui.log.prepend(ui.card);
  }

  function drawItems() {
    const said = [...state.said.values()];
    const known = new Set(said.map((one) => one.key).filter(Boolean));
    const mine = kept.outbox.filter((one) => !known.has(one.key))
      .map((one) => ({ id: "own-" + one.key, by: "visitor", text: one.text, at: one.at, files: one.files, key: one.key, failed: one.failed, isEcho: true, isSent: Boolean(one.id) }));
    said.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
    const all = [...said, ...mine];
    const nodes = [];
    let lastDay = "", lastBy = "";
    for (const one of all) {
      const d = day(one.at);
      if (d !== lastDay) { nodes.push(marked("day-" + d, d, () => h("li", { class: "day" }, h("span", {}, d)))); lastDay = d; lastBy = ""; }
      const by = one.by + (one.name || "");
      const id = one.by === "visitor" ? "v-" + (one.key || one.id) : one.id;
      const look = JSON.stringify([one.text, one.files.length, by === lastBy, one.isEcho, one.isSent, one.failed]);
      nodes.push(marked(id, look, () => bubble(one, by === lastBy)));
      lastBy = by;
    }
    const now = [...ui.items.children];
    if (now.length !== nodes.length || nodes.some((node, at) => node !== now[at])) ui.items.replaceChildren(...nodes);
  }

  /** Return the node of an item, the same one as long as it looks the same: focus and selection stay. */
  function marked(id, look, make) {
    const before = drawn.get(id);
    if (before && before.look === look) return before.node;
    const node = make();
    drawn.set(id, { look, node });
    return node;
  }

  function bubble(one, isSame) {
    const isOwn = one.by === "visitor";
    const who = isOwn ? t("you") : one.name || t("team");
    const foot = one.failed ? h("span", { class: "failed" }, one.failed === "too_large" ? t("too_long", { count: state.config.longest_text }) : t("unsent"), " ",
      h("button", { type: "button", class: "link", onclick: () => again(one.key) }, t("retry"))) :
      h("span", {}, one.isEcho ? t(one.isSent ? "sent" : "sending") : clock(one.at));
    return h("li", { class: "item " + (isOwn ? "own" : "theirs") + (isSame ? " same" : "") + (one.isEcho ? " echo" : "") },
      isOwn || isSame ? h("span", { class: "unseen" }, who + ":") : h("span", { class: "name", dir: "auto" }, who),
      one.text ? h("div", { class: "bubble", dir: "auto" }, worded(one.text)) : null,
      one.files.map((file) => h("button", { type: "button", class: "file", disabled: one.isEcho || false, "aria-label": t("download", { name: file.name }),
        onclick: () => save("/files/" + file.sha256, file.name) }, icon("file"), h("span", { class: "filename", dir: "auto" }, file.name), h("span", { class: "size" }, sized(file.size)))),
      h("span", { class: "foot" }, foot));
  }

  const sized = (bytes) => (bytes < 1024 * 1024 ? Math.max(1, Math.round(bytes / 1024)) + " kB" : (bytes / 1048576).toFixed(1) + " MB");

  function again(id) {
    const one = kept.outbox.find((found) => found.key === id);
    if (one) { delete one.failed; keep(); draw(); pump(); }
  }

  function drawChips() {
    ui.chips.hidden = !state.files.length;
    ui.chips.replaceChildren(...state.files.map((file) => h("li", {}, h("span", { class: "filename", dir: "auto" }, file.name),
      button("close", t("remove", { name: file.name }), () => { state.files = state.files.filter((one) => one !== file); draw(); ui.text.focus(); }))));
  }

  function drawForm(isClosed, opensAt) {
    const c = state.config;
    const fields = c.fields.filter((field) => !(field.name === "name" && kept.name));
    if (isClosed && !fields.some((one) => one.name === "email")) fields.push({ name: "email", kind: "email", label: t("field_email"), is_required: true, choices: [] });
    const inputs = [];
    const field = (id, label, isRequired, input) => {
      const error = h("span", { class: "error", id: id + "-error", hidden: true });
      input.id = id; input.setAttribute("aria-describedby", id + "-error");
      if (isRequired) input.setAttribute("aria-required", "true");
      inputs.push({ input, error, isRequired, id });
      return h("div", { class: "field" }, h("label", { for: id, dir: "auto" }, label, isRequired ? null : h("small", {}, " (" + t("optional") + ")")), input, error);
    };
    const rows = fields.map((one) => field("f-" + one.name, one.label, one.is_required || (isClosed && one.name === "email"),
      one.kind === "choice" ? h("select", {}, h("option", { value: "" }, t("choose")), one.choices.map(([value, title]) => h("option", { value }, title))) :
        h("input", { type: one.kind === "phone" ? "tel" : one.kind, maxlength: "300", dir: "auto",
          autocomplete: { name: "name", email: "email", phone: "tel" }[one.kind === "text" ? one.name : one.kind] || "on" })));
    const message = h("textarea", { rows: "3", dir: "auto", maxlength: String(c.longest_text) });
    rows.push(field("f-message", t("message"), true, message));
    message.value = kept.draft || "";
    let consent = null;
    if (c.consent) {
      consent = h("input", { type: "checkbox", id: "f-consent" });
      const error = h("span", { class: "error", id: "f-consent-error", hidden: true });
      consent.setAttribute("aria-describedby", "f-consent-error");
      rows.push(h("div", { class: "field consent" }, consent, h("label", { for: "f-consent", dir: "auto" }, c.consent), error));
      inputs.push({ input: consent, error, isRequired: true, id: "f-consent" });
    }
    const check = () => {
      let first = null;
      for (const { input, error, isRequired } of inputs) {
        const value = input.type === "checkbox" ? (input.checked ? "1" : "") : input.value.trim();
        const wrong = isRequired && !value ? t(input.type === "checkbox" ? "consent_needed" : "required") :
          input.type === "email" && value && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? t("bad_email") : "";
        error.textContent = wrong; error.hidden = !wrong;
        if (wrong) { input.setAttribute("aria-invalid", "true"); first = first || input; } else input.removeAttribute("aria-invalid");
      }
      if (first) first.focus();
      return !first;
    };
    ui.form.replaceChildren(h("form", { novalidate: true, onsubmit: (e) => {
      e.preventDefault();
      if (!check()) return;
      const form = {};
      inputs.forEach(({ input, id }) => { if (id !== "f-message" && id !== "f-consent" && input.value.trim()) form[id.slice(2)] = input.value.trim(); });
      say(message.value, form, Boolean(consent && consent.checked));
      ui.text.value = "";
      ui.text.focus();
    } },
    h("p", { class: "lead", dir: "auto" }, isClosed ? t("closed") + " " + (opensAt ? t("opens", { when: opensWhen(opensAt) }) : t("opens_unknown")) : c.greeting), rows,
    h("button", { type: "submit", class: "primary wide" }, t(isClosed ? "leave" : "start")),
    c.privacy_url ? h("p", { class: "small" }, h("a", { href: c.privacy_url, target: "_blank", rel: "noopener noreferrer" }, t("privacy"))) : null));
  }

  function drawAfter(s) {
    ui.after.dataset.answered = String(s.was_answered);
    const parts = [];
    if (state.config.has_rating && s.was_answered) {
      if (kept.isRated) parts.push(h("p", { class: "thanks" }, t("rated")));
      else parts.push(ratingForm());
    }
    if (state.config.has_transcript && s.was_answered) parts.push(transcriptForm());
    parts.push(h("button", { type: "button", class: "plain wide", onclick: anew }, t("again")));
    ui.after.replaceChildren(...parts);
  }

  function ratingForm() {
    const comment = h("textarea", { rows: "2", dir: "auto", maxlength: "2000", "aria-label": t("comment"), placeholder: t("comment"), hidden: true });
    const send = h("button", { type: "submit", class: "primary", hidden: true }, t("rate_send"));
    const stars = [1, 2, 3, 4, 5].map((count) => {
      const input = h("input", { type: "radio", name: "stars", value: String(count), "aria-label": t("stars", { count }),
        onchange: () => { state.rating = count; comment.hidden = send.hidden = false; shine(); toEnd(); } });
      return h("label", { class: "star", title: t("stars", { count }) }, input, icon("star"));
    });
    const shine = () => stars.forEach((star, at) => star.classList.toggle("on", at < state.rating));
    return h("form", { class: "rating", onsubmit: async (e) => {
      e.preventDefault();
      try {
        await call("POST", "/rating", { rating: state.rating, comment: comment.value });
        kept.isRated = true; keep(); state.view = ""; draw(); announce(t("rated"));
      } catch { trouble(t("failed")); }
    } }, h("fieldset", {}, h("legend", {}, t("rate")), h("div", { class: "stars" }, stars)), comment, send);
  }

  function transcriptForm() {
    const to = h("input", { type: "email", autocomplete: "email", "aria-label": t("transcript_to"), placeholder: t("transcript_to") });
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
    const asFile = h("button", { type: "button", class: "link", onclick: () =>
      save("/transcript?language=" + encodeURIComponent(language) + "&zone=" + encodeURIComponent(zone), t("transcript_file")) }, t("transcript_save"));
    const note = h("p", { class: "small", role: "status" }, kept.isMailed ? t("transcript_sent", { to: kept.isMailed }) : "");
    return h("form", { class: "transcript", novalidate: true, onsubmit: async (e) => {
      e.preventDefault();
      if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(to.value.trim())) { note.textContent = t("bad_email"); to.focus(); return; }
      try {
        await call("POST", "/transcript", { to: to.value.trim(), language, zone });
        kept.isMailed = to.value.trim(); keep(); note.textContent = t("transcript_sent", { to: kept.isMailed });
      } catch (error) { note.textContent = t(error.code === "rate_limited" ? "rate_limited" : "failed"); }
    } }, h("h3", {}, t("transcript")), state.config.can_mail ? h("div", { class: "row" }, to, h("button", { type: "submit", class: "plain" }, t("transcript_send"))) : null, note, asFile);
  }

  // --- coming and going -------------------------------------------------------------------------------------------------

  async function begin() {
    try {
      if (!kept.token || !state.isReady) await openSession(false);
      state.isReady = true;
      handOver();
      listen();
      pump();
    } catch (error) {
      if (!(error instanceof Refused && error.status === 401)) setTimeout(begin, 4000);
    }
    draw();
  }

  function open() {
    state.isOpen = true; kept.isOpen = true; keep();
    draw(); begin(); settle();
  }

  /** Show the end of what was said, and let one write at once. */
  function settle() {
    toEnd();
    const first = state.view === "talk" ? ui.text : ui.panel.querySelector(".form input, .form select, .form textarea, .after button");
    setTimeout(() => { grow(); (first || ui.log).focus(); }, 30);
  }

  function close() {
    state.isOpen = false; kept.isOpen = false; keep(); showEmoji(false); draw(); ui.launcher.focus();
    if (!kept.hasChat) stopListening();
  }

  async function end() {
    state.isEnding = false;
    try { await call("POST", "/end", { key: key() }); } catch { trouble(t("failed")); }
    draw();
  }

  async function anew() {
    stopListening();
    try { await openSession(true); } catch { trouble(t("failed")); return; }
    state.view = ""; listen(); draw(); open();
  }

  async function start() {
    for (let wait = 2000; ; wait = Math.min(wait * 2, 60000)) {
      try {
        state.config = await call("GET", "/config?language=" + encodeURIComponent(language), undefined, { isOpen: true });
        break;
      } catch (error) {
        if (error instanceof Refused && error.status < 500 && error.status !== 429) return; // not here: no chat is shown
        await pause(wait);
      }
    }
    state.texts = state.config.texts;
    build(); lookAround(); setInterval(lookAround, 1000); draw();
    addEventListener("pagehide", leave);
    addEventListener("online", () => { hurry(); pump(); });
    addEventListener("offline", () => { state.isOnline = false; draw(); });
    addEventListener("resize", draw);
    if (kept.token && kept.hasChat) begin();
    if (kept.isOpen && !isFull()) open();
  }

  window.DirigentChat = Object.freeze({
    open: () => ui.panel && open(),
    close: () => ui.panel && close(),
    identify: (jwt) => { state.identity = String(jwt || ""); stopListening(); if (ui.panel && (state.isOpen || kept.hasChat)) { state.isReady = false; begin(); } },
    signOut: () => { state.identity = ""; stopListening(); forget(); kept = { outbox: [] }; keep(); state.isReady = false; if (ui.panel) { ui.text.value = ""; state.view = ""; close(); } },
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start); else start();
})();
