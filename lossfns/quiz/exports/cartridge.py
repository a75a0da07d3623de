"""IMS Common Cartridge 1.3: a quiz for each chapter, in the QTI 1.2 that Canvas and others import.

Formulas are MathML. The cartridge's QTI has no number within a tolerance, no ordering question and
no flash card.
"""

from lxml.builder import ElementMaker

from lossfns.quiz.exports._common import archive, letter, option_html, serialised
from lossfns.quiz.markup import mathml, to_html

KINDS = ("single", "multiple", "sign", "bug")
TITLE = "Measuring Wrongness"
LICENCE = "CC BY 4.0: https://creativecommons.org/licenses/by/4.0/"
ASSESSMENT = "imsqti_xmlv1p2/imscc_xmlv1p3/assessment"
QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
PACKAGE = "http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/imsccv1p3/LOM/manifest"

E = ElementMaker(namespace=QTI, nsmap={None: QTI})
P = ElementMaker(namespace=PACKAGE, nsmap={None: PACKAGE, "lom": LOM})
L = ElementMaker(namespace=LOM, nsmap={"lom": LOM})


def export(bank, *, time):
    """Return the bank as the bytes of a Common Cartridge; it carries no time."""
    quizzes = {}
    for chapter, title in bank.chapters.items():
        questions = [one for one in bank.of_chapter(chapter) if one.kind in KINDS]
        if questions:
            quizzes[chapter] = _quiz(chapter, title, questions)
    titles = {chapter: bank.chapters[chapter] for chapter in quizzes}
    files = {"imsmanifest.xml": serialised(_manifest(titles))}
    files |= {_file(chapter): serialised(quiz) for chapter, quiz in quizzes.items()}
    return archive(files)


def _file(chapter):
    return f"quizzes/{chapter}.xml"


def _manifest(titles):
    items = [
        P.item(P.title(title), identifier=f"item-{chapter}", identifierref=f"quiz-{chapter}")
        for chapter, title in titles.items()
    ]
    resources = [
        P.resource(P.file(href=_file(chapter)), identifier=f"quiz-{chapter}", type=ASSESSMENT)
        for chapter in titles
    ]
    return P.manifest(
        P.metadata(P.schema("IMS Common Cartridge"), P.schemaversion("1.3.0"), _about()),
        P.organizations(
            P.organization(
                P.item(*items, identifier="course"),
                identifier="organization",
                structure="rooted-hierarchy",
            )
        ),
        P.resources(*resources),
        identifier="measuring-wrongness",
    )


def _about():
    return L.lom(
        L.general(L.title(L.string(TITLE, language="en"))),
        L.rights(
            L.copyrightAndOtherRestrictions(L.value("yes")),
            L.description(L.string(LICENCE, language="en")),
        ),
    )


def _quiz(chapter, title, questions):
    return E.questestinterop(
        E.assessment(
            _metadata(
                cc_profile="cc.exam.v0p1",
                qmd_assessmenttype="Examination",
                qmd_scoretype="Percentage",
                qmd_feedbackpermitted="Yes",
            ),
            E.section(*map(_item, questions), ident=f"questions-{chapter}"),
            ident=f"quiz-{chapter}",
            title=title,
        )
    )


def _metadata(**fields):
    return E.qtimetadata(
        *(
            E.qtimetadatafield(E.fieldlabel(label), E.fieldentry(entry))
            for label, entry in fields.items()
        )
    )


def _html(html):
    return E.material(E.mattext(html, texttype="text/html"))


def _text(text):
    return _html(to_html(text, mathml))


def _profile(question):
    if question.kind == "multiple":
        return "cc.multiple_response.v0p1"
    # A multiple choice between two is what the profile calls true or false, whatever it says.
    return "cc.true_false.v0p1" if len(question.options) == 2 else "cc.multiple_choice.v0p1"


def _item(question):
    names = [letter(index) for index in range(len(question.options))]
    labels = [
        E.response_label(_html(option_html(question, index, mathml)), ident=name)
        for index, name in enumerate(names)
    ]
    return E.item(
        E.itemmetadata(
            _metadata(cc_profile=_profile(question), cc_question_category=question.objective)
        ),
        E.presentation(
            _text(question.prompt),
            E.response_lid(
                E.render_choice(*labels),
                ident="RESPONSE",
                rcardinality="Multiple" if question.kind == "multiple" else "Single",
            ),
        ),
        E.resprocessing(
            E.outcomes(E.decvar(varname="SCORE", vartype="Decimal", minvalue="0", maxvalue="100")),
            *map(_reason, names),
            _score(question, names),
        ),
        *(
            E.itemfeedback(_text(option.feedback), ident=f"reason-{name}")
            for name, option in zip(names, question.options, strict=True)
        ),
        ident=question.id,
        title=question.id,
    )


def _given(name):
    return E.varequal(name, respident="RESPONSE")


def _reason(name):
    return E.respcondition(
        E.conditionvar(_given(name)),
        E.displayfeedback(feedbacktype="Response", linkrefid=f"reason-{name}"),
        **{"continue": "Yes"},
    )


def _score(question, names):
    chosen = [
        _given(name) if option.right else E("not", _given(name))
        for name, option in zip(names, question.options, strict=True)
        if option.right or question.kind == "multiple"
    ]
    answer = E("and", *chosen) if question.kind == "multiple" else chosen[0]
    return E.respcondition(
        E.conditionvar(answer), E.setvar("100", varname="SCORE", action="Set"), **{"continue": "No"}
    )
