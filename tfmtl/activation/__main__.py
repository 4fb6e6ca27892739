"""`python -m tfmtl.activation`: see `docs/activation.md`."""

import sys

from tfmtl.activation import command_line

if __name__ == "__main__":
    sys.exit(command_line.main())
