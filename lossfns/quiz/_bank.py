"""The question bank, a file per chapter and the objectives; and what pages let readers predict."""

import tomllib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from lossfns.quiz._question import Question
from lossfns.quiz._schema import BankError, read_prediction, read_question
from lossfns.quiz.markup import tokens

BANK = Path(__file__).parent / "bank"
PREDICTIONS = Path(__file__).parent / "predictions"
OBJECTIVES = "objectives.toml"


@dataclass(frozen=True)
class Objective:
    """What a reader can do after a chapter.

    section : the id of the chapter's section that teaches it
    exercises : the ids of those that practise it, of any chapter
    """

    id: str
    chapter: str
    text: str
    section: str
    exercises: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bank:
    """Every question and objective, by id, in reading order."""

    questions: dict[str, Question]
    objectives: dict[str, Objective]
    chapters: dict[str, str]

    def of_chapter(self, chapter: str) -> list[Question]:
        """Return a chapter's questions, in order."""
        return [question for _, question in self.numbered(chapter)]

    def numbered(self, chapter: str) -> list[tuple[int, Question]]:
        """Return a chapter's questions, each with its number in the whole bank."""
        return self._by_chapter.get(chapter, [])

    # Once, for who asks for every chapter would look at each question as often.
    @cached_property
    def _by_chapter(self) -> dict[str, list[tuple[int, Question]]]:
        chapters: dict[str, list[tuple[int, Question]]] = {}
        for number, question in enumerate(self.questions.values(), 1):
            chapters.setdefault(question.chapter, []).append((number, question))
        return chapters


def _read(path):
    """The content of a TOML file."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BankError(f"{path.name}: is not valid TOML: {error}") from error


def _tables(path, name):
    """The tables ``[[name]]`` of a file that holds nothing else."""
    tables = _read(path)
    listed = tables.get(name)
    tabled = isinstance(listed, list) and all(isinstance(one, dict) for one in listed)
    if set(tables) != {name} or not tabled:
        raise BankError(f"{path.name}: must hold [[{name}]] tables only, got {list(tables)}")
    return listed


def _objectives(path):
    chapters, objectives = {}, {}
    for chapter, table in _read(path).items():
        place = f"{path.name}: chapter {chapter!r}"
        if not isinstance(table, dict) or set(table) != {"title", "objectives"}:
            raise BankError(f"{place}: must have the fields title, objectives, got {table!r}")
        chapters[chapter] = table["title"]
        if not isinstance(table["objectives"], dict):
            raise BankError(f"{place}: objectives: must be a table, got {table['objectives']!r}")
        for name, promise in table["objectives"].items():
            if name in objectives:
                raise BankError(f"{place}: objective {name!r} is there twice")
            objectives[name] = _objective(f"{place}: objective {name!r}", name, chapter, promise)
    return chapters, objectives


def _objective(place, name, chapter, table):
    needed = {"text", "section"}
    if not isinstance(table, dict) or not needed <= set(table) <= needed | {"exercises"}:
        raise BankError(f"{place}: must have text and section, may have exercises, got {table!r}")
    for field in sorted(needed):
        if not isinstance(table[field], str) or not table[field].strip():
            raise BankError(f"{place}: {field}: must be a text, got {table[field]!r}")
    try:
        list(tokens(table["text"]))
    except ValueError as error:
        raise BankError(f"{place}: {error}") from error
    exercises = table.get("exercises", [])
    if not isinstance(exercises, list) or not all(isinstance(one, str) for one in exercises):
        raise BankError(f"{place}: exercises: must be a list of ids, got {exercises!r}")
    return Objective(name, chapter, table["text"], table["section"], tuple(exercises))


def read_bank(folder: str | Path) -> Bank:
    """Read and check a folder of question files.

    Parameters
    ----------
    folder : pathlib.Path
        Holds ``objectives.toml`` and one ``<chapter>.toml`` for each chapter named there.

    Returns
    -------
    Bank

    Raises
    ------
    BankError
        The message names the file, the question and the field.
    """
    folder = Path(folder)
    chapters, objectives = _objectives(folder / OBJECTIVES)
    questions: dict[str, Question] = {}
    files = sorted(path for path in folder.glob("*.toml") if path.name != OBJECTIVES)
    for path in files:
        if path.stem not in chapters:
            raise BankError(f"{path.name}: {OBJECTIVES} has no chapter {path.stem!r}")
        for number, table in enumerate(_tables(path, "question"), 1):
            question = read_question(table, file=path.name, number=number, chapter=path.stem)
            place = f"{path.name}: question {question.id!r}"
            if question.id in questions:
                other = questions[question.id].chapter
                raise BankError(f"{place}: id: is taken by a question of {other}.toml")
            objective = objectives.get(question.objective)
            if objective is None or objective.chapter != path.stem:
                raise BankError(
                    f"{place}: objective: must be one of the chapter's in {OBJECTIVES}, "
                    f"got {question.objective!r}"
                )
            questions[question.id] = question
    served = {question.objective for question in questions.values()}
    for objective in objectives.values():
        if objective.id not in served:
            raise BankError(f"{OBJECTIVES}: objective {objective.id!r} has no question")
    return Bank(questions, objectives, chapters)


@cache
def load_bank() -> Bank:
    """Return the course's own bank.

    Examples
    --------
    >>> len(load_bank().questions) >= 60
    True
    """
    return read_bank(BANK)


def read_predictions(folder: str | Path) -> dict[str, Question]:
    """Read and check a folder of predictions, one file for each page that asks for some.

    Parameters
    ----------
    folder : pathlib.Path
        Holds ``<page>.toml`` files.

    Returns
    -------
    dict of str to Question
        By id; a prediction's chapter is its page, and it serves no objective.

    Raises
    ------
    BankError
        The message names the file, the prediction and the field.
    """
    predictions: dict[str, Question] = {}
    for path in sorted(Path(folder).glob("*.toml")):
        for number, table in enumerate(_tables(path, "prediction"), 1):
            one = read_prediction(table, file=path.name, number=number, page=path.stem)
            if one.id in predictions:
                raise BankError(
                    f"{path.name}: prediction {one.id!r}: id: "
                    f"is taken by a prediction of {predictions[one.id].chapter}.toml"
                )
            predictions[one.id] = one
    return predictions


@cache
def load_predictions() -> dict[str, Question]:
    """Return the course's own predictions, by id.

    Examples
    --------
    >>> all(name.endswith("-guess") for name in load_predictions())
    True
    """
    return read_predictions(PREDICTIONS)
