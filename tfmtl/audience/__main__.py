"""`python -m tfmtl.audience`: see `docs/audience.md`."""

import sys

from tfmtl.audience.commands import command_line

if __name__ == "__main__":
    sys.exit(command_line.main())
