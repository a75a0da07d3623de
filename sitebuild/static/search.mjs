// The search page: what is asked in the address or typed, answered as one types.

import { h } from "../../lossfns/web/static/element.mjs";
import { engine, plain, stem } from "./rank.mjs";

const MOST = 20;
// A question is shorter; a link may hold a book.
const LONGEST = 200;
const field = document.querySelector("#search-field");
const list = document.querySelector("#search-results");
const said = document.querySelector("#search-said");
const find = engine(window.courseIndex);

// A text with the words that were asked for set apart, as nodes.
const marked = (text, query) => {
  const asked = new Set((plain(query).match(/[\p{L}\p{N}]+/gu) ?? []).map(stem));
  return text.split(/([\p{L}\p{N}]+)/u).map((part) => {
    if (!asked.has(stem(plain(part)))) return part;
    return h("mark", {}, part);
  });
};

const row = ({ page, title, anchor, heading, text }, query) => {
  const address = document.documentElement.dataset.content_root + page + (anchor && `#${anchor}`);
  return h(
    "li",
    {},
    h("a", { href: address }, ...marked(heading, query)),
    h("span", { class: "search-page" }, anchor ? title : ""),
    h("p", {}, ...marked(text, query)),
  );
};

const answer = () => {
  const query = field.value.trim().slice(0, LONGEST);
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
