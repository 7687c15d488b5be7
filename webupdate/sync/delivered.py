"""What became of the files in the order folder: EBMS took them, or refused them."""

from __future__ import annotations

from pathlib import Path

from webupdate.store import history, orderversions
from webupdate.store.inbox import Order, Refusal
from webupdate.sync import place
from webupdate.sync.download import newer_of
from webupdate.sync.orders import OrderDesk
from webupdate.sync.refusals import Refusals
from webupdate.sync.text import visible


def notice(desk: OrderDesk) -> None:
    """See what EBMS did with the files since the last look: first what it refused, for that is gone, too."""
    waiting = orderversions.in_folder(desk.store, desk.site.id)
    for folder in {desk.folder, *(Path(order.folder or desk.folder) for order in waiting)}:
        _notice_refused(desk, folder)
    _notice_taken(desk)


def _notice_refused(desk: OrderDesk, folder: Path) -> None:
    refusals = Refusals(folder, desk.company.values["rejected_folder"])
    for order in orderversions.of_files(desk.store, desk.site.id, refusals.names()):
        name = order.file_name or ""
        if Path(order.folder or folder) != folder:
            continue
        try:
            text = refusals.reason(name, history.last_data(desk.store, order.id, "written") or b"")
            refusals.set_aside(name)
        except OSError:  # EBMS may still hold it open: at the next look
            continue
        _refused(desk, order, text)


def _refused(desk: OrderDesk, order: Order, text: str) -> None:
    """The order comes back as a question, in one transaction."""
    said = f': "{visible(text, 300)}"' if text else " and gave no reason"
    with desk.store.writing():
        refusal = Refusal(text=text, at=desk.now)
        back = orderversions.refused(desk.store, order, refusal, newer_of(desk.store, order))
        what = f"EBMS refused {order.file_name}{said}"
        history.note(desk.store, order.id, "refused", what, desk.now, data=text.encode("utf-8", "replace"))
        desk.log(order, f"came back: {what}", "error")
        desk.restock(order, back)
        desk.judge(back)


def _notice_taken(desk: OrderDesk) -> None:
    """A file that is no longer in the order folder, and was not refused, was taken by EBMS."""
    waiting = orderversions.in_folder(desk.store, desk.site.id)
    there = {folder: place.names_in(Path(folder)) for folder in {order.folder or "" for order in waiting}}
    gone = [
        order
        for order in waiting
        # A share that is away (its mount point is empty then) is no sign that EBMS took anything.
        if place.WORK_FOLDER in (names := there[order.folder or ""]) and order.file_name not in names
    ]
    if gone:
        with desk.store.writing():
            orderversions.taken(desk.store, gone, desk.now)
            for order in gone:
                history.note(desk.store, order.id, "taken", f"{order.file_name} was taken by EBMS", desk.now)
