"""The last look at a pack: no secret may stand in any file of it, inside archives and under encodings too.

``find`` looks through a folder, ``find_in_text`` through one text. A leak says where something stands, never what.
``blind_spots`` tries the scan itself with canaries.
"""

from harness.evidence.scan.canaries import blind_spots
from harness.evidence.scan.known import LOOKS_LIKE_A_KEY
from harness.evidence.scan.look import Leak, find, find_in_text

__all__ = ["LOOKS_LIKE_A_KEY", "Leak", "blind_spots", "find", "find_in_text"]
