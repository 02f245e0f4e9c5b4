"""Separate hosts: data, Prefect's API, its services and two workers, one of them cut off meanwhile.

Hosts are network namespaces on a bridge, each with its own address and home, on PostgreSQL over
TCP, Redis between Prefect's processes (`prefect-redis`) and S3 by its own credentials. Linux, as
root, with iproute2 and Debian's redis-server.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from greenlight.briefs.intake import check_brief
from greenlight.desk import Desk, Wish, choose_all, this_person
from greenlight.local import objectstore, postgres
from greenlight.local.environment import clean_environment, patient_settings, result_settings
from greenlight.local.home import Credentials
from greenlight.local.standin import admin_client
from greenlight.settings import load_profile
from tests.bench.stack import ROOT, at_most

NET = "10.77.0"
HOSTS = {"data": 2, "api": 3, "services": 4, "w1": 5, "w2": 6}
DATA, API = f"{NET}.{HOSTS['data']}", f"{NET}.{HOSTS['api']}"
PREFECT_API = f"http://{API}:4200/api"
_PREFIX = "glb-"
_START_SECONDS = 600.0


def missing() -> list[str]:
    """What this machine lacks."""
    found = [
        f"{name} is not installed" for name in ("ip", "redis-server") if not shutil.which(name)
    ]
    if os.geteuid() != 0:
        found.append("only root may make network namespaces")
    if subprocess.run([sys.executable, "-c", "import prefect_redis"], check=False).returncode:
        found.append("prefect-redis is not installed: pip install --group hosts")
    return found


class Hosts:
    """The namespaces, and the processes in them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    @contextmanager
    def wired(self) -> Iterator[None]:
        """A bridge with a cable to each host."""
        try:
            _ip(f"link add {_PREFIX}br type bridge")
            _ip(f"addr add {NET}.1/24 dev {_PREFIX}br")
            _ip(f"link set {_PREFIX}br up")
            for host, number in HOSTS.items():
                inside = f"-n {_PREFIX}{host}"
                _ip(f"netns add {_PREFIX}{host}")
                _ip(f"link add {_PREFIX}{host} type veth peer name eth0 netns {_PREFIX}{host}")
                _ip(f"link set {_PREFIX}{host} master {_PREFIX}br up")
                _ip(f"{inside} addr add {NET}.{number}/24 dev eth0")
                _ip(f"{inside} link set eth0 up")
                _ip(f"{inside} link set lo up")
            yield
        finally:
            self._end()
            for host in HOSTS:
                _ip(f"netns del {_PREFIX}{host}", check=False)
            _ip(f"link del {_PREFIX}br", check=False)

    def cable(self, host: str, state: str) -> None:
        """Pulls a host's cable (`down`), or puts it back (`up`)."""
        _ip(f"link set {_PREFIX}{host} {state}")

    def run(
        self, host: str, name: str, command: list[str], environment: Mapping[str, str], **more: Any
    ) -> None:
        """Starts a process on a host, with a home of its own."""
        home = self.folder / host
        home.mkdir(exist_ok=True)
        own = {"HOME": str(home), "PREFECT_HOME": str(home / "prefect"), "TMPDIR": str(home)}
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [*("ip", "netns", "exec", f"{_PREFIX}{host}"), *more.pop("before", ()), *command],
                env={**clean_environment(), "NO_PROXY": "*", "no_proxy": "*", **own, **environment},
                cwd=more.pop("cwd", ROOT),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _end(self) -> None:
        for name, process in reversed(self.processes.items()):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                try:
                    process.wait(40)
                except subprocess.TimeoutExpired:
                    print(f"  {name} had to be killed", flush=True)
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()


def _ip(words: str, *, check: bool = True) -> None:
    subprocess.run(["ip", *words.split()], check=check, capture_output=not check)


def measure(folder: Path, options: Namespace) -> dict[str, Any]:
    """Productions through two workers on hosts of their own, one of which is cut off meanwhile."""
    if lacking := missing():
        raise SystemExit(f"hosts: {'; '.join(lacking)}")
    hosts = Hosts(folder)
    folder.chmod(0o711)  # PostgreSQL runs as nobody
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and the hosts are taken down
    key = {name: secrets.token_hex(12) for name in ("db", "redis", "s3", "internal", "models")}
    with ExitStack() as stack:
        stack.enter_context(hosts.wired())
        _data(hosts, key)
        _prefect(hosts, key)
        for host in ("w1", "w2"):
            hosts.run(host, host, [*_BOOTSTRAP, host], _worker(key, folder / host))
        environment = _worker(key, folder / "desk")
        api = httpx.Client(base_url=PREFECT_API, trust_env=False, timeout=30)
        _until(lambda: len(_online(api)) == 2, "both workers are online")
        print(f"workers: {', '.join(_online(api))}", flush=True)
        found = _productions(hosts, environment, api, options)
        checked = subprocess.run(
            [str(Path(sys.executable).parent / "greenlight"), "verify"],
            env={**clean_environment(), **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        print(checked.stdout[-2000:] + checked.stderr[-500:], flush=True)
        return {**found, "verify": checked.returncode}


_BOOTSTRAP = [sys.executable, "-m", "deployments.bootstrap", "--then-work"]


def _data(hosts: Hosts, key: Mapping[str, str]) -> None:
    """PostgreSQL, Redis, S3 and the models' stand-in."""
    folder = hosts.folder / "data"
    (folder / "pg").mkdir(parents=True)
    shutil.chown(folder / "pg", "nobody")
    binaries = postgres.binaries()
    assert binaries is not None
    password = hosts.folder / "password"
    password.write_text(key["db"])
    shutil.chown(password, "nobody")
    unprivileged = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
    made = [
        "--auth=scram-sha-256",
        "--username=postgres",
        f"--pwfile={password}",
        "--encoding=UTF8",
    ]
    data = folder / "pg" / "cluster"
    subprocess.run(
        [*unprivileged, str(binaries / "initdb"), f"--pgdata={data}", *made],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
    )
    with (data / "pg_hba.conf").open("a") as access:
        access.write(f"host all all {NET}.0/24 scram-sha-256\n")
    server = [str(binaries / "postgres"), "-D", str(data), "-k", str(folder / "pg")]
    settings = ["-c", f"listen_addresses={DATA}", "-c", "max_connections=200"]
    hosts.run("data", "postgres", [*server, *settings], {}, before=unprivileged, cwd="/")
    redis = ["redis-server", "--bind", DATA, "--requirepass", key["redis"], "--save", ""]
    hosts.run("data", "redis", redis, {}, cwd=folder)
    weed = objectstore.binary()
    assert weed is not None
    credentials = Credentials(s3_access_key_id="studio", s3_secret_access_key=key["s3"])
    (folder / "s3").mkdir()
    objectstore.write_config(folder / "s3", credentials, DATA)
    names = ("s3", "master", "volume", "filer", "admin")
    ports = {n: 8300 + 10 * i for i, n in enumerate(names)}
    ports |= {f"{n}_grpc": port + 10_000 for n, port in ports.items()}
    command = objectstore.command(weed, folder / "s3", folder, ports, DATA)
    hosts.run("data", "s3", command, objectstore.environment(credentials), cwd=folder / "s3")
    models = [sys.executable, "-m", "greenlight_standin", "--host", DATA, "--port", "8400"]
    models += ["--data", str(folder / "models")]
    hosts.run("data", "models", models, {"GREENLIGHT_STANDIN_API_KEY": key["models"]})
    ready = objectstore.readiness(objectstore.settings_of(f"http://{DATA}:8300", credentials))
    _until(lambda: ready(0), "S3 takes writes")


def _prefect(hosts: Hosts, key: Mapping[str, str]) -> None:
    """The API on one host, its background services on another; Redis is what joins them."""
    redis = f"redis://:{key['redis']}@{DATA}:6379"
    environment = {
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": (
            f"postgresql+asyncpg://postgres:{key['db']}@{DATA}:5432/postgres"
        ),
        "PREFECT_MESSAGING_BROKER": "prefect_redis.messaging",
        "PREFECT_MESSAGING_CACHE": "prefect_redis.messaging",
        "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
        "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
        "PREFECT_REDIS_MESSAGING_URL": f"{redis}/0",
        "PREFECT_SERVER_DOCKET_URL": f"{redis}/1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_API_URL": PREFECT_API,
    }
    prefect = str(Path(sys.executable).parent / "prefect")
    command = [prefect, "server", "start", "--host", API, "--port", "4200", "--no-services"]
    hosts.run("api", "api", command, environment)
    _until(_healthy, "Prefect's API answers")
    hosts.run("services", "services", [prefect, "server", "services", "start"], environment)


def _worker(key: Mapping[str, str], home: Path) -> dict[str, str]:
    """What a worker needs to know, and whoever decides: the variables of the README."""
    return {
        **patient_settings(),
        **result_settings(),
        "PREFECT_API_URL": PREFECT_API,
        "GREENLIGHT_HOME": str(home),
        "GREENLIGHT_ROOT": str(ROOT),
        "GREENLIGHT_PROFILE": "env",
        "GREENLIGHT_PREFECT_API_URL": PREFECT_API,
        "GREENLIGHT_S3_ENDPOINT_URL": f"http://{DATA}:8300",
        "GREENLIGHT_S3_BUCKET": objectstore.BUCKET,
        "GREENLIGHT_S3_ACCESS_KEY_ID": "studio",
        "GREENLIGHT_S3_SECRET_ACCESS_KEY": key["s3"],
        "GREENLIGHT_MODELS_API_KEY": key["models"],
        "GREENLIGHT_MODELS_BASE_URL": f"http://{DATA}:8400",
        "GREENLIGHT_MEDIA_URL": f"http://{DATA}:8500",
        "GREENLIGHT_MEDIA_SECRET": "hosts-" + key["internal"],
        "GREENLIGHT_LINGER_SECONDS": "5",
        "GREENLIGHT_POLL_SECONDS": "1",
        "GREENLIGHT_POST_SECONDS": "60",
        "PYTHONUNBUFFERED": "1",
    }


def _productions(
    hosts: Hosts, environment: Mapping[str, str], api: httpx.Client, options: Namespace
) -> dict[str, Any]:
    desk, person = Desk(load_profile("env", environment)), this_person("hosts")
    begun, cut_at, back_at = time.monotonic(), 0.0, 0.0
    fields = {"title": "Lighthouse", "vision": "A keeper climbs the stairs. She lights the lamp."}
    fields |= {"shots": options.shots, "seconds": 3 * options.shots, "candidates": 1}
    fields |= {"sheets": "none"}
    open_ = []
    for number in range(options.productions):
        brief = check_brief({**fields, "show": f"hosts-{number}"}, "hosts")
        open_.append(desk.submit(brief, ROOT, person).production)
    made, resolved = list(open_), 0
    at_cut: list[str] = []
    while open_ and time.monotonic() - begun < options.patience:
        for production in list(open_):
            _, state = desk.look(production)
            if state.delivered:
                print(f"  {time.monotonic() - begun:5.0f} s  {production} delivered", flush=True)
                open_.remove(production)
            elif state.waiting:
                wishes, left = choose_all(state.waiting)
                wishes = wishes or [Wish(target=w.take, verdict="approve") for w in left[:1]]
                desk.decide(production, wishes, person)
            unknown = [e.slot.path for e in desk.ledger(production) if e.unknown]
            if unknown:
                print(f"  {production}: nobody knows what became of {unknown}", flush=True)
                outcome = dict.fromkeys(unknown, "charged")
                desk.resolve(production, outcome, again=True, who=person)  # type: ignore[arg-type]
                resolved += len(unknown)
        frames = [r for r in _paid(hosts) if r["role"] == "image"]
        if not cut_at and frames:
            at_cut = [r["name"] for r in _running(api)]
            print(f"  {time.monotonic() - begun:5.0f} s  w1 is cut off, {at_cut} run", flush=True)
            hosts.cable("w1", "down")
            cut_at = time.monotonic()
        if cut_at and not back_at and time.monotonic() - cut_at > options.cut:
            hosts.cable("w1", "up")
            back_at = time.monotonic()
            print(f"  {back_at - begun:5.0f} s  w1 is back", flush=True)
        time.sleep(1)
    rows = _paid(hosts)
    slots = sum(len(desk.ledger(production)) for production in made)
    return {
        "productions": len(made),
        "shots": options.shots,
        "seconds": time.monotonic() - begun,
        "cut": options.cut,
        "running_at_the_cut": at_cut,
        "lost": open_,
        "posts": len(rows),
        "slots": slots,
        "billed": sum(bool(r["billed"]) for r in rows),
        "resolved": resolved,
        "online": _online(api),
        "runs": dict(Counter(r["state_type"] for r in _runs(api))),
    }


def _paid(hosts: Hosts) -> list[dict[str, Any]]:
    key = (hosts.folder / "data" / "models" / "admin.key").read_text()
    with admin_client(f"http://{DATA}:8400", key) as standin:
        answer = standin.get("requests", params={"paid": 1}, timeout=30)
    return list(answer.raise_for_status().json())


def _runs(api: httpx.Client) -> list[dict[str, Any]]:
    wanted = {"flows": {"name": {"any_": ["previs"]}}, "limit": 200}
    return list(api.post("/flow_runs/filter", json=wanted).raise_for_status().json())


def _running(api: httpx.Client) -> list[dict[str, Any]]:
    return [run for run in _runs(api) if run["state_type"] == "RUNNING"]


def _online(api: httpx.Client) -> list[str]:
    wanted = {"workers": {"status": {"any_": ["ONLINE"]}}}
    answer = api.post("/work_pools/greenlight/workers/filter", json=wanted)
    return sorted(w["name"] for w in answer.json()) if answer.is_success else []


def _healthy() -> bool:
    try:
        return httpx.get(f"{PREFECT_API}/health", trust_env=False, timeout=5).is_success
    except httpx.HTTPError:
        return False


def _until(true: Any, what: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError(f"in {_START_SECONDS:.0f} s it did not come to pass that {what}")
        time.sleep(0.5)
    print(f"{what}", flush=True)


def aims(found: dict[str, Any]) -> list[tuple[str, bool]]:
    """All are delivered, and nothing is paid for twice."""
    return [
        at_most("lost productions", len(found["lost"]), 0),
        at_most("paid requests beyond the asks", found["posts"] - found["slots"], 0),
        at_most("exit code of `greenlight verify`", found["verify"], 0),
    ]
