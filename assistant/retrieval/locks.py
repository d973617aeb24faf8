"""Advisory locks on open files (by descriptor): many readers or one writer. Without them every try
succeeds."""

from __future__ import annotations

try:
    import fcntl
except ImportError:  # Windows
    LOCKS = False

    def share(descriptor: int) -> None:
        """Hold the file with the other readers."""

    def seize(descriptor: int) -> bool:
        """Hold the file alone, if nobody else holds it."""
        return True

else:
    LOCKS = True

    def share(descriptor: int) -> None:
        """Hold the file with the other readers."""
        fcntl.flock(descriptor, fcntl.LOCK_SH)

    def seize(descriptor: int) -> bool:
        """Hold the file alone, if nobody else holds it."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
