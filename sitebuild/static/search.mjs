// The search page: what is asked in the address or typed, answered as one types.

import { engine, plain, stem } from "./rank.mjs";

const MOST = 20;
const field = document.querySelector("#search-field");
const list = document.querySelector("#search-results");
const said = document.querySelector("#search-said");
const find = engine(window.courseIndex);

// A text with the words that were asked for set apart, as nodes.
const marked = (text, query) => {
  const asked = new Set((plain(query).match(/[\p{L}\p{N}]+/gu) ?? []).map(stem));
  return text.split(/([\p{L}\p{N}]+)/u).map((part) => {
    if (!asked.has(stem(plain(part)))) return part;
    const mark = document.createElement("mark");
    mark.textContent = part;
    return mark;
  });
};

const row = ({ page, title, anchor, heading, text }, query) => {
  const link = document.createElement("a");
  link.href = document.documentElement.dataset.content_root + page + (anchor && `#${anchor}`);
  link.append(...marked(heading, query));
  const where = document.createElement("span");
  where.className = "search-page";
  where.textContent = anchor ? title : "";
  const excerpt = document.createElement("p");
  excerpt.append(...marked(text, query));
  const item = document.createElement("li");
  item.append(link, where, excerpt);
  return item;
};

const answer = () => {
  const query = field.value.trim();
  const found = query ? find(query) : [];
  list.replaceChildren(...found.slice(0, MOST).map((one) => row(one, query)));
  const many =
    found.length === 1
      ? "One page"
      : found.length > MOST
        ? `${MOST} of ${found.length} pages`
        : `${found.length} pages`;
  said.textContent = query
    ? found.length
      ? `${many}, the best first.`
      : "Nothing found. Try another word for it, or look into the glossary."
    : "";
  const address = new URL(location.href);
  if (query) address.searchParams.set("q", query);
  else address.searchParams.delete("q");
  history.replaceState(null, "", address);
};

field.value = new URLSearchParams(location.search).get("q") ?? "";
field.addEventListener("input", answer);
field.form.addEventListener("submit", (event) => {
  event.preventDefault();
  list.querySelector("a")?.focus();
});
answer();
if (!field.value) field.focus();

export { row };
