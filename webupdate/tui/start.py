"""Opens the window, and says in the end what becomes of the sync."""

from __future__ import annotations

import signal
import sys
from collections.abc import Mapping
from contextlib import suppress

from msgspec.structs import replace

from webupdate import settings
from webupdate.config import keys_file
from webupdate.tui import themes
from webupdate.tui.app import HANDOVER, WebUpdateApp
from webupdate.tui.attention import title_kept
from webupdate.tui.keymap import load
from webupdate.tui.opening import Target
from webupdate.tui.session import Session


def run(session: Session, *, flags: Mapping[str, object], notice: str = "", target: Target | None = None) -> None:
    """Open the window at `target`, until it is closed; then hand the sync over or stop it, and say so.

    `flags`: settings of this window only (settings.from_flags).
    """
    _listen_for_hangup(session)
    outcome: str | None = HANDOVER  # also for a window that broke: the sync goes on
    try:
        with title_kept(_write) as titles:
            app = _window(session, flags, notice, target, titles)
            outcome = app.run(mouse=app.settings.mouse) or HANDOVER
    except OSError as error:
        _say(f"The terminal is gone ({error.strerror}).")
    finally:
        _say(session.close(handover=outcome == HANDOVER))


def _window(
    session: Session, flags: Mapping[str, object], notice: str, target: Target | None, titles: bool
) -> WebUpdateApp:
    keys = load(keys_file())
    kept, complaints = settings.load(settings.default_path())
    few = themes.few_colours()
    # What was chosen before another terminal would be a guess of its 16 colours here.
    by_itself = {"theme": "auto"} if few else {}
    return WebUpdateApp(
        session,
        notice,
        few_colours=few,
        titles=titles,
        keys=replace(keys, complaints=(*keys.complaints, *complaints)),
        chosen=kept.changed({**by_itself, **flags}),
        target=target,
    )


def _listen_for_hangup(session: Session) -> None:
    """A lost line or a closed terminal must not stop the sync.

    Not the event loop's own handler: the loop may stand still by then, waiting for the terminal.
    """
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, lambda *_: session.abandon())


def _say(sentence: str) -> None:
    """For a terminal that may be gone."""
    if sentence:
        _write(sentence + "\n")


def _write(text: str) -> None:
    with suppress(OSError):
        sys.stdout.write(text)
        sys.stdout.flush()
