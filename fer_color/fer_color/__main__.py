"""`python3 -m fer_color` is `color_node`."""

import sys

from fer_color.main import main

sys.exit(main())
