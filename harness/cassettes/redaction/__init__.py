"""Taking out what must not be written down, before bytes reach the disk.

``vault`` is the face: one vault for one open cassette. What is secret says the contract (``plan``), a name or
a form (``rows``), the user, or an earlier exchange (``known``); what stands for it is made in ``leaves``.
What cannot be searched is not kept.
"""

from harness.cassettes.redaction.documents import UnsearchableError
from harness.cassettes.redaction.known import check_patterns
from harness.cassettes.redaction.vault import Vault

__all__ = ["UnsearchableError", "Vault", "check_patterns"]
