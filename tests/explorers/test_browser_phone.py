"""On a phone the control in hand and what it moves are on one screen, large enough to read."""

from tests.explorers.cards import every_explorer, skip_question

PHONE = {"width": 360, "height": 740}
HEADER = 56  # as high as the site's own header
SMALLEST = 11  # CSS pixels of the smallest text
# The site's header, and room above and below the card, as on a page.
PAGE = f""".explorer {{ --ex-top: {HEADER}px; margin-block: 900px; }}
body::before {{ content: ""; position: sticky; top: 0; display: block; height: {HEADER}px;
background: #888; z-index: 10; }}"""
CONTROLS = ".ex-controls :is(input, button)"
# Take a control in hand after coming from above or from below, use it, and look.
TAKE = """async (control, [header, from]) => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const card = control.closest(".ex-card");
  const plots = [...card.querySelectorAll(".ex-stage :is(svg.ex-plot, table)")];
  const looks = () => plots.map((plot) => plot.outerHTML);
  scrollTo({ top: from === "above" ? 0 : document.body.scrollHeight, behavior: "instant" });
  control.focus();
  await frame();
  const before = looks();
  if (control.type === "range") {
    control.value = control.value === control.max ? control.min : control.max;
    control.dispatchEvent(new Event("input"));
  } else if (control.type === "number") {
    control.value = control.value === "1" ? "2" : "1";
    control.dispatchEvent(new Event("input"));
  } else control.click();
  await frame();
  const moved = plots.filter((plot, i) => plot.outerHTML !== before[i]);
  const hidden = (one) => {
    const box = one.getBoundingClientRect();
    return box.top < header - 1 || box.bottom > innerHeight + 1 || box.right > innerWidth + 1;
  };
  const box = control.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    moved: moved.length,
    hidden: moved.filter(hidden).map((plot) => plot.outerHTML.slice(0, 60)),
    covered: top !== control || hidden(control.closest(".ex-number, label, button")),
  };
}"""
# The places of those that are there to be used, choices last.
IN_TURN = """(all) => [...all.keys()].filter((k) => all[k].checkVisibility())
  .sort((a, b) => (all[a].type === "radio") - (all[b].type === "radio") || a - b)"""
CALLED = "(one) => one.ariaLabel ?? one.closest('label, button').innerText"
SMALL_TEXTS = """(card) => [...card.querySelectorAll(".ex-body *")].filter((one) => {
  const words = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  if (!words || !one.checkVisibility()) return false;
  const scale = one instanceof SVGElement ? one.getScreenCTM().a : 1;
  return parseFloat(getComputedStyle(one).fontSize) * scale < %s;
}).map((one) => one.outerHTML.slice(0, 120))"""


def open_on_a_phone(opened, name):
    page = opened(f"{name}.html", viewport=PHONE, reduced_motion="reduce")
    page.add_style_tag(content=PAGE)
    return skip_question(page, name)


@every_explorer
def test_the_control_in_hand_and_what_it_moves_share_the_screen(opened, name):
    card = open_on_a_phone(opened, name)
    controls, used, moving = card.locator(CONTROLS), set(), 0
    # A choice may take controls away and bring others, so numbers come before choices.
    while left := [k for k in controls.evaluate_all(IN_TURN) if k not in used]:
        k = left[0]
        used.add(k)
        control = controls.nth(k)
        seen = control.evaluate(TAKE, [HEADER, ("above", "below")[k % 2]])
        called = control.evaluate(CALLED)
        assert seen["hidden"] == [], called
        assert not seen["covered"], called
        moving += seen["moved"] > 0
    assert len(used) == controls.count()
    assert moving > len(used) / 3


@every_explorer
def test_every_word_is_large_enough(opened, name):
    card = open_on_a_phone(opened, name)
    assert card.evaluate(SMALL_TEXTS % SMALLEST) == []


@every_explorer
def test_a_low_screen_is_not_filled_by_the_plot(opened, name):
    """A phone on its side shows what the reader scrolls to, and nothing stays in the way."""
    page = opened(f"{name}.html", viewport={"width": 520, "height": 360})
    card = skip_question(page, name)
    stage = card.locator(".ex-stage")
    assert stage.evaluate("(stage) => getComputedStyle(stage).position") == "static"
