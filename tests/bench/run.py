"""Run the benchmark: what `python course.py bench` calls."""

import sys

from improving.bench import main

if __name__ == "__main__":
    sys.exit(main())
