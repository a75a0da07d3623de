"""Explorers come to life, ask first, and leave nothing behind."""

import re

from tests.browser import watched_page
from tests.explorers.cards import BY_NAME, NAMES, every_explorer, skip_question


def test_every_explorer_comes_to_life_over_http(opened):
    page = opened("index.html")
    assert page.locator("[data-live]").count() == len(NAMES)
    assert page.locator("[data-live] img").count() == 0


def test_every_explorer_comes_to_life_from_a_disk(chromium, folder):
    with watched_page(chromium, "file:") as page:
        page.goto((folder / "index.html").as_uri())
        assert page.locator("[data-live]").count() == len(NAMES)
        card = skip_question(page, "loss")
        card.get_by_role("button", name="z = −5").click()
        assert page.messages == []
        assert page.elsewhere == []


def test_without_scripts_the_questions_figures_and_tables_remain(opened):
    page = opened("index.html", java_script_enabled=False)
    assert page.locator("[data-live]").count() == 0
    for name in NAMES:
        host = page.locator(f'[data-explorer="{name}"]')
        assert host.get_by_text("Predict first.").is_visible()
        host.locator("summary").click()
        assert host.locator("img").is_visible()
        assert host.locator("table").is_visible()


def test_a_failure_keeps_the_fallback_and_spares_the_others(chromium, folder, address):
    text = (folder / "index.html").read_text(encoding="utf-8")
    broken = re.sub(r'(data-explorer="race" data-state=")[^"]*', r"\1{", text)
    (folder / "broken.html").write_text(broken, encoding="utf-8")
    with watched_page(chromium, address) as page:
        page.goto(address + "broken.html")
        assert page.locator("[data-live]").count() == len(NAMES) - 1
        assert page.locator('[data-explorer="race"]').get_by_text("Predict first.").is_visible()
        assert len(page.messages) == 1
        assert "race could not start" in page.messages[0]


@every_explorer
def test_the_question_comes_first_and_the_answer_says_why(opened, name):
    page = opened(f"{name}.html")
    card = page.locator(".ex-card")
    body = card.locator(".ex-body")
    check = card.get_by_role("button", name="Check my prediction")
    assert not body.is_visible()
    check.click()
    assert "Choose one first" in card.locator(".ex-question [role=status]").inner_text()
    assert not body.is_visible()

    def predict(choice):
        page.reload()
        card.locator(".ex-question input[type=radio]").nth(choice).focus()
        page.keyboard.press("Space")
        check.click()
        assert body.is_visible()
        assert not check.is_visible()
        assert page.evaluate("document.activeElement.className") == "ex-answer"
        assert len(card.locator(".ex-answer p").last.inner_text()) > 80
        return card.locator(".ex-verdict").inner_text()

    # The first option is wrong or right; then the other verdict is found at the right option.
    options = card.locator(".ex-question label").all_inner_texts()
    answer = re.search(r"(?:answer: |Right: “)(.*?)”?\.$", predict(0))[1]
    right = options.index(answer)
    assert predict(right) == f"✓ Right: “{answer}”."
    wrong = (right + 1) % len(options)
    assert predict(wrong) == f"✗ You said “{options[wrong]}”. The answer: {answer}."

    # A stored notebook asks the same.
    asked = card.locator(".ex-asked").text_content()
    assert (asked, options, right) == BY_NAME[name]()._question()


@every_explorer
def test_a_removed_explorer_leaves_no_listener(chromium, address, name):
    with watched_page(chromium, address) as page:
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")

        def listeners():
            for _ in range(3):
                session.send("HeapProfiler.collectGarbage")
            metrics = session.send("Performance.getMetrics")["metrics"]
            return next(one["value"] for one in metrics if one["name"] == "JSEventListeners")

        page.goto(address + f"{name}.html")
        alive = listeners()
        page.evaluate("document.querySelector('[data-explorer]').remove()")
        page.wait_for_timeout(600)
        assert alive > 10
        assert listeners() == 0


ABORTED = """async ([name, state]) => {
  const { default: widget } = await import(`./widget-${name}.mjs`);
  let observing = 0;
  const Observer = window.ResizeObserver;
  window.ResizeObserver = class extends Observer {
    observe(element) { observing += 1; super.observe(element); }
    disconnect() { observing -= 1; super.disconnect(); }
  };
  const heard = [];
  const model = {
    get: (trait) => state[trait], set() {}, save_changes() {},
    on: (event, callback) => heard.push([event, callback]),
    off: (event, callback) => heard.splice(heard.findIndex((one) => one[1] === callback), 1),
  };
  const count = () => ({ heard: heard.length, observing });
  const controller = new AbortController();
  const el = document.createElement("div");
  widget.render({ model, el, signal: controller.signal });
  const alive = count();
  controller.abort();
  await new Promise((resolve) => setTimeout(resolve, 100));
  return { alive, left: count(), said: el.querySelector(".ex-summary").textContent };
}"""


@every_explorer
def test_a_notebook_s_view_takes_all_it_added_with_it(opened, folder, name):
    """What listens to the model, watches sizes or waits to speak ends when the view is removed."""
    (folder / f"widget-{name}.mjs").write_text(BY_NAME[name]._esm, encoding="utf-8")
    page = opened(f"{name}.html")
    result = page.evaluate(ABORTED, [name, BY_NAME[name]()._payload()])
    assert result["alive"]["heard"] == 1
    plots = page.locator(".ex-plot:not(.ex-simplex)").count()
    assert result["alive"]["observing"] == plots + 1  # and the card, which has to fit a phone
    assert result["left"] == {"heard": 0, "observing": 0}
    assert result["said"] == ""
