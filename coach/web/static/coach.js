// coach: what the pages gain from a script. Without it every form still works; see docs/screens.
// Markup always comes rendered from the server; this file never builds it from data.

const words = document.body.dataset;
const $ = (selector, within = document) => within.querySelector(selector);
const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
const talk = $("#talk");
const wide = matchMedia("(min-width: 60rem)");

// Safe HTML ---------------------------------------------------------------------------------------------------------

const policy = window.trustedTypes?.createPolicy("coach", { createHTML: (html) => html });
const refused = "script, style, link, meta, base, iframe, object, embed";

/** The elements of a fragment that our server rendered, with anything that could run taken out. */
function parsed(html) {
  const holder = document.createElement("div");
  if (holder.setHTML && window.Sanitizer) {
    // the sanitizer goes in an options object: given alone, the default one is used in silence and drops classes
    const sanitizer = new Sanitizer({ removeElements: ["style", "link", "meta", "base"], removeAttributes: ["style"] });
    holder.setHTML(html, { sanitizer });
    return holder;
  }
  const foreign = new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html").body;
  for (const element of $$(refused, foreign)) element.remove();
  for (const element of $$("*", foreign)) {
    for (const { name, value } of [...element.attributes]) {
      if (/^on|^style$/i.test(name) || /^\s*javascript:/i.test(value)) element.removeAttribute(name);
    }
  }
  holder.append(...document.adoptNode(foreign).childNodes);
  return holder;
}

// Parts of the page -------------------------------------------------------------------------------------------------

/** Put each part of a fragment in the place of the one with its id; what is open or being typed stays so. */
function swap(html) {
  for (const part of [...parsed(html).children]) {
    if (part.matches("[data-toast]")) toast(part.textContent);
    const old = part.id && document.getElementById(part.id);
    if (!old) continue;
    const keys = new Set($$("details[open][data-keep]", old).map((each) => each.dataset.keep));
    for (const each of $$("details[data-keep]", part)) each.open ||= keys.has(each.dataset.keep);
    if (old.open) part.open = true;
    const active = old.contains(document.activeElement) ? document.activeElement : null;
    old.replaceWith(part);
    if (active) refocus(active, part);
  }
  settle();
}

function refocus(active, part) {
  const same = active.id ? document.getElementById(active.id) : null;
  const twin = same ?? $$(`[name="${CSS.escape(active.name ?? "")}"]`, part).find((each) => each.value === active.value);
  if (same && "defaultValue" in active && active.value !== active.defaultValue && active.tagName !== "SELECT") {
    same.value = active.value;
  }
  (twin ?? part).focus({ preventScroll: true });
  if (same && active.selectionStart != null) same.setSelectionRange?.(active.selectionStart, active.selectionEnd);
}

/** What follows from the parts on the page: one version everywhere, panels open where there is room, answers awaited. */
function settle() {
  const version = $("#thread")?.dataset.version;
  if (version) for (const input of $$("input[name=version]", talk)) input.value = version;
  for (const each of $$("[data-wide-open]")) if (wide.matches) each.open = true;
  for (const each of $$("[data-stream]")) listen(each);
}

let unsaid;
/** Say something to those who do not see it; the pause lets the same words be said twice. */
function announce(text) {
  clearTimeout(unsaid);
  $("#status").textContent = "";
  unsaid = setTimeout(() => ($("#status").textContent = text), 60);
}

function toast(text) {
  const note = document.createElement("div");
  note.textContent = text;
  $("#toasts").replaceChildren(note);
  setTimeout(() => note.remove(), 4000);
  announce(text);
}

function show(element, block = "nearest") {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element?.scrollIntoView({ block, behavior: calm ? "instant" : "smooth" });
}

// Drafts that are not sent yet --------------------------------------------------------------------------------------

const kept = {
  read: (key) => { try { return localStorage.getItem(`coach:${key}`); } catch { return null; } },
  write: (key, text) => { try { text ? localStorage.setItem(`coach:${key}`, text) : localStorage.removeItem(`coach:${key}`); } catch { /* storage is off: the text stays on the page */ } },
};

let saving;
function save(field) {
  const key = field.form?.dataset.draft;
  if (!key || field.name !== "text") return;
  clearTimeout(saving);
  saving = setTimeout(() => {
    kept.write(key, field.value);
    const hint = $("[data-saved]", field.form);
    if (hint) hint.textContent = field.value ? words.tSaved : "";
  }, 250);
}

for (const form of $$("form[data-draft]")) {
  const field = form.elements.text;
  const text = kept.read(form.dataset.draft);
  if (!field.value && text) {
    field.value = text;
    const hint = $("[data-saved]", form);
    if (hint) hint.textContent = words.tRestored;
  }
}

// Sending -----------------------------------------------------------------------------------------------------------

let busy = false;
let waiting = null; // what to do again when the network is back

async function post(url, data) {
  const ask = () => fetch(url, { method: "POST", body: data, headers: { "X-Coach": "fragment" } });
  let answer = await ask();
  const token = answer.headers.get("Coach-Token");
  if (answer.status === 403 && token) {
    // the page was left open overnight: same person, new token
    for (const input of $$("input[name=token]")) input.value = token;
    words.token = token;
    data.set("token", token);
    answer = await ask();
  }
  return answer;
}

/** Send a form and show what comes back. Whatever happens, what was typed is on the page or in the conversation. */
async function send(form, button, again) {
  if (busy) return;
  const field = form.elements.text;
  const data = again ?? new URLSearchParams(new FormData(form, button));
  if (!again) data.set("once", crypto.randomUUID?.() ?? String(Math.random()).slice(2)); // a retry is the same act
  const text = data.get("text") ?? "";
  if (field && !text.trim() && !button?.name?.match(/^(skip|undo|unsure|example)$/)) return field.focus();
  if (field && button?.name === "example") field.value = button.value;
  clearTrouble();
  clearTimeout(saving);
  busy = true;
  form.setAttribute("aria-busy", "true");
  const bubble = form.dataset.optimistic === "thread" && (!button || button.name === "send") ? optimistic(text) : null;
  if (bubble) field.value = "";
  try {
    const answer = await post(form.getAttribute("action"), data);
    const html = await answer.text();
    if (!answer.ok) {
      bubble?.remove();
      if (bubble && !field.value) field.value = text;
      if (field) kept.write(form.dataset.draft, field.value);
      return trouble(form, html);
    }
    if (form.dataset.draft) kept.write(form.dataset.draft, field?.value && talk ? field.value : "");
    const hint = $("[data-saved]", form);
    if (hint) hint.textContent = "";
    hush();
    swap(html);
    shown(form);
  } catch {
    bubble?.remove();
    if (bubble && !field.value) field.value = text;
    if (field) kept.write(form.dataset.draft, field.value);
    lost(form, () => send(form, button, data));
  } finally {
    busy = false;
    form.removeAttribute("aria-busy");
  }
}

function shown(form) {
  const said = $("[data-announce]");
  if (form.id === "ambition") {
    if (said) announce(said.dataset.announce);
    show($("#result"), "start");
  } else if (form.matches("[data-recheck]")) {
    const note = $("#goal [role=status]");
    if (note) announce(note.textContent);
  } else {
    onward();
  }
}

/** Bring what comes next into view: the first wording when there are some, else the question. */
function onward() {
  if ($("#drafts .draft")) show($(".draft.chosen") ?? $("#drafts .draft"), "start");
  else show($("#reply"), "end");
}

function optimistic(text) {
  const line = document.createElement("li");
  const who = document.createElement("span");
  const said = document.createElement("div");
  line.className = "msg manager pending";
  who.className = "who";
  who.textContent = `${words.tYou} · ${words.tSending}`;
  said.className = "bubble marked";
  said.textContent = text;
  line.append(who, said);
  $("#thread").append(line);
  show(line, "end");
  return line;
}

// Trouble -----------------------------------------------------------------------------------------------------------

function clearTrouble() {
  waiting = null;
  $("#trouble")?.remove();
}

/** Show a problem beside the form it concerns. ``html``: as the server words it. */
function trouble(form, html) {
  clearTrouble();
  const box = $("#trouble", parsed(html)) ?? note(words.tFailed);
  form.before(box);
  show(box);
  return box;
}

function note(text) {
  const box = document.createElement("div");
  const inner = document.createElement("div");
  const line = document.createElement("p");
  box.id = "trouble";
  box.className = "alert";
  box.setAttribute("role", "alert");
  line.textContent = text;
  inner.append(line);
  box.append(inner);
  return box;
}

function lost(form, again) {
  clearTrouble();
  const box = note(navigator.onLine ? words.tFailed : words.tOffline);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn small";
  button.textContent = words.tRetry;
  button.addEventListener("click", again);
  $("div", box).append(button);
  form.before(box);
  waiting = again;
}

addEventListener("online", () => {
  if (waiting) waiting();
  else toast(words.tBack);
});
addEventListener("offline", () => toast(words.tOffline));

// Answers as they are written ---------------------------------------------------------------------------------------

const streams = new Set(); // of the present turn: the coach's line, and the drafts a model words

function listen(line) {
  const url = line.dataset.stream;
  delete line.dataset.stream;
  const source = new EventSource(url);
  const blocks = $(".blocks", line);
  const live = $(".live", line);
  const text = document.createTextNode("");
  live.append(text);
  let log = null; // a process that restarted writes a new log: what it says replaces what was shown
  const on = (name, act) => source.addEventListener(name, (event) => {
    if (!(event instanceof MessageEvent)) return;
    const [current] = event.lastEventId.split(":");
    if (log && log !== current) {
      blocks.replaceChildren();
      text.data = "";
    }
    log = current;
    act(JSON.parse(event.data));
  });
  const stream = { source, url };
  streams.add(stream);
  $$("[data-stop]").forEach((button) => (button.hidden = false));
  announce(words.tWriting);
  on("delta", (data) => {
    live.classList.remove("waiting");
    text.appendData(data);
  });
  on("reset", (data) => (text.data = data));
  on("block", (data) => {
    blocks.append(...parsed(data).childNodes);
    text.data = "";
  });
  on("card", swap);
  on("chips", swap);
  on("mark", (how) => blocks.append(mark(how)));
  on("done", () => {
    source.close();
    streams.delete(stream);
    finished(line);
  });
  source.onerror = (event) => {
    if (event instanceof MessageEvent || source.readyState !== EventSource.CLOSED) return; // it comes back by itself
    streams.delete(stream);
    refresh(true);
  };
}

/** Where an answer breaks off. */
function mark(how) {
  const line = document.createElement("p");
  line.className = "stopped";
  line.textContent = { stopped: words.tInterrupted, absent: words.tAbsent }[how] ?? words.tCut;
  return line;
}

function finished(line) {
  $(".live", line)?.remove();
  line.removeAttribute("aria-busy");
  $$("[data-stop]").forEach((button) => (button.hidden = streams.size === 0));
  announce($(".blocks", line).textContent);
  onward();
}

async function stop() {
  const token = () => new URLSearchParams({ token: words.token });
  await Promise.all([...streams].map((each) => post(`${each.url}/stop`, token()).catch(() => {})));
}

/** The person has gone on: what was still being said concerns an earlier turn. */
function hush() {
  for (const each of streams) each.source.close();
  streams.clear();
  $$("[data-stop]").forEach((button) => (button.hidden = true));
}

/** The conversation as the store has it, when another tab or a restart has changed it. */
async function refresh(always = false) {
  if (!talk || busy || (streams.size && !always)) return;
  const seen = always ? "" : $("#thread").dataset.version;
  const answer = await fetch(`${talk.dataset.here}?seen=${seen}`, { headers: { "X-Coach": "fragment" } }).catch(() => null);
  if (answer?.status === 200) swap(await answer.text());
}

// A reading of a CRM that is under way: its part of the page is asked for again until it says that it is over.
async function follow() {
  const live = $("[data-again]");
  if (!live) return;
  await new Promise((later) => setTimeout(later, document.hidden ? 5000 : 800));
  const answer = await fetch(live.dataset.again, { headers: { "X-Coach": "fragment" } }).catch(() => null);
  if (answer?.ok) swap(await answer.text());
  if (live.dataset.again && !$("[data-again]")) announce($("#reading-state")?.textContent ?? "");
  follow();
}
follow();

// What a person does ------------------------------------------------------------------------------------------------

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-ajax]")) return;
  event.preventDefault();
  send(event.target, event.submitter);
});

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-recheck]")) send(form);
});

// A form that answers as it is moved: its sliders drive the numbers beside them, which are what is sent.
let asking = 0;
function twin(field) {
  const other = field.dataset.twin ? document.getElementById(field.dataset.twin) : $(`[data-twin="${field.id}"]`, field.form);
  if (other) other.value = field.value;
}
async function answer(form) {
  const turn = ++asking;
  await new Promise((later) => setTimeout(later, 120));
  if (turn !== asking) return;
  const url = `${form.getAttribute("action")}?${new URLSearchParams(new FormData(form))}`;
  const reply = await fetch(url, { headers: { "X-Coach": "fragment" } }).catch(() => null);
  if (reply?.ok && turn === asking) swap(await reply.text());
}

document.addEventListener("input", (event) => {
  if (event.target.form?.matches("[data-live]")) {
    twin(event.target);
    answer(event.target.form);
  }
  if (event.target.matches("textarea")) save(event.target);
  if (event.target.matches("[data-finder] input")) find(event.target.value);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches("textarea[data-enter]")) {
    event.preventDefault();
    event.target.form.requestSubmit(event.target.form.elements.send);
  } else if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
    event.preventDefault();
    open("finder");
  } else if (event.key === "Escape" && streams.size && !$("dialog[open]")) {
    stop();
  }
});

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-fill], [data-copy], [data-print], [data-open], [data-stop], summary");
  if (!target || event.defaultPrevented) return;
  if (target.matches("[data-fill]")) {
    event.preventDefault();
    fill(target.value);
  } else if (target.matches("[data-copy]")) copy(target.dataset.copy, target.dataset.done);
  else if (target.matches("[data-print]")) print();
  else if (target.matches("[data-stop]")) stop();
  else if (target.matches("[data-open]") && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    open(target.dataset.open);
  } else if (target.parentElement?.matches("[data-wide-open]") && wide.matches) event.preventDefault();
});

function fill(text) {
  const field = $("#message");
  field.value = text;
  save(field);
  field.focus();
  field.setSelectionRange(text.length, text.length);
}

async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const field = document.createElement("textarea"); // pages served without https have no clipboard
    field.value = text;
    document.body.append(field);
    field.select();
    document.execCommand("copy");
    field.remove();
  }
  toast(done);
}

function open(id) {
  const dialog = document.getElementById(id);
  if (!dialog.open) dialog.showModal();
  if (id === "finder") {
    const field = $("input", dialog);
    field.focus();
    field.select();
    find(field.value);
  }
}

let finding;
function find(text) {
  clearTimeout(finding);
  finding = setTimeout(async () => {
    const answer = await fetch(`/history?q=${encodeURIComponent(text)}`, { headers: { "X-Coach": "fragment" } }).catch(() => null);
    if (answer?.ok) swap(await answer.text());
  }, 150);
}

wide.addEventListener("change", settle);
if (talk && !location.hash) onward();
addEventListener("pageshow", (event) => event.persisted && refresh());
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refresh());
settle();
performance.mark("coach-ready");
