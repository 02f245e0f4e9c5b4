"""A server that speaks the Gemini Developer API and draws what it is asked for.

It stands where the real model service would: the unmodified google-genai SDK talks to it, shot
lists come back in the brief's own words, frames are blocking sketches, clips move as the shot says.

Run it with ``python -m greenlight_standin --port 8900``; in a process, ``create_app(config)`` from
``greenlight_standin.app``.
"""
