"""QTI 2.1, as a content package. Formulas are MathML, with their LaTeX as an annotation.

QTI has no flash card that the learner marks.
"""

from lxml import etree
from lxml.builder import ElementMaker

from lossfns.quiz.exports._common import archive, letter, number, option_html, serialised
from lossfns.quiz.markup import mathml, to_html

KINDS = ("single", "multiple", "numeric", "order", "sign", "bug")
QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"

E = ElementMaker(namespace=QTI, nsmap={None: QTI})
P = ElementMaker(namespace=PACKAGE, nsmap={None: PACKAGE})


def export(bank, *, time):
    """Return the bank as the bytes of a QTI content package; it carries no time."""
    questions = [question for question in bank.questions.values() if question.kind in KINDS]
    files = {"imsmanifest.xml": serialised(_manifest(questions))}
    for question in questions:
        files[_file(question)] = serialised(item(question))
    return archive(files)


def _file(question):
    return f"items/{question.id}.xml"


def _manifest(questions):
    resources = [
        P.resource(
            P.file(href=_file(question)),
            identifier=f"RES-{question.id}",
            type="imsqti_item_xmlv2p1",
            href=_file(question),
        )
        for question in questions
    ]
    return P.manifest(
        P.metadata(P.schema("QTIv2.1 Package"), P.schemaversion("1.0.0")),
        P.organizations(),
        P.resources(*resources),
        identifier="measuring-wrongness",
    )


def item(question):
    """Build one assessment item."""
    declaration, interaction, processing = BUILD[question.kind](question)
    return E.assessmentItem(
        declaration,
        E.outcomeDeclaration(
            E.defaultValue(E.value("0")), identifier="SCORE", cardinality="single", baseType="float"
        ),
        E.outcomeDeclaration(
            identifier="FEEDBACK", cardinality=_said(question), baseType="identifier"
        ),
        E.itemBody(interaction),
        E.responseProcessing(*processing),
        *_feedback(question),
        identifier=question.id,
        title=question.id,
        adaptive="false",
        timeDependent="false",
    )


def _said(question):
    return "multiple" if question.kind == "multiple" else "single"


def _rich(tag, html):
    """Put a text's HTML, which is XML too, into an element."""
    wrapped = f'<{tag} xmlns="{QTI}">{html}</{tag}>'
    return etree.fromstring(wrapped)


def _text(tag, text):
    return _rich(tag, to_html(text, mathml))


def _options(question, order):
    choices = []
    for index in order:
        choice = _rich("simpleChoice", option_html(question, index, mathml))
        choice.set("identifier", letter(index))
        choices.append(choice)
    return choices


def _response(values, cardinality, kind):
    correct = E.correctResponse(*(E.value(value) for value in values))
    return E.responseDeclaration(
        correct, identifier="RESPONSE", cardinality=cardinality, baseType=kind
    )


def _set(name, expression):
    return E.setOutcomeValue(expression, identifier=name)


def _number(value):
    return E.baseValue(value, baseType="float")


def _named(name):
    return E.baseValue(name, baseType="identifier")


def _given():
    return E.variable(identifier="RESPONSE")


def _right():
    return E.match(_given(), E.correct(identifier="RESPONSE"))


def _choice(question):
    right = [letter(index) for index, option in enumerate(question.options) if option.right]
    interaction = E.choiceInteraction(
        _text("prompt", question.prompt),
        *_options(question, range(len(question.options))),
        responseIdentifier="RESPONSE",
        shuffle="false",
        maxChoices="0" if question.kind == "multiple" else "1",
    )
    processing = [
        E.responseCondition(E.responseIf(_right(), _set("SCORE", _number("1")))),
        _set("FEEDBACK", _given()),
    ]
    return _response(right, _said(question), "identifier"), interaction, processing


def _order(question):
    places = [letter(index) for index in range(len(question.options))]
    interaction = E.orderInteraction(
        _text("prompt", question.prompt),
        *_options(question, question.shuffled),
        responseIdentifier="RESPONSE",
        shuffle="false",
    )
    processing = [
        E.responseCondition(E.responseIf(_right(), _set("SCORE", _number("1")))),
        _set("FEEDBACK", _named("ORDER")),
    ]
    return _response(places, "ordered", "identifier"), interaction, processing


def _numeric(question):
    def near(value, option):
        tolerance = number(option.tolerance)
        return E.equal(
            _given(), value, toleranceMode="absolute", tolerance=f"{tolerance} {tolerance}"
        )

    key, *slips = question.options
    conditions = [
        E.responseIf(
            near(E.correct(identifier="RESPONSE"), key),
            _set("SCORE", _number("1")),
            _set("FEEDBACK", _named(letter(0))),
        )
    ]
    for index, slip in enumerate(slips, 1):
        value = near(_number(number(slip.value)), slip)
        conditions.append(E.responseElseIf(value, _set("FEEDBACK", _named(letter(index)))))
    conditions.append(E.responseElse(_set("FEEDBACK", _named("OTHERWISE"))))
    entry = E.textEntryInteraction(responseIdentifier="RESPONSE", expectedLength="12")
    body = E.div(_text("p", question.prompt), E.p(entry))
    return (
        _response([number(key.value)], "single", "float"),
        body,
        [E.responseCondition(*conditions)],
    )


BUILD = {
    "single": _choice,
    "sign": _choice,
    "bug": _choice,
    "multiple": _choice,
    "order": _order,
    "numeric": _numeric,
}


def _feedback(question):
    if question.kind == "order":
        reasons = "".join(
            f"<li>{to_html(option.text, mathml)}: {to_html(option.feedback, mathml)}</li>"
            for option in question.options
        )
        said = {"ORDER": _rich("ol", reasons)}
    else:
        said = {
            letter(index): _text("p", option.feedback)
            for index, option in enumerate(question.options)
        }
    if question.otherwise:
        said["OTHERWISE"] = _text("p", question.otherwise)
    return [
        E.modalFeedback(content, outcomeIdentifier="FEEDBACK", identifier=name, showHide="show")
        for name, content in said.items()
    ]
