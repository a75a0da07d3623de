"""The question bank for other systems: Anki, Moodle, Common Cartridge and QTI 2.1.

Each writer carries some kinds of question; `write_exports` names those it leaves out. The files
are the same on every run.
"""

from pathlib import Path

from lossfns._extras import needs

with needs("exports"):
    from lossfns.quiz._bank import Bank
    from lossfns.quiz.exports import anki, cartridge, gift, moodle, qti

NAME = "measuring-wrongness"
FORMATS = {
    f"{NAME}.apkg": ("Anki", anki),
    f"{NAME}.moodle.xml": ("Moodle XML", moodle),
    f"{NAME}.imscc": ("Common Cartridge", cartridge),
    f"{NAME}.gift.txt": ("Moodle GIFT", gift),
    f"{NAME}.qti.zip": ("QTI 2.1", qti),
}


def write_exports(bank: Bank, folder: str | Path, *, time: int) -> list[str]:
    """Write the bank in every format.

    Parameters
    ----------
    bank : Bank
    folder : pathlib.Path
        Where the files go; made if it is not there.
    time : int
        Seconds since 1970 at which the bank last changed: Anki updates a card only from a file
        that is newer than the one before.

    Returns
    -------
    list of str
        One line for each file: how many questions it holds, and by name what was left out.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    report = []
    for file, (name, writer) in FORMATS.items():
        (folder / file).write_bytes(writer.export(bank, time=time))
        carried = sum(question.kind in writer.KINDS for question in bank.questions.values())
        line = f"{folder / file}: {name}, {carried} of {len(bank.questions)} questions"
        for kind in sorted({question.kind for question in bank.questions.values()}):
            if kind not in writer.KINDS:
                ids = [question.id for question in bank.questions.values() if question.kind == kind]
                line += f"; {name} can't carry the kind {kind}: {', '.join(ids)}"
        report.append(line)
    return report
