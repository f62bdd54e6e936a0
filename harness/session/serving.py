"""The emulator alone, in the foreground."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from harness.session.contracts import load_contracts


def serve(
    *,
    host: str,
    port: int,
    version: str | None,
    credentials: str | None,
    validation_style: Literal["aws", "smithy"],
    contracts: str | None,
    on_ready: Callable[[str], None],
    log: Callable[[str], None],
) -> None:
    """Run the emulator in the foreground until it is interrupted.

    It serves every operation of the installed botocore; contract files go before its models.

    Args:
        host: The address to bind to.
        port: The port; 0 for any.
        version: The contract version of the operations that have it; the newest for the others.
        credentials: A file of key pairs and bearer tokens that signatures are verified with.
        validation_style: Whose words a ``ValidationException`` uses.
        contracts: The contract root.
        on_ready: Called with the URL when requests are answered.
        log: Called with a line for each request.
    """
    from harness.emulator.app import Emulator
    from harness.emulator.authentication import load_credentials
    from harness.emulator.server import EmulatorServer
    from harness.importers.catalogue import Catalogue

    chosen = {item.name: item for item in load_contracts((), root=contracts)}
    if version is not None:
        chosen |= {item.name: item for item in load_contracts((), version=version, root=contracts)}
    emulator = Emulator(
        tuple(chosen.values()),
        credentials=load_credentials(Path(credentials)) if credentials is not None else None,
        validation_style=validation_style,
        log=log,
        catalogue=Catalogue(),
    )
    EmulatorServer(emulator.handle, host=host, port=port).serve_forever(on_ready)
