"""Type answers into interviews in terminals, and check that the file has all of them.

    python tests/faults/typed_answers.py [answers; default 2000] [seed]

Each interview is typed at its own pace, 10 to 200 ms from key to key, without waiting
for the next question. Some answers have a note, are skipped or undone. Now and then
somebody pastes a text, or the program is suspended. The same replies are given to an
interview in memory, whose answers the file must then have.

An interview whose file differs is repeated with the same keys: a very busy computer can
deliver five keys at once, which no program can tell from a paste. Exits with 1 if a
file differs in all tries.
"""

import os
import random
import select
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pexpect
import pyte

from mlready.input_limits import LONGEST_TEXT
from mlready.interview.flow import Interview
from mlready.interview.navigation import Move, Remark, Reply, StepPosition
from mlready.interview.pace import Pace as MlreadyPace
from mlready.interview.prompter import FieldsInTurn
from mlready.interview.steps import Step, StepKind, reply_key
from mlready.interview.typeahead import LOOK_SECONDS
from mlready.model.answers import EXPRESS, Answer, AnswerSheet, Voice, empty_sheet
from mlready.model.questionnaire import Questionnaire
from mlready.storage.answers_file import read
from mlready.storage.questionnaire_file import load_bundled

NAME = "answers.yaml"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ANSWERS, SEED = 2000, 20261129
PACES = (10, 30, 15, 80, 20, 200, 50, 120)  # milliseconds from key to key
EACH = 40  # answers of one interview, at most
TRIES = 3  # of an interview whose file differs
PLAIN_EVERY = 3  # one of this many interviews is in plain mode
PATIENCE = 20.0  # seconds to wait for a question
SETTLED = 0.4  # seconds without output after which somebody has read the screen
LAST_WAIT, POLL = 5.0, 0.05  # seconds
ROWS, COLUMNS = 50, 100  # of the terminal
NUMBERS = {"whole", "number"}
REMARKS = {"note": "n", "evidence": "e", "accepted": "a"}
MOVE_KEYS = {Move.SKIP: "s", Move.UNDO: "u"}
# How often somebody does what, out of a hundred times.
OFTEN = {"answer": 72, "remark": 10, "skip": 4, "undo": 4, "paste": 10}
# Of so many parts the program does not run during the first, as on a busy computer.
BUSY_EVERY, BUSY_PARTS = 9, 3
AT_ONCE = 0.2  # share of the levels that are typed together with Enter
PASTED = 0.4  # share of the texts that are pasted
MARKED = 0.5  # share of the pastes that the terminal marks
PASTES = (
    "since May, says Ana; see also the wiki",
    "2\r3\r1\r",
    "s\rn\rx\ru\r",
    "0\r" * 30,
    "2 by hand\r3 as routine\rnot known\r" * 40,
)
TEXTS = (
    "Ask Ana",
    "so says the log",
    "bills, since May",
    "x d s n 0 1",
    "Müller & Söhne",
)


class Part(NamedTuple):
    """Some keys to type, one by one or ``at_once``, and the texts to wait for."""

    text: str
    at_once: bool = False
    after: str = ""  # a text that must be on the screen first; "" means not to wait
    then: str = ""  # a text that must appear afterwards; "" means not to wait


class Result(NamedTuple):
    """How many answers typed in an interview were lost, changed or invented."""

    way: str  # the pace and the mode
    typed: int  # how many answers were typed
    lost: int
    changed: int
    invented: int
    tries: int = 1  # how often the interview was run

    @property
    def wrong(self) -> int:
        """How many answers were lost, changed or invented."""
        return self.lost + self.changed + self.invented


class _Script:
    """A prompter that gives random replies, and records the keys to type."""

    def __init__(self, rng: random.Random, replies: int, *, plain: bool) -> None:
        self.rng = rng
        self.left = replies
        self.plain = plain
        self.parts: list[Part] = []
        self.answers = 0
        self.saved: list[AnswerSheet] = []
        self.fields = FieldsInTurn()
        self.is_in_form = False  # on one screen, where keys are only text

    def ask(self, step: Step, position: StepPosition) -> Reply:
        if step.fields:
            self.is_in_form = not self.plain
            part = self.fields.ask(self, step, position)
            self.is_in_form = False
            return part
        if not self.left:
            raise EOFError
        self.left -= 1
        reply = self._reply(step)
        self.answers += isinstance(reply, str | Answer | Remark)
        return reply

    def choose(self, _: Sequence[Step]) -> Step | Move | None:
        raise EOFError

    def confirm(self, _: str, *, default: bool = False) -> bool:
        raise EOFError

    def echo(self, step: Step, reply: str) -> None:
        """Ignore the reply: a script has no screen."""

    def say(self, text: str, *, once: bool = False) -> None:
        """Ignore the text: a script has no screen."""

    def show(self, picture: str) -> None:
        """Ignore the picture: a script has no screen."""

    def present(self, picture: str) -> None:
        """Record a key that leaves the picture; keys typed too soon are not used."""
        self.parts.append(Part("\r" if self.plain else " ", after="goes on"))

    def _reply(self, step: Step) -> Reply:
        if step.kind is StepKind.CONTRADICTION:
            key = MOVE_KEYS[Move.SKIP] + "\r" * self.plain
            self.parts.append(Part(key, at_once=True, after=step.text))
            return Move.SKIP
        if self.is_in_form:
            return self._choice_or_number(step)
        if not (step.choices or step.kind in NUMBERS):
            return self._text(step)
        does = self.rng.choices(list(OFTEN), list(OFTEN.values()))[0]
        if does == "paste":
            pasted = self.rng.choice(PASTES)
            is_text = " " in pasted and not self.plain
            then = "Text is no answer here" if is_text else "for a paste and ignored"
            self._paste(pasted, step, then)
        if does in {"skip", "undo"} and step.choices:
            return self._move(Move(does))
        if step.question:
            return self._remark(step) if does == "remark" else self._level(step)
        return self._choice_or_number(step)

    def _move(self, move: Move) -> Move:
        self._type(MOVE_KEYS[move], line=self.plain)
        return move

    def _remark(self, step: Step) -> Remark:
        field, text = self.rng.choice([*REMARKS]), self.rng.choice(TEXTS)
        self._type(REMARKS[field], line=self.plain)
        self._type(text)
        # The prompt begins with the text so far; a line replaces it.
        return Remark(field, text if self.plain else getattr(step.answer, field) + text)

    def _level(self, step: Step) -> Answer:
        blank = step.answer._replace(level=None, unknown=False, na="")
        key = self.rng.choice("01234123dx")
        if key != "x":
            self._type(key, at_once=self.rng.random() < AT_ONCE)
            level = None if key == "d" else int(key)
            return blank._replace(level=level, unknown=key == "d")
        text = self.rng.choice(TEXTS)
        self._type("x", line=self.plain)
        self._type(text)
        return blank._replace(na=text if self.plain else step.answer.na + text)

    def _choice_or_number(self, step: Step) -> str:
        """Return a random choice of ``step``, or a number if ``step`` has no choices.

        The keys that a person types to give this reply are added to ``parts``.
        """
        if not step.choices:
            number = str(self.rng.randrange(3))
            self._type(number)
            return number
        keys = list(step.choices)
        if step.kind is StepKind.ROLE:
            keys = keys[:9]
        key = self.rng.choice(keys)
        self._type(str(keys.index(key) + 1))
        return key

    def _text(self, step: Step) -> str:
        """Record a random text, typed or pasted; return the text."""
        text = f"{self.rng.choice(TEXTS)} {len(self.parts)}"
        if self.plain or self.rng.random() > PASTED:
            self._type(text)
            return text
        if self.rng.random() < PASTED:
            self._paste("x" * (LONGEST_TEXT + 1), step, "At most 10,000")
        self._paste(text, step, text)
        self._type("")
        return text

    def _paste(self, text: str, step: Step, then: str) -> None:
        if self.plain and not text.endswith("\r"):
            text += "\rand so on\r"  # else it would be a line begun
        if not self.plain and self.rng.random() < MARKED:
            text = f"\x1b[200~{text}\x1b[201~"
        self.parts.append(Part(text, at_once=True, after=step.text, then=then))

    def _type(self, text: str, *, at_once: bool = False, line: bool = True) -> None:
        self.parts.append(Part(text + "\r" * line, at_once))


class _Typist:
    """Types into an interview in a pseudo-terminal."""

    def __init__(self, folder: Path, seconds: float, *, plain: bool) -> None:
        self.file = folder / NAME
        self.seconds = seconds
        self.is_stopped = False
        self.child = pexpect.spawn(
            sys.executable,
            ["-m", "mlready", "interview", NAME, *(["--plain"] if plain else [])],
            cwd=str(folder),
            env={**os.environ, "SOURCE_DATE_EPOCH": str(int(NOW.timestamp()))},
            dimensions=(ROWS, COLUMNS),
        )
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.child.delaybeforesend = None
        self.child.ptyproc.delayafterclose = 0

    def type(self, parts: Sequence[Part]) -> None:
        """Wait for the first question, then type ``parts`` one after the other."""
        self._read("Who answers? One name, or several.")
        for number, part in enumerate(parts):
            self._stop(stop=number % BUSY_EVERY < BUSY_PARTS and not part.after)
            if part.after:
                self._read(part.after)
                self._wait(LOOK_SECONDS)
            for keys in [part.text] if part.at_once else part.text:
                self.child.send(keys)
                self._wait(self.seconds)
            if part.then:
                self._read(part.then)
        self._stop(stop=False)

    def _stop(self, *, stop: bool) -> None:
        """Suspend the program if ``stop`` is true, or resume the program if not."""
        if stop != self.is_stopped:
            self.child.kill(signal.SIGSTOP if stop else signal.SIGCONT)
            self.is_stopped = stop

    def _read(self, text: str) -> None:
        """Wait until a text is on the screen and the output has settled."""
        wanted, end = "".join(text.split()), time.monotonic() + PATIENCE
        while wanted not in "".join("".join(self.screen.display).split()):
            self._wait(POLL)
            if time.monotonic() > end:
                shown = "\n".join(filter(str.strip, self.screen.display))
                raise TimeoutError(f"'{text}' is not shown, but:\n{shown}")
        self._wait(SETTLED, renew=True)

    def saved(self, is_expected: Callable[[bytes], bool]) -> bytes:
        """Wait until the file is as expected, kill the program, and return the file.

        Stops waiting if the file has not changed for ``LAST_WAIT`` seconds.
        """
        end, data = time.monotonic() + LAST_WAIT, b""
        while time.monotonic() < end and not (data and is_expected(data)):
            self._wait(POLL)
            now = self.file.read_bytes() if self.file.exists() else b""
            if now != data:
                end, data = time.monotonic() + LAST_WAIT, now
        self.child.kill(signal.SIGKILL)
        self.child.close()
        return data

    def _wait(self, seconds: float, *, renew: bool = False) -> None:
        """Read the output for ``seconds``.

        With ``renew``, stop only after ``seconds`` without any output.
        """
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if not select.select([self.child.child_fd], [], [], left)[0]:
                return
            try:
                self.stream.feed(os.read(self.child.child_fd, 1 << 16))
            except OSError:  # the interview has ended
                time.sleep(max(end - time.monotonic(), 0))
                return
            if renew:
                end = time.monotonic() + seconds


def main(number: str = str(ANSWERS), seed: str = str(SEED)) -> int:
    """Print the results; return 1 if an answer is not saved as typed, else 0."""
    begin, questionnaire = time.monotonic(), load_bundled("kickoff")
    results: list[Result] = []
    while (typed := sum(each.typed for each in results)) < int(number):
        most = min(EACH, int(number) - typed)
        results.append(_repeated(questionnaire, len(results), most, int(seed)))
    for way in dict.fromkeys(each.way for each in results):
        print(_row(way, [each for each in results if each.way == way]))
    wrong, seconds = sum(each.wrong for each in results), time.monotonic() - begin
    again = sum(each.tries - 1 for each in results)
    print(
        f"{typed} answers, {len(results)} interviews, {again} held again,"
        f" {seconds:.0f} s, wrong: {wrong}"
    )
    return int(bool(wrong))


def _repeated(
    questionnaire: Questionnaire, number: int, most: int, seed: int
) -> Result:
    """Run an interview until its file has the answers as typed; return the last result.

    The interview is run at most ``TRIES`` times.
    """
    result = _run(questionnaire, number, most, seed)
    while result.wrong and result.tries < TRIES:
        tries = result.tries + 1
        result = _run(questionnaire, number, most, seed)._replace(tries=tries)
    return result


def _run(questionnaire: Questionnaire, number: int, most: int, seed: int) -> Result:
    """Run one interview, and compare its answers file with what was typed."""
    # The number of the interview decides pace and mode.
    rng = random.Random(f"{seed} {number}")
    pace, plain = PACES[number % len(PACES)], number % PLAIN_EVERY == 1
    script = _Script(rng, most, plain=plain)
    begun = empty_sheet(questionnaire, EXPRESS)._replace(
        voice=Voice(date=NOW.date().isoformat())
    )
    clock = MlreadyPace(questionnaire.constants.seconds_per_question, lambda: NOW)
    with suppress(EOFError):
        Interview(questionnaire, begun, script, script.saved.append, clock).run(
            express=False
        )
    expected = _statements(script.saved[-1])

    def found(data: bytes) -> dict[str, str]:
        return _statements(read(data, NAME, questionnaire)) if data else {}

    with tempfile.TemporaryDirectory() as folder:
        typist = _Typist(Path(folder), pace / 1000, plain=plain)
        try:
            typist.type(script.parts)
        except TimeoutError as error:  # what is saved so far differs, and is counted
            print(f"interview {number}: {error}")
        on_disk = found(typist.saved(lambda data: found(data) == expected))
    both = expected.keys() & on_disk.keys()
    result = Result(
        f"{pace:3} ms{' plain' if plain else ''}",
        script.answers,
        len(expected.keys() - on_disk.keys()),
        sum(expected[key] != on_disk[key] for key in both),
        len(on_disk.keys() - expected.keys()),
    )
    if result.wrong:
        print(f"interview {number}: expected {_differing(expected, on_disk)}")
        print(f"interview {number}: saved    {_differing(on_disk, expected)}")
    return result


def _differing(some: dict[str, str], others: dict[str, str]) -> dict[str, str]:
    return {key: text for key, text in some.items() if others.get(key) != text}


def _statements(sheet: AnswerSheet) -> dict[str, str]:
    """Return the replies that a sheet holds, by a name such as ``profile approach``."""
    said: dict[str, str] = {
        "name": sheet.name,
        "slice": sheet.slice,
        "your name": sheet.voice.name,
        "your role": sheet.voice.role,
        **{f"profile {id_}": text for id_, text in sheet.profile.items()},
        **{f"people {id_}": f"{number:g}" for id_, number in sheet.available.items()},
        **{f"background {id_}": text for id_, text in sheet.background.items()},
    }
    for id_, answer in sheet.answers.items():
        level = reply_key(answer) if answer.given else ""
        said |= {f"{id_} answer": f"{level} {answer.na}".strip()}
        said |= {f"{id_} {field}": getattr(answer, field) for field in REMARKS}
    return {key: text for key, text in said.items() if text}


def _row(way: str, results: Sequence[Result]) -> str:
    typed = sum(each.typed for each in results)
    lost, changed, invented = (
        sum(getattr(each, name) for each in results)
        for name in ("lost", "changed", "invented")
    )
    return (
        f"{way:13} {len(results):2} interviews {typed:5} answers typed:"
        f" {lost} lost, {changed} changed, {invented} invented"
    )


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
