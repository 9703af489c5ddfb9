// Search, filters, colours. Every page reads in full without this file.
"use strict";
(() => {
  const up = document.currentScript.dataset.up;
  const root = document.documentElement;

  // colours
  const themes = [["", "自动"], ["light", "浅色"], ["dark", "深色"]];
  const button = document.querySelector(".theme");
  const showTheme = () => {
    const current = themes.find(([name]) => name === (root.dataset.theme || ""));
    button.textContent = `配色：${current[1]}`;
  };
  button.hidden = false;
  showTheme();
  button.addEventListener("click", () => {
    const place = themes.findIndex(([name]) => name === (root.dataset.theme || ""));
    const next = themes[(place + 1) % themes.length][0];
    if (next) root.dataset.theme = next; else delete root.dataset.theme;
    try { localStorage.setItem("theme", next); } catch (refused) { /* then for this page only */ }
    showTheme();
  });

  // search: the index is a script, since pages opened from a folder may not fetch
  const form = document.querySelector(".search");
  const input = document.getElementById("query");
  const list = document.getElementById("found");
  const count = document.getElementById("found-count");
  let index = null, asked = false, chosen = -1;
  form.hidden = false;

  const load = () => {
    if (asked) return;
    asked = true;
    const script = document.createElement("script");
    script.src = `${up}assets/index.js`;
    script.onload = () => {
      index = window.POLICY_INDEX.map((row) => ({
        kind: row[0], title: row[1], url: row[2], text: row[3],
        low: row[1].toLowerCase(), all: `${row[1]}\n${row[3]}`.toLowerCase(),
      }));
      search();
    };
    document.head.append(script);
  };

  const pairs = (word) => Array.from({ length: Math.max(word.length - 1, 1) }, (_, at) => word.slice(at, at + 2));
  const weigh = (entry, words) => {
    let weight = 0;
    for (const word of words) {
      if (entry.low === word) weight += 100;
      else if (entry.low.startsWith(word)) weight += 60;
      else if (entry.low.includes(word)) weight += 40;
      else if (entry.all.includes(word)) weight += 15;
      else return 0;
    }
    return weight + 10 / (1 + entry.title.length);
  };
  // Nothing has all the words: rank by how many neighbouring pairs of characters are shared.
  const resemble = (entry, grams) => {
    const shared = grams.filter((gram) => entry.all.includes(gram)).length / grams.length;
    return shared >= 0.6 ? shared : 0;
  };
  const best = (weight) => index.map((entry) => [weight(entry), entry]).filter(([value]) => value > 0)
    .sort((one, other) => other[0] - one[0]).map(([, entry]) => entry);

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const search = () => {
    const words = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    if (!index || !words.length) { close(); count.textContent = ""; return; }
    let hits = best((entry) => weigh(entry, words));
    if (!hits.length) {
      const grams = [...new Set(words.flatMap(pairs))];
      hits = best((entry) => resemble(entry, grams));
    }
    show(hits, words);
  };
  const around = (text, word) => {
    const at = text.toLowerCase().indexOf(word);
    const from = Math.max(0, at - 18);
    return (from ? "…" : "") + text.slice(from, from + 64) + (from + 64 < text.length ? "…" : "");
  };
  const show = (hits, words) => {
    chosen = -1;
    input.removeAttribute("aria-activedescendant");
    list.replaceChildren(...hits.slice(0, 40).map((entry, number) => {
      const line = document.createElement("a");
      line.href = up + entry.url;
      line.id = `hit-${number}`;
      line.setAttribute("role", "option");
      line.tabIndex = -1;
      line.setAttribute("aria-selected", "false");
      for (const [name, text] of [["kind", entry.kind], ["name", entry.title], ["sub", around(entry.text, words[0])]]) {
        const part = document.createElement("span");
        part.className = name;
        part.textContent = text;
        line.append(part);
      }
      return line;
    }));
    count.textContent = hits.length ? `找到 ${hits.length} 项` : "没有找到";
    if (!hits.length) {
      const none = document.createElement("div");
      none.setAttribute("role", "option");
      none.setAttribute("aria-selected", "false");
      none.setAttribute("aria-disabled", "true");
      none.style.padding = ".6rem .8rem";
      none.textContent = "没有找到";
      list.append(none);
    }
    list.hidden = false;
    list.scrollTop = 0;
    input.setAttribute("aria-expanded", "true");
  };
  const move = (step) => {
    const options = [...list.querySelectorAll("a")];
    if (list.hidden || !options.length) return;
    if (chosen >= 0) options[chosen].setAttribute("aria-selected", "false");
    chosen = chosen < 0 && step < 0 ? options.length - 1 : (chosen + step + options.length) % options.length;
    options[chosen].setAttribute("aria-selected", "true");
    options[chosen].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", options[chosen].id);
  };
  input.addEventListener("focus", load);
  input.addEventListener("input", () => { load(); search(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { move(1); event.preventDefault(); }
    else if (event.key === "ArrowUp") { move(-1); event.preventDefault(); }
    else if (event.key === "Escape") { if (list.hidden) input.blur(); close(); event.preventDefault(); }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const options = list.querySelectorAll("a");
    const target = options[Math.max(chosen, 0)];
    if (!list.hidden && target) { close(); location.href = target.href; }
  });
  document.addEventListener("click", (event) => { if (!form.contains(event.target)) close(); });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      input.focus();
    }
  });

  // filters
  for (const filters of document.querySelectorAll(".filters")) {
    filters.hidden = false;
    const rows = [...document.querySelectorAll(`#${filters.dataset.table} tbody tr`)];
    const told = filters.querySelector("output");
    const apply = () => {
      const wanted = [...filters.querySelectorAll("[data-column]")].map((one) => [one.dataset.column, one.value.trim().toLowerCase()]);
      let left = 0;
      for (const row of rows) {
        const fits = wanted.every(([column, value]) => !value || (column === "text"
          ? row.dataset.text.toLowerCase().includes(value)
          : row.dataset[column].toLowerCase().split(" ").includes(value)));
        row.hidden = !fits;
        left += fits;
      }
      told.textContent = `${left} 条，共 ${rows.length} 条`;
    };
    filters.addEventListener("input", apply);
    filters.addEventListener("submit", (event) => event.preventDefault());
    apply();
  }

  // a link into something folded unfolds it
  const unfold = () => {
    let name = "";
    try { name = decodeURIComponent(location.hash.slice(1)); } catch (broken) { return; }
    const target = name && document.getElementById(name);
    if (!target) return;
    for (let one = target.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", unfold);
  unfold();
})();
