"""The tables as peewee models. Only this package sees them; others get frozen values."""

from __future__ import annotations

from peewee import (
    AutoField,
    BlobField,
    BooleanField,
    CompositeKey,
    FloatField,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)


class Setting(Model):
    name = TextField(primary_key=True)
    value = TextField()


class Company(Model):
    id = AutoField()
    name = TextField(unique=True)
    paused = BooleanField(default=False)
    settings = TextField(default="{}")
    rev = IntegerField(default=0)
    created_at = FloatField()
    secrets = BlobField(null=True)


class Site(Model):
    id = AutoField()
    company_id: int
    company = ForeignKeyField(Company, on_delete="CASCADE", backref="sites")
    name = TextField()
    settings = TextField(default="{}")
    secrets = BlobField(null=True)
    cursor = TextField(default="")
    created_at = FloatField()
    begun_at = FloatField(null=True)
    accounts_cursor = TextField(default="")


class Export(Model):
    company = ForeignKeyField(Company, on_delete="CASCADE")
    file = TextField()
    path = TextField(default="")
    size = IntegerField(default=-1)
    mtime_ns = IntegerField(default=0)
    digest = TextField(default="")
    read_at = FloatField(default=0)
    records = IntegerField(default=0)
    tallies = TextField(default="{}")
    forced = BooleanField(default=True)
    held = TextField(default="")
    released = TextField(default="")
    columns = TextField(default="[]")

    class Meta:
        primary_key = CompositeKey("company", "file")


class Problem(Model):
    id = AutoField()
    company = ForeignKeyField(Company, on_delete="CASCADE")
    file = TextField()
    line = IntegerField()
    key = TextField(default="")
    field = TextField(default="")
    seen = TextField(default="")
    message = TextField()
    hint = TextField(default="")
    at = FloatField()


class Inbox(Model):
    id = AutoField()
    site_id: int
    site = ForeignKeyField(Site, on_delete="CASCADE")
    shop_id = TextField()
    number = TextField()
    state = TextField()
    web_status = TextField()
    placed_at = TextField()
    updated_at = TextField()
    received_at = FloatField()
    received = BlobField()
    content = BlobField()
    total = TextField(default="")
    buyer = TextField(default="")
    problems = TextField(default="[]")
    warnings = TextField(default="[]")
    file_name = TextField(null=True)
    folder = TextField(null=True)
    temporary = TextField(null=True)
    written_at = FloatField(null=True)
    acked_at = FloatField(null=True)
    taken_at = FloatField(null=True)
    counted_at = FloatField(null=True)
    error = TextField(null=True)
    email = TextField(default="")
    answers = TextField(default="[]")
    draft = TextField(default="[]")
    newer = BlobField(null=True)
    newer_received = BlobField(null=True)
    attempt = IntegerField(default=1)
    replaces = TextField(null=True)
    refusal = TextField(null=True)


class Mapping(Model):
    id = AutoField()
    company = ForeignKeyField(Company, on_delete="CASCADE")
    topic = TextField()
    web = TextField()
    value = TextField()
    made_by = TextField()
    made_at = FloatField()
    used = IntegerField(default=0)
    used_at = FloatField(null=True)


class OrderEvent(Model):
    id = AutoField()
    inbox = ForeignKeyField(Inbox, on_delete="CASCADE")
    at = FloatField()
    what = TextField()
    text = TextField()
    by = TextField(default="")
    data = BlobField(null=True)


class Account(Model):
    id = AutoField()
    site_id: int
    site = ForeignKeyField(Site, on_delete="CASCADE")
    shop_id = TextField()
    key = TextField(default="")
    state = TextField()
    due = BooleanField(default=True)
    name = TextField(default="")
    email = TextField(default="")
    updated_at = TextField()
    received_at = FloatField()
    received = BlobField()
    content = BlobField()
    web = TextField()
    base = TextField(null=True)
    told = TextField(default="{}")
    question = TextField(null=True)
    make_new = BooleanField(default=False)
    files = IntegerField(default=0)
    file_name = TextField(null=True)
    folder = TextField(null=True)
    temporary = TextField(null=True)
    written_at = FloatField(null=True)
    error = TextField(null=True)
    answered_by = TextField(default="")
    answered_at = FloatField(null=True)


class Command(Model):
    id = AutoField()
    company_id: int | None
    company = ForeignKeyField(Company, on_delete="CASCADE", null=True)
    verb = TextField()
    arguments = TextField(default="{}")
    asked_by = TextField()
    asked_at = FloatField()
    done_at = FloatField(null=True)
    result = TextField(null=True)
    error = TextField(null=True)


class Event(Model):
    id = AutoField()
    at = FloatField()
    company_id = IntegerField(null=True)
    site_id = IntegerField(null=True)
    level = TextField()
    entity = TextField(default="")
    key = TextField(default="")
    text = TextField()
    hint = TextField(default="")


class Engine(Model):
    id = AutoField()
    pid = IntegerField()
    host = TextField()
    user = TextField()
    mode = TextField()
    started_at = FloatField()
    beat_at = FloatField()
    stopped_at = FloatField(null=True)


MODELS: list[type[Model]] = [
    *(Setting, Company, Site, Export, Problem, Inbox, Mapping, OrderEvent, Account, Command, Event, Engine),
]
