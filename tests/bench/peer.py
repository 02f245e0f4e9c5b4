"""The same waits and gates in LangGraph with its SQLite checkpointer, without any media work.

A program of its own (`peer.py PRODUCTIONS SHOTS TEXT IMAGE VIDEO LIMIT`), since it needs
packages that nothing else here does; prints JSON. One process, one graph run for each production;
its shots are branches that end in an interrupt each and are answered at once.
"""

from __future__ import annotations

import asyncio
import json
import operator
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, Any, TypedDict


class Production(TypedDict, total=False):
    """What a checkpoint holds of a production."""

    shots: list[str]
    approved: Annotated[list[str], operator.add]
    signed: bool


class Shot(TypedDict):
    """What one branch is given."""

    shot: str


async def run(
    productions: int, shots: int, latency: dict[str, float], limit: int, path: Path
) -> dict[str, float]:
    """Runs them all side by side; wall seconds, checkpoints and interrupts answered."""
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
    from langgraph.graph import END, START, StateGraph
    from langgraph.types import Command, Send, interrupt

    places = {role: asyncio.Semaphore(limit) for role in latency}

    async def ask(role: str) -> None:
        async with places[role]:
            await asyncio.sleep(latency[role])

    async def breakdown(state: Production) -> Production:
        await ask("text")
        return {"shots": [f"sh{n:04d}" for n in range(shots)]}

    def shot_list(state: Production) -> Production:
        interrupt("shot list")
        return {}

    def stage(role: str, kind: str) -> tuple[Any, Any]:
        async def make(state: Shot) -> Any:
            await ask(role)
            await ask("text")
            return Command(goto=Send(f"{kind}_gate", state))

        def gate(state: Shot) -> Any:
            interrupt(f"{kind} {state['shot']}")
            if kind == "frame":
                return Command(goto=Send("clip", state))
            return Command(goto="cut", update={"approved": [state["shot"]]})

        return make, gate

    def cut(state: Production) -> Production:
        if len(state["approved"]) < len(state["shots"]) or state.get("signed"):
            return {}
        interrupt("final review")
        return {"signed": True}

    builder = StateGraph(Production)
    builder.add_node("breakdown", breakdown)
    builder.add_node("shot_list", shot_list)
    builder.add_node("cut", cut)
    for role, kind in (("image", "frame"), ("video", "clip")):
        make, gate = stage(role, kind)
        after = ("frame_gate",) if kind == "frame" else ("clip_gate",)
        builder.add_node(kind, make, destinations=after)
        builder.add_node(
            f"{kind}_gate", gate, destinations=("clip",) if kind == "frame" else ("cut",)
        )
    builder.add_edge(START, "breakdown")
    builder.add_edge("breakdown", "shot_list")
    builder.add_conditional_edges(
        "shot_list", lambda s: [Send("frame", {"shot": n}) for n in s["shots"]], ["frame"]
    )
    builder.add_edge("cut", END)

    answered = 0
    async with AsyncSqliteSaver.from_conn_string(str(path)) as saver:
        graph = builder.compile(checkpointer=saver)

        async def one(number: int) -> None:
            nonlocal answered
            config: Any = {"configurable": {"thread_id": str(number)}, "recursion_limit": 200}
            given: Any = {"approved": []}
            while True:
                found = await graph.ainvoke(given, config)
                waiting = found.get("__interrupt__", ())
                if not waiting:
                    assert found["signed"], found
                    return
                answered += len(waiting)
                given = Command(resume={w.id: "approve" for w in waiting})

        begun, used = time.monotonic(), time.process_time()
        await asyncio.gather(*(one(n) for n in range(productions)))
        seconds, used = time.monotonic() - begun, time.process_time() - used
        async with saver.conn.execute("select count(*) from checkpoints") as rows:
            (checkpoints,) = await rows.fetchone()  # type: ignore[misc]
    return {
        "seconds": seconds,
        "cpu_seconds": used,
        "answers": answered,
        "checkpoints": checkpoints,
        "database_mb": path.stat().st_size / 2**20,
    }


def main() -> None:
    """Runs what the command line says and prints what it took."""
    productions, shots, text, image, video, limit = map(float, sys.argv[1:])
    latency = {"text": text, "image": image, "video": video}
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(
            run(int(productions), int(shots), latency, int(limit), Path(folder, "peer.sqlite"))
        )
    print(json.dumps(found))


if __name__ == "__main__":
    main()
