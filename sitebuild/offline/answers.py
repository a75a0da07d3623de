"""What is folded on the site stands at the end of the document, where no eye meets it too early.

Every place that asks gets a number within its page, the page where its answer is, and the answer
the way back.
"""

from copy import deepcopy
from string import ascii_uppercase

from lxml import html

CHAPTER = "answers"
LABELS = {
    "quiz": "Answer",
    "explorer": "Answer",
    "exercise": "Hints and solution",
    "page": "Answer",
}


class Answers:
    """The answers' chapter, as it grows page by page.

    Examples
    --------
    >>> from lxml import html
    >>> page = '<article><h1>One</h1><details><summary>Why?</summary>So.</details></article>'
    >>> page, answers = html.fragment_fromstring(page), Answers()
    >>> answers.take(page, "one")
    >>> page.text_content()
    'OneAnswer 1 on page 000'
    >>> answers.chapter().text_content()
    'AnswersOne1, asked on page 000Why?So.'
    """

    def __init__(self):
        self.sections = []
        self.known = {}

    def take(self, part, page):
        """Move what is folded in a part of the document to the answers."""
        drop_asked(part, self.known)
        entries = []
        for number, holder in enumerate(holders(part), 1):
            ask, answer = f"{page}--ask-{number}", f"{page}--answer-{number}"
            folded = folds(holder)
            key = question_key(holder, folded)
            told = self.known.setdefault(key, answer)
            label = LABELS[kind(holder)]
            pointer = element(
                f'<p class="answer-at" id="{ask}"><a href="#{told}">{label} '
                f"{told.rpartition('-')[2]} on page {number_of(told)}</a></p>"
            )
            folded[0].addprevious(pointer)
            if told == answer:
                entry = element(
                    f'<div class="answer" id="{answer}"><p class="answer-to"><a href="#{ask}">'
                    f"<b>{number}</b>, asked on page {number_of(ask)}</a></p></div>"
                )
                for fold in folded:
                    entry.extend(opened(fold, alone=kind(holder) in ("quiz", "explorer")))
                entries.append(entry)
            for fold in folded:
                fold.drop_tree()
            if kind(holder) == "quiz":
                on_paper(holder)
        if entries:
            self.sections.append((title(part), page, entries))

    def chapter(self):
        """The chapter with all the answers taken."""
        chapter = element(f'<article id="{CHAPTER}"><h1>Answers</h1></article>')
        for heading, page, entries in self.sections:
            section = element(f'<section id="{CHAPTER}--{page}"><h2></h2></section>')
            section[0].text = heading
            section.extend(entries)
            chapter.append(section)
        return chapter


def element(text):
    return html.fragment_fromstring(text)


def number_of(place):
    """Where the number of a place's page is filled in, once it is known."""
    return f'<span class="page-number" data-page="{place}">000</span>'


def title(part):
    return part.find(".//h1").text_content()


def kind(holder):
    """What asks: a question of the quiz, an explorer, an exercise, or the page itself."""
    if holder.tag == "form":
        return "quiz"
    if "explorer" in holder.get("class", "").split():
        return "explorer"
    return "exercise" if holder.xpath("./details[@class='solution']") else "page"


def holders(part):
    """The elements that hold something folded, in the page's order."""
    found = []
    for fold in part.iter("details"):
        if any(parent.tag == "details" for parent in fold.iterancestors()):
            continue
        holder = fold.getparent()
        cell = next((c for c in fold.iterancestors() if "cell" in c.get("class", "").split()), None)
        if cell is not None and cell.xpath("./details[@class='solution']"):
            holder = cell
        if holder not in found:
            found.append(holder)
    return found


def folds(holder):
    """What is folded in a holder; of an exercise's cell, its hints and its solution."""
    if kind(holder) == "exercise":
        for code in holder.xpath("./div[contains(@class, 'cell_input')]"):
            code.drop_tree()
        return list(holder.iter("details"))
    return holder.findall("details")


def question_key(holder, folded):
    """What makes two questions the same."""
    if holder.tag == "form" and holder.get("data-question"):
        return holder.get("data-question")
    return "".join(html.tostring(fold, encoding="unicode", with_tail=False) for fold in folded)


def opened(fold, *, alone):
    """What a fold shows when it is open, below its own name unless it stands alone."""
    fold = deepcopy(fold)
    summary = fold.find("summary")
    summary.drop_tree()
    shown = []
    if not alone:
        named = element('<p class="answer-name"></p>')
        named.text = summary.text_content().strip()
        shown.append(named)
    box = element(f'<div class="{fold.get("class", "told")}"></div>')
    box.text = fold.text
    box.extend(list(fold))
    return [*shown, box]


def on_paper(form):
    """Turn a question's form into what a pencil can answer."""
    for number in form.xpath(".//span[@class='quiz-number']"):
        number.drop_tree()
    for option in form.xpath(".//div[contains(@class, 'quiz-options')]/label"):
        option.tag = "li"
    for options in form.xpath(".//div[contains(@class, 'quiz-options')]"):
        options.tag = "ul"
    for options in form.xpath(".//ol[contains(@class, 'quiz-order')]"):
        options.tag = "ul"
        for letter, option in zip(ascii_uppercase, options, strict=False):
            option.insert(0, element(f'<span class="quiz-letter">{letter}</span>'))
    for entry in form.xpath(".//label[contains(@class, 'quiz-entry')]"):
        entry.tag = "p"
    for control in form.xpath(".//input | .//div[@class='ex-row']"):
        control.drop_tree()
    for name, tag in (("fieldset", "div"), ("legend", "p")):
        for found in form.iter(name):
            found.tag = tag
    form.tag = "div"
    form.attrib.pop("method", None)


def drop_asked(part, known):
    """Leave out of the review what a chapter has asked, and each heading with nothing below it."""
    for review in part.xpath("//div[@data-quiz='review']"):
        for form in review.findall("form"):
            if form.get("data-question") in known:
                form.drop_tree()
        for heading in review.findall("h3"):
            below = heading.getnext()
            if below is None or below.tag == "h3":
                heading.drop_tree()
