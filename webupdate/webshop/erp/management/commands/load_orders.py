"""`load_orders FILE`: places the orders of a JSON file, dated and priced as it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from webupdate.webshop.erp.pastorders import load


class Command(BaseCommand):
    help = "Place the orders of a JSON file in this shop; those that it has already stay as they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_: Any, file: Path, **__: Any) -> None:
        self.stdout.write(f"{load(file.read_bytes())} orders placed")
