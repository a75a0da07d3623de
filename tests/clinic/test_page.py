"""The clinic's page in a real browser: what a reader types, pastes and drops."""

import re

import pytest

from lossfns.clinic import explain_value
from lossfns.clinic.explain import known_explanations
from tests.browser import HTML, axe_findings, watched_page

PAGE = "clinic.html"
NUMBER, TRAINING = "[data-clinic=number]", "[data-clinic=training]"
STUCK = "step,loss\n" + "".join(f"{i},2.3026\n" for i in range(60))
SOUND = "step,loss\n" + "".join(f"{i},{2.3 / (1 + i / 9):.4f}\n" for i in range(60))
FRAMES = """() => {
  window.longest = 0;
  let last = performance.now();
  const frame = () => {
    const now = performance.now();
    window.longest = Math.max(window.longest, now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}"""


@pytest.fixture
def clinic(chromium, site):
    """Open the page at an address's end; at its end it has asked nobody and said nothing."""
    contexts = []

    def open_clinic(query="", *, address=site + PAGE, **options):
        context = watched_page(chromium, address.rpartition("/")[0], **options)
        page = context.__enter__()
        contexts.append((context, page))
        page.goto(address + query)
        return page

    yield open_clinic
    for context, page in contexts:
        asked, said = page.elsewhere, page.messages
        context.__exit__(None, None, None)
        assert asked == []
        assert said == []


def found(page, door):
    """What each card of a door says."""
    return page.locator(f"{door} .clinic-found").all_inner_texts()


def test_a_typed_loss_is_explained_at_once_and_can_be_linked(clinic):
    page = clinic()
    page.fill("#clinic-value", "14.5063")
    page.fill("#clinic-accuracy", "0.1")
    (said,) = found(page, NUMBER)
    assert explain_value("14.5063", accuracy="0.1")[0].says in said.replace("\n", " ")
    assert page.url.endswith(PAGE + "?value=14.5063&accuracy=0.1")
    again = clinic("?value=14.5063&accuracy=0.1")
    assert found(again, NUMBER) == [said]
    link = again.locator(f"{NUMBER} .clinic-found a").get_attribute("href")
    name, anchor = link.split("#")
    assert f'id="{anchor}"' in (HTML / name).read_text(encoding="utf-8")


def test_a_loss_that_nothing_explains_is_said_to_be_ordinary(clinic):
    page = clinic("?value=0.4731")
    assert found(page, NUMBER) == []
    page.locator(f"{NUMBER} .ex-summary", has_text="ordinary loss").wait_for()


def test_what_is_no_number_is_refused_beside_its_box(clinic):
    page = clinic("?value=2.303&classes=ten")
    assert "not a number" in page.inner_text("#clinic-classes-note")
    assert page.get_attribute("#clinic-classes", "aria-invalid") == "true"
    assert found(page, NUMBER) == []
    page.fill("#clinic-classes", "10")
    assert page.inner_text("#clinic-classes-note") == ""
    assert len(found(page, NUMBER)) == 1


def test_an_address_can_hold_anything_and_nothing_of_it_runs(clinic):
    page = clinic("?value=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&classes=" + "9" * 5000)
    assert page.locator(f"{NUMBER} img").count() == 0
    assert "not a number" in page.inner_text("#clinic-value-note")


def test_a_pasted_log_is_diagnosed_and_drawn(clinic):
    page = clinic()
    page.fill("#clinic-log", STUCK)
    page.locator(f"{TRAINING} .clinic-found").wait_for()
    assert "ln 10" in found(page, TRAINING)[0]
    assert page.locator(f"{TRAINING} .ex-plot path.ex-line").count() == 2
    page.fill("#clinic-log", SOUND)
    page.locator(f"{TRAINING} .ex-summary", has_text="Nothing is wrong").wait_for()
    page.fill("#clinic-log", "Nothing to see here.")
    page.locator("#clinic-log-note", has_text="no loss in it").wait_for()
    assert page.locator(f"{TRAINING} .ex-figure").count() == 0


def test_a_file_is_read_wherever_the_page_lies(clinic, tmp_path):
    path = tmp_path / "metrics.csv"
    path.write_text(STUCK)
    for address in (None, (HTML / PAGE).as_uri()):  # in a worker, and where there may be none
        page = clinic(**({"address": address} if address else {}))
        page.set_input_files("#clinic-file", path)
        page.locator(f"{TRAINING} .clinic-found").wait_for()
        assert "ln 10" in found(page, TRAINING)[0]
        page.set_input_files("#clinic-file", HTML / "_static" / "card.png")
        page.locator("#clinic-log-note", has_text="not text").wait_for()


def test_a_dropped_file_is_read(clinic):
    page = clinic()
    transfer = page.evaluate_handle(
        """(text) => {
          const transfer = new DataTransfer();
          transfer.items.add(new File([text], "log.csv"));
          return transfer;
        }""",
        STUCK,
    )
    page.dispatch_event(f"{TRAINING} form", "drop", {"dataTransfer": transfer})
    page.locator(f"{TRAINING} .clinic-found").wait_for()


def test_the_page_moves_on_while_it_reads_a_long_log(clinic, tmp_path):
    path = tmp_path / "long.csv"
    path.write_text(
        "step,loss\n" + "".join(f"{i},{2.3 / (1 + i / 9e4):.6f}\n" for i in range(300_000))
    )
    page = clinic()
    page.evaluate(FRAMES)
    page.set_input_files("#clinic-file", path)
    page.locator(f"{TRAINING} .ex-summary", has_text="300,000 rows").wait_for(timeout=60_000)
    # A tenth of a second on a quiet machine; tests share theirs.
    assert page.evaluate("window.longest") < 500


def test_answers_are_open_to_everyone_and_fit_a_phone(clinic):
    page = clinic("?value=0.3133", color_scheme="dark", viewport={"width": 320, "height": 640})
    page.fill("#clinic-log", STUCK)
    page.locator(f"{TRAINING} .clinic-found").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.evaluate("window.scrollTo(0, 0)")
    assert [one for one in axe_findings(page) if "Back to top" not in one] == []


def test_without_scripts_every_number_stands_in_the_table_with_its_own_address(clinic):
    page = clinic("#loss-2.3026", java_script_enabled=False)
    assert page.locator(NUMBER).is_hidden()
    assert page.locator(TRAINING).is_hidden()
    row = page.locator("[id='loss-2.3026']")
    assert "ln 10" in row.inner_text()
    shown = page.locator(".clinic-numbers tbody th").all_inner_texts()
    assert shown == list(dict.fromkeys(one.shown for one in known_explanations()))


def test_what_the_audit_says_is_on_the_page():
    text = (HTML / PAGE).read_text(encoding="utf-8")
    assert re.search(r"differs from softmax_cross_entropy: The mean runs over the classes", text)
