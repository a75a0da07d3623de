"""A question of the bank, checked and with its numbers filled in."""

import hashlib
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Option:
    """Something to choose, to place or to answer, and what is said about it."""

    text: str
    feedback: str
    right: bool
    value: float | None = None
    tolerance: float = 0.0


@dataclass(frozen=True)
class Question:
    """One question, its numbers filled in.

    For ``order`` the options stand in the right order; for ``numeric`` the first is the key and
    the others are known slips; for ``card`` there are none.
    """

    id: str
    kind: str
    chapter: str
    objective: str
    prompt: str
    options: tuple[Option, ...]
    pause: bool = False
    otherwise: str = ""
    back: str = ""
    trap: str = ""

    @property
    def digest(self) -> str:
        """Eight characters that change when what is asked, or what is right, changes.

        Numbers count as they are shown: their last bits differ from one processor to another.
        """
        asked = [(option.text, option.right) for option in self.options]
        content = json.dumps([self.kind, self.prompt, asked, self.back])
        return hashlib.sha256(content.encode()).hexdigest()[:8]

    @property
    def shuffled(self) -> list[int]:
        """The options' indices as an ordering question shows them: never already right."""
        places = range(len(self.options))
        mixed = sorted(places, key=lambda i: hashlib.sha256(f"{self.id}{i}".encode()).digest())
        return mixed if mixed != list(places) else mixed[1:] + mixed[:1]

    def texts(self) -> list[str]:
        """Every text in the small markup."""
        options = () if self.kind == "bug" else [option.text for option in self.options]
        feedback = [option.feedback for option in self.options]
        return [self.prompt, *options, *feedback, self.otherwise, self.back, self.trap]
