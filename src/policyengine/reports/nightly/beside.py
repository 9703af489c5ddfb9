"""Workbooks written by a process of its own, on a core that the night leaves idle: `python -m … FOLDER DATE`."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policyengine.reports.nightly.figures import Figures
from policyengine.reports.nightly.workbook import write_workbooks

_NO_ROOM = 74
_ORPHANED = 75


@dataclass(frozen=True, slots=True)
class Beside:
    """The other process. It ends itself when this one is gone, so that nothing writes into a later run."""

    process: subprocess.Popen[str]

    @classmethod
    def start(cls, folder: Path, as_of: date) -> Beside:
        """Begin to write the workbooks of a night whose tables are complete."""
        command = [sys.executable, "-m", __name__, str(folder), as_of.isoformat()]
        return cls(subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True))

    def wait(self) -> None:
        """Wait until the workbooks are written.

        Raises:
            OSError: if there was no room.
            RuntimeError: if the other process failed otherwise.

        """
        assert self.process.stderr is not None  # noqa: S101 -- asked for at the start
        said = self.process.stderr.read()
        self.process.wait()
        self._close()
        if self.process.returncode == _NO_ROOM:
            number, reason = said.strip().splitlines()[-1].split(" ", 1)
            raise OSError(int(number), reason)
        if self.process.returncode:
            raise RuntimeError(said)

    def stop(self) -> None:
        """End the other process if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
            self._close()

    def _close(self) -> None:
        # Not before the end: a closed input tells the other process that this one is gone.
        for pipe in (self.process.stdin, self.process.stderr):
            if pipe:
                pipe.close()


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os._exit(_ORPHANED)


def main(folder: str, day: str) -> int:
    """Write the workbooks; gives the exit code."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        write_workbooks(Figures(Path(folder), date.fromisoformat(day)))
    except OSError as error:
        print(error.errno or 0, error.strerror or error, file=sys.stderr)  # noqa: T201 -- read by the process beside
        return _NO_ROOM
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
