"""Cannot be preloaded: it waits for something that never comes."""

import time

time.sleep(600)
