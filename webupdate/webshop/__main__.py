"""`python -m webupdate.webshop --dir SHOPDIR --port N`: runs the shop until its standard input is closed."""

from __future__ import annotations

import argparse
import multiprocessing
from pathlib import Path

from webupdate.webshop.serving import serve


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m webupdate.webshop", description="Runs the demo's web shop; ends when stdin is closed."
    )
    parser.add_argument("--dir", type=Path, required=True, help="folder of the shop, made if it is not there")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--name", default="Northwind Traders", help="name of the shop")
    parser.add_argument("--demo-login", default="", help="login that gets a password (demo-login.json)")
    return parser.parse_args()


if __name__ == "__main__":
    # The same on every system: Windows and macOS know no other.
    multiprocessing.set_start_method("spawn")
    options = _arguments()
    serve(options.dir, options.host, options.port, name=options.name, demo_login=options.demo_login)
