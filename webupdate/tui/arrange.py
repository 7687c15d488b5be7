"""How a person wants to see the stages of Synchronization Progress: sorted, filtered, followed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from webupdate.tui import view
from webupdate.tui.stages import Stage

# What the key for sorting goes through: its name, in words, and in few words.
_SORTS = {
    "work": ("in the order of work", "by work"),
    "worst": ("worst first", "worst first"),
    "last": ("last run first", "last first"),
}
SORTS = tuple(_SORTS)
_WORST = ("stopped", "failed", "needs", "working", "waiting")


class Arrangement(Struct, frozen=True, kw_only=True):
    """What is remembered of it. `sort`: one of SORTS; `follow`: the cursor goes along with the stage that works."""

    sort: str = "work"
    follow: bool = True

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Arrangement:
        """As it was kept; what nobody knows any more is as at first."""
        sort = values.get("sort", "work")
        return cls(sort=sort if sort in SORTS else "work", follow=values.get("follow") != "no")

    def values(self) -> dict[str, str]:
        """To be kept."""
        return {"sort": self.sort, "follow": "yes" if self.follow else "no"}

    def next_sort(self) -> Arrangement:
        return replace(self, sort=SORTS[(SORTS.index(self.sort) + 1) % len(SORTS)])


def arranged(stages: Sequence[Stage], sort: str, now: float) -> list[Stage]:
    """The stages sorted; those that are alike stay in the order of work."""
    if sort == "worst":
        return sorted(stages, key=_badness)
    # By the ages that are shown: else lines would change places at every cycle in which nothing happens.
    return sorted(stages, key=lambda stage: _minutes(stage, now)) if sort == "last" else list(stages)


def _badness(stage: Stage) -> int:
    state = "failed" if stage.failed and stage.state == "working" else stage.state
    return _WORST.index(state) if state in _WORST else len(_WORST)


def _minutes(stage: Stage, now: float) -> float:
    if stage.works:
        return -1
    return max(0, (now - stage.row.at) // 60) if stage.row.at else float("inf")


def matching(stages: Sequence[Stage], text: str, *, unwell: bool) -> list[Stage]:
    """Those that hold the text, in their order; `unwell`: only what is not well."""
    wanted = text.strip().casefold()
    return [stage for stage in stages if wanted in _searched(stage) and not (unwell and stage.well)]


def _searched(stage: Stage) -> str:
    return f"{stage.label} {view.state(stage.state).word} {stage.row.message}".casefold()


def followed(stages: Sequence[Stage], selected: str | None) -> str | None:
    """The action on which a cursor that follows stands: where it is while that works, else the first that does."""
    working = [stage.action for stage in stages if stage.works]
    return selected if selected in working or not working else working[0]


def standing(arrangement: Arrangement, *, following: bool, unwell: bool) -> tuple[str, ...]:
    """What the list shows in which order, from the longest wording to the shortest."""
    long, short = _SORTS[arrangement.sort]
    only = ("only what is not well",) if unwell else ()
    return (
        " · ".join((*only, long, "following the work" if following else "holding your place")),
        " · ".join((*only, short, "following" if following else "holding")),
        *((f"only what is not well · {short}", "not well only") if unwell else ()),
    )
