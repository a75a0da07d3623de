"""Time from a slider's input to the redrawn explorer, style and layout included.

In Chromium with its processor slowed four times, as on a modest phone. The aim is one frame: 16 ms.
"""

import sys
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from lossfns.explorers import EXPLORERS, site_script, stylesheet  # noqa: E402
from tests.browser import FLAGS, find_chromium  # noqa: E402

SLOWDOWN, ROUNDS = 4, 40
MEASURE = """(rounds) => {
  const inputs = [...document.querySelectorAll("input[type=range], .ex-choice input")];
  const shown = inputs.filter((input) => input.checkVisibility());
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const input = shown[round % shown.length];
    const share = ((round * 7) % 11) / 11;
    const start = performance.now();
    if (input.type === "radio") input.click();
    else {
      input.value = Number(input.min) + share * (input.max - input.min);
      input.dispatchEvent(new Event("input"));
    }
    document.body.getBoundingClientRect();
    times.push(performance.now() - start);
  }
  return times;
}"""


def times_of(browser, explorer):
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.set_content(explorer(revealed=True)._html())
    page.add_style_tag(content=stylesheet())
    page.add_script_tag(content=site_script())
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.evaluate(MEASURE, ROUNDS)
    times = page.evaluate(MEASURE, ROUNDS)
    page.close()
    return times


def main():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        print(f"input to redraw, {SLOWDOWN}× slower processor: median, 95 % (ms)")
        for explorer in EXPLORERS:
            times = times_of(browser, explorer)
            print(
                f"  {explorer.component:10} {median(times):6.1f} {quantiles(times, n=20)[-1]:6.1f}"
            )
        browser.close()


if __name__ == "__main__":
    main()
