"""`python -m webupdate` is `webupdate`."""

import sys

from webupdate.cli import main

sys.exit(main())
