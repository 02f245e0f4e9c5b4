from __future__ import annotations

import sys
from pathlib import Path

# pytest's importlib mode lets no test module import its neighbours; these have names of their own.
sys.path.append(str(Path(__file__).parent))
