"""The screens about a site: home, progress, records, customers, what differs, what would be sent."""

from __future__ import annotations

from tests.tui.pages.base import PageSeen
from webupdate.tui import (
    columns,
    companies,
    doctor,
    preview,
    progress,
    properties,
    records,
    settingspage,
    syncstatus,
    verify,
    webcustomers,
    wholerecord,
    wizard,
)
from webupdate.tui.fields import Field


class Home(PageSeen):
    """The companies."""

    kind = companies.Companies

    def company(self, name: str) -> str:
        """The line of a company."""
        return next(row for row in self.rows if name in row)


class Progress(PageSeen):
    """Synchronization Progress."""

    kind = progress.Progress

    def stage(self, action: str) -> str:
        """The line of an action."""
        return next(row for row in self.rows if action in row)


class Status(PageSeen):
    """Synchronization Status: every site with what is wrong there."""

    kind = syncstatus.SyncStatus


class Doctor(PageSeen):
    """Program and machine, and what is off."""

    kind = doctor.Doctor


class Settings(PageSeen):
    """How the screens look and behave."""

    kind = settingspage.SettingsPage


class Records(PageSeen):
    """The faulty records of an action."""

    kind = records.Records


class Customers(PageSeen):
    """The web customers that wait."""

    kind = webcustomers.WebCustomers


class Verify(PageSeen):
    """Where the shop differs."""

    kind = verify.Verify

    @property
    def verdict(self) -> str:
        """What came out."""
        return self.said("#verdict")


class Preview(PageSeen):
    """What would be sent."""

    kind = preview.PreviewPage

    @property
    def summary(self) -> str:
        """How much of each kind."""
        return self.said("#summary")


class WholeRecord(PageSeen):
    """All fields of one record."""

    kind = wholerecord.WholeRecord


class Form(PageSeen):
    """Fields below each other."""

    @property
    def current(self) -> str:
        """The name of the field that has the focus."""
        return next(field.property_name for field in self.person.screen.query(Field) if field.editor.has_focus)


class Wizard(Form):
    """A new company, step by step."""

    kind = wizard.Wizard

    @property
    def step(self) -> str:
        """The steps, with a mark at the one that is shown."""
        return self.said("#steps")


class Properties(Form):
    """The form of a company and its site."""

    kind = properties.Properties

    @property
    def message(self) -> str:
        """The help of the field, or what is wrong with it."""
        return self.said("#message")


class Columns(PageSeen):
    """The headings of the export files."""

    kind = columns.Columns

    @property
    def file(self) -> str:
        """The file that is shown."""
        return self.said("#files").split("▸")[1].split()[0].lstrip("✔✖·")
