"""Numbers that only the instructor can foretell: every learner's world, and the seed of every grading.

HMAC (RFC 2104) of a public text under the instructor's secret: who lacks the secret learns nothing from other
learners' seeds, and the same secret gives the same seeds again, so that re-grading changes nothing.
"""

import hashlib
import hmac
from pathlib import Path

from groundwork.errors import GroundworkError

WORLDS = 10**6
SHORTEST = 16  # bytes of a secret; fewer can be guessed from one learner's world
ADVICE = 'Make one, outside the course: python3 -c "import secrets; print(secrets.token_hex(32))" > secret.txt'
PUBLIC = 0  # the seed of `check`, which everybody may know


class SecretError(GroundworkError):
    """A secret that is not there, or too short to be one."""


def keyed(secret: bytes, text: str) -> int:
    """63 bits of HMAC-SHA256, so that a database column can hold them."""
    return int.from_bytes(hmac.new(secret, text.encode("utf-8"), hashlib.sha256).digest()[:8], "big") >> 1


def grading_seed(secret: bytes, learner: str, exercise: str) -> int:
    """The seed of a learner's official inputs for an exercise such as `lab05.rrf`; 0 to 2**63 - 1."""
    return keyed(secret, f"{learner}:{exercise}")


def world_seed(secret: bytes, learner: str) -> int:
    """The seed of a learner's shop; 1 to a million, never the house world 0."""
    return keyed(secret, f"world:{learner}") % WORLDS + 1


def read_secret(path: Path) -> bytes:
    """The instructor's secret from a file, white space at its ends taken off. Raises SecretError if it is short."""
    try:
        secret = path.read_bytes().strip()
    except OSError as error:
        raise SecretError(f"The secret {path} cannot be read: {error}. {ADVICE}") from None
    if len(secret) < SHORTEST:
        raise SecretError(f"The secret in {path} has {len(secret)} bytes; it takes {SHORTEST}. {ADVICE}")
    return secret
