"""Every exception of the harness, in one place.

AssertionError — the scenario failed
├── NotAsExpected      what a step looked for is not what was seen
├── StrictnessError    something happened that no scenario asks for
├── NeverHappened      what the scenario speaks of has not come about, because of the app
├── EgressRefused      something in this process tried to leave the machine
├── Disagrees          a fact about a vendor is not so at a system
├── NotReady           the integration did not start, or did not answer a PING
├── PageFailed         a page could not be had
│   └── SignedOut      it led to signing in
└── PartMissing        a task on a page came to nothing
Refused                the system turned the actor down; steps that try something expect it
NotRunHere             a scenario cannot be run at this system as it is; it is reported as not run
LookupError — something that was asked for is not there
├── Undecided          whether a fact is so cannot be said at this system
├── NotInThisWorld     a step needs what this world has not got
├── NoBrowser          no Chromium on this machine
├── NothingThere       a system has nothing of the kind that a page would show
└── AxeMissing         axe is not installed
ValueError — what was given cannot be right
├── BadCommand         the integration's command
├── BadClauses         a file of clauses
├── BadScreens         a file of screens
├── BadSettings        the environment's variables for going live
├── BadLedger          a ledger of a live run
├── BadEvidence        evidence of a look at the real systems, or a recording
├── NotSafe            what was to be kept holds something secret or personal
├── BadApproval        an approval that cannot be given
├── CannotMerge        packs that do not belong together
└── CannotSign         a key that signs nothing, or no ssh-keygen
NoPack                 a folder is no sign-off pack, or not one that can be read
└── NotWhole           a pack is not as it was signed
SystemFailed (RuntimeError)  a system would not do what the harness itself asked
├── Unreachable        it gave no answer, or none that is of use, for as long as was waited
├── NotAllowed         it does not let the harness's own credentials do that
└── WrongSystem        it is not the account or organization that may be touched
"""

from collections.abc import Sequence


class Refused(Exception):
    """The system turned the actor down; the text is what it said."""


class NotAsExpected(AssertionError):
    """What was expected is not what was seen; the text says both, and what the systems did last.

    ``summary`` leaves out what the systems did: it says the same whenever the scenario fails in the same way.
    """

    def __init__(self, summary: str, journal: Sequence[str], clues: Sequence[str] = ()) -> None:
        """Say what was expected and seen, then what may help to understand it, then the lines of the journal."""
        hints = ["  to look at:", *(f"    {clue}" for clue in clues)] if clues else []
        lines = ["  the systems, last, by their own clock:", *(f"    {line}" for line in journal)]
        super().__init__("\n".join([summary, *hints, *lines]))
        self.summary = summary


class StrictnessError(AssertionError):
    """Something happened that no scenario asks for: an unknown request, an error inside a fake, a byte for outside."""


class NeverHappened(AssertionError):
    """What a scenario speaks of has not come about, for the app did nothing that could have met it."""


class EgressRefused(AssertionError):
    """Something in the harness's process tried to leave the machine."""


class Disagrees(AssertionError):
    """A fact about a vendor is not so; the text is what was seen instead, without anything secret or personal."""


class NotReady(AssertionError):
    """The integration did not start, or did not answer a PING in time."""


class PageFailed(AssertionError):
    """A page could not be had: a defect of the system or the harness, not somebody turned away."""


class SignedOut(PageFailed):
    """A page led to signing in: the session has ended, or there was none."""


class PartMissing(AssertionError):
    """A task on a page came to nothing; the text names the page object, the task, and the parts that are not there."""


class NotRunHere(Exception):
    """A scenario cannot be run at this system as it is; the text is the reason that the report gives."""


class NotInThisWorld(LookupError):
    """A step asked for something that this world has not got; its scenario lacks a ``@needs-…`` tag."""


class Undecided(LookupError):
    """Whether a fact is so cannot be said at this system; the text is the reason."""


class NoBrowser(LookupError):
    """There is no Chromium on this machine; the text says what was looked for and how to get one."""


class NothingThere(LookupError):
    """The system has nothing of the kind that the page would show."""


class AxeMissing(LookupError):
    """axe is not installed; it comes with the development dependencies."""


class BadCommand(ValueError):
    """The command cannot be run; the text says why."""


class BadClauses(ValueError):
    """A clause file is not as it should be; the text names the file and what is wrong."""


class BadScreens(ValueError):
    """A file of screens is not as it should be; the text names the file, the table and the key, and what to do."""


class BadSettings(ValueError):
    """Variables for going live are missing or cannot be; ``problems`` says of each what to do."""

    def __init__(self, problems: Sequence[str]) -> None:
        """Say all of ``problems``, a line each."""
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class BadLedger(ValueError):
    """A ledger of a live run is not there or cannot be read; the text names it."""


class BadEvidence(ValueError):
    """Evidence or a recording is not there, cannot be read, or is not of the real systems; the text says which."""


class NotSafe(ValueError):
    """What was to be written holds something secret or personal; nothing was written."""


class SystemFailed(RuntimeError):
    """A system would not do what the harness itself asked of it: a defect of either, not a verdict."""


class Unreachable(SystemFailed):
    """A system gave no answer, or none that is of use, for as long as was waited; the text says what came last."""


class NotAllowed(SystemFailed):
    """A system does not let the harness's own credentials do something; the text says which, ``status`` is 401 or 403."""

    def __init__(self, text: str, status: int = 403) -> None:
        """Say what was refused, and how."""
        super().__init__(text)
        self.status = status


class WrongSystem(SystemFailed):
    """The system is not the one that may be touched; the text names both."""


class NoPack(Exception):
    """A folder that is no sign-off pack, or not one that can be read; the message names it and says what to do."""


class BadEpoch(Exception):
    """``SOURCE_DATE_EPOCH`` is set to something that is no time; the message quotes it."""


class NotWhole(NoPack):
    """A pack is not as it was signed; ``problems`` says a line each what is wrong."""

    def __init__(self, folder: object, problems: Sequence[str]) -> None:
        """Say which pack, and all of ``problems``."""
        super().__init__("\n".join([f"NOT as it was signed: {folder}", *(f"  {one}" for one in problems)]))
        self.problems = tuple(problems)


class BadApproval(ValueError):
    """An approval cannot be given as it was asked for; the text says why, and what to do."""


class CannotMerge(ValueError):
    """Packs do not belong together; the text says which, and in what they differ."""


class CannotSign(ValueError):
    """Nothing could be signed or checked: no ssh-keygen, or a key that it does not take; the text says which."""
