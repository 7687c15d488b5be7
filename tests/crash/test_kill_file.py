"""kill -9 on a real engine process in the middle of a 50 MB PDF: afterwards only the rest is sent."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.firm import Firm
from tests.shops.contract import a_pdf
from tests.webshop.running import Api, running_shop, wait_until

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
ROOT = Path(__file__).parents[2]
SIZE = 50_000_000
ENOUGH = 10_000_000

# The real engine; it tells on its standard output which bytes of the file leave.
ENGINE = """
import sys
from pathlib import Path
from webupdate import headless
from webupdate.config import Paths
from webupdate.sync.shops import oscar

real = oscar.exchange
def told(client, method, path, *, block=None, **named):
    answer = real(client, method, path, block=block, **named)
    if block is not None:
        print(f'{{"path": "{path}", "bytes": {len(block)}}}', flush=True)
    return answer
oscar.exchange = told
headless.run(Paths(Path(sys.argv[1])), once=True, wait=False, log_json=False)
"""


def engine(firm: Firm) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", ENGINE, str(firm.paths.data)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def test_only_the_rest_of_a_file_is_sent_after_a_kill(tmp_path: Path) -> None:
    data = a_pdf("large", SIZE)
    digest = hashlib.sha256(data).hexdigest()
    with running_shop(tmp_path / "shop") as shop:
        firm = Firm(tmp_path, shop)
        (firm.export / "documents").mkdir()
        (firm.export / "documents" / "large.pdf").write_bytes(data)
        firm.change("inventory", "EXOTIC-LIQ,MAIN,,", "EXOTIC-LIQ,MAIN,,large.pdf")
        api = Api(shop)

        def held() -> int:
            return int(api.call("GET", f"contents/{digest}/").json()["held"])

        first = engine(firm)
        wait_until(lambda: held() > ENOUGH, "a part of the file in the shop")
        first.kill()
        first.communicate()
        there = held()
        assert ENOUGH < there < SIZE
        second = engine(firm)
        told, _ = second.communicate(timeout=60)
        assert second.returncode == 0
        chunks = [json.loads(line) for line in told.splitlines()]
        assert sum(chunk["bytes"] for chunk in chunks) == SIZE - there
        assert f"offset={there}&" in chunks[0]["path"]
        (record,) = api.read("documents", "CHAI-01\tlarge.pdf")
        assert (record["content"], record["size"]) == (digest, SIZE)
        assert (firm.site().waiting, firm.failed()) == (0, [])
        firm.close()
