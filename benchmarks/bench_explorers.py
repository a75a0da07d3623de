"""Time from an input to the redrawn explorer, for every control: script, style and layout.

In Chromium, for a processor four times slower, as in a modest phone. The aim is one frame: 16 ms at
the 95th percentile. What counts is four times the processor time of the page's own thread, so other
programs blur it less than they would a clock on the wall.
"""

import argparse
import sys
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from lossfns.explorers import EXPLORERS, site_script, stylesheet  # noqa: E402
from sitebuild.browser import FLAGS, find_chromium  # noqa: E402

SLOWDOWN, ROUNDS, AIM = 4, 24, 16
PARTS = ("Script", "RecalcStyle", "Layout")
# Every control that shows, as what one input to it does; a button is pressed, a radio chosen.
CONTROLS = """() => {
  const shown = [...document.querySelectorAll(".ex-body input, .ex-controls button")]
    .filter((one) => one.checkVisibility() && !one.matches(".ex-link"));
  const groups = Object.values(Object.groupBy(shown, (one) =>
    one.type === "radio" ? one.name : one.type === "button" && !one.closest(".ex-box")
      ? `presets ${one.parentElement.ariaLabel}` : `${shown.indexOf(one)}`));
  window.controls = groups;
  return groups.map(([one]) =>
    one.closest("fieldset")?.querySelector("legend").textContent
      ?? `${one.ariaLabel ?? one.parentElement.ariaLabel} (${one.type})`);
}"""
INPUT = """async ([control, round]) => {
  const group = window.controls[control];
  const one = group[round % group.length];
  if (one.matches("button, [type=radio]")) one.click();
  else {
    const share = ((round * 7) % 11) / 11;
    const [min, max] = one.min === "" ? [0, 1] : [Number(one.min), Number(one.max)];
    one.value = one.type === "range" ? min + share * (max - min) : (share * 2).toFixed(2);
    one.dispatchEvent(new Event("input"));
  }
  await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
}"""


def meter(page):
    """A clock that tells the milliseconds that the page's thread has worked."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def read():
        metrics = session.send("Performance.getMetrics")["metrics"]
        found = {metric["name"]: metric["value"] for metric in metrics}
        return SLOWDOWN * 1000 * sum(found[f"{part}Duration"] for part in PARTS)

    return read


def times_of(browser, explorer):
    """For each control by its name, the milliseconds of each input."""
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.set_content(explorer(revealed=True)._html())
    page.add_style_tag(content=stylesheet())
    page.add_script_tag(content=site_script())
    read = meter(page)

    def spent(control, round_):
        start = read()
        page.evaluate(INPUT, [control, round_])
        return read() - start

    names = page.evaluate(CONTROLS)
    times = {}
    for control, name in enumerate(names):
        for round_ in range(6):  # the browser compiles what is used often
            spent(control, round_)
        times[name] = [spent(control, round_) for round_ in range(ROUNDS)]
    page.close()
    return times


def late(times):
    """The 95th percentile."""
    return quantiles(times, n=20, method="inclusive")[-1]


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("explorers", nargs="*", help="such as loss; without any, all")
    chosen = parser.parse_args(arguments).explorers
    met = True
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        print(f"input to redraw, {SLOWDOWN}× slower processor: median, 95 %, slowest control (ms)")
        for explorer in EXPLORERS:
            if chosen and explorer.component not in chosen:
                continue
            times = times_of(browser, explorer)
            every = [time for each in times.values() for time in each]
            slowest = max(times, key=lambda name: late(times[name]))
            met = met and late(times[slowest]) <= AIM
            print(
                f"  {explorer.component:12} {median(every):6.1f} {late(every):6.1f} "
                f"{late(times[slowest]):6.1f}  {slowest}",
                flush=True,
            )
        browser.close()
    print(f"{'all' if met else 'not all'} controls redraw within {AIM} ms")


if __name__ == "__main__":
    main()
