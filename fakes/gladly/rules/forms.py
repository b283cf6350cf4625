"""What several forms in Settings have in common."""

from typing import Final

NAME_LABEL: Final = "Name"
NAME_HELP: Final = "This is the name that will be displayed throughout Gladly"
