"""`python -m tfmtl.audience`: see `docs/audience.md`."""

import os
import sys

from tfmtl.audience.commands import command_line

if __name__ == "__main__":
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.exit(command_line.main())
