"""Places that tables and briefs name: read for their authors, and nothing beyond that."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenlight.access import addresses
from greenlight.batches.columns import read_briefs
from greenlight.batches.rows import Plan, plan_rows
from greenlight.batches.sources import Source, newest, open_source
from greenlight.briefs import places
from greenlight.briefs.intake import gather
from greenlight.briefs.places import Reach, folder_of, shown
from greenlight.desk import this_person
from greenlight.errors import GreenlightError, InvalidInput, ServiceUnavailable
from greenlight.production.brief import Brief
from greenlight.settings import ModelSettings, Profile, S3Settings
from greenlight.store.keys import OWN

SECRET = "whsec_very-secret-value"
WHO = this_person("ada")


def profile(name: str) -> Profile:
    return Profile(
        name=name,
        simulated=True,
        prefect_api_url="http://127.0.0.1:9/api",
        s3=S3Settings(
            endpoint_url="http://127.0.0.1:9",
            bucket="main",
            access_key_id="a",
            secret_access_key="b",
        ),
        models=ModelSettings(api_key="x"),
        media_url="http://127.0.0.1:9",
        media_secret="s" * 32,
    )


EMBEDDED, STUDIO = profile("embedded"), profile("studio")


class Bucket:
    """An S3 client over a dictionary; every key that was asked for is kept."""

    def __init__(self, objects: dict[str, bytes]) -> None:
        self.objects, self.asked = objects, list[str]()

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        self.asked.append(f"{Bucket}/{Key}")
        if f"{Bucket}/{Key}" not in self.objects:
            raise ClientError({"Error": {"Code": "404"}}, "head")
        data = self.objects[f"{Bucket}/{Key}"]
        at = datetime(2026, 1, 1, tzinfo=UTC)
        return {
            "Metadata": {},
            "ContentLength": len(data),
            "ContentType": "text/csv",
            "ETag": "e",
            "LastModified": at,
            "ResponseMetadata": {"HTTPHeaders": {"date": format_datetime(at, usegmt=True)}},
        }

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        found = self.head_object(Bucket=Bucket, Key=Key)
        return {**found, "Body": BytesIO(self.objects[f"{Bucket}/{Key}"])}


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Bucket:
    brief = b"title: Hall\nvision: A hall.\n"
    record = f'{{"address": "{SECRET}", "title": "{SECRET}"}}'.encode()
    objects = {"main/tables/briefs/hall.yaml": brief, "main/hall.yaml": brief}
    objects |= {"main/tables-of-others/hall.yaml": record, "other/tables/hall.yaml": record}
    objects |= {f"main/{prefix}x.json": record for prefix in OWN}
    client = Bucket(objects)
    monkeypatch.setattr("greenlight.store.objects.connect", lambda *_: client)
    return client


def planned(text: str, place: str, settings: Profile, name: str = "t.jsonl") -> Plan:
    source = Source(place, name, text.encode(), settings, folder_of(place, settings))
    return plan_rows(source, read_briefs(source.data, name), "b", WHO, settings)


@pytest.mark.parametrize("root", ["s3://main/t.jsonl", "s3://main/tables/t.jsonl"])
@pytest.mark.parametrize("prefix", OWN)
def test_no_table_in_s3_reaches_what_is_greenlights_own(
    bucket: Bucket, root: str, prefix: str
) -> None:
    names = [f"s3://main/{prefix}x.json", f"s3:///{prefix}x.json", f"S3://main/{prefix}x.json"]
    names += [f"{prefix}x.json", f"../{prefix}x.json", f"./{prefix}x.json", f"a/../{prefix}x.json"]
    names += [f"s3://main/tables/../{prefix}x.json", f"s3://main//{prefix}x.json"]
    text = "".join(f'{{"brief": "{name}"}}\n' for name in names)
    found = planned(text, root, STUDIO)
    assert (len(found.rejects), found.rows) == (len(names), ())
    assert not [key for key in bucket.asked if key.startswith(f"main/{prefix}")]
    assert SECRET not in str(found)


@pytest.mark.parametrize(
    "name",
    [
        "s3://main/tables-of-others/hall.yaml",
        "../tables-of-others/hall.yaml",
        "s3://other/tables/hall.yaml",
        "s3://../tables/hall.yaml",
        "/etc/passwd",
        "~/hall.yaml",
        "file:///etc/passwd",
        "https://127.0.0.1/x",
        "http://localhost:9/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://2130706433/x",
        "https://169.254.169.254/latest",
        "https://10.0.0.1/x",
        "http://[broken/x",
        "a\\u0000b",
    ],
)
def test_a_table_in_s3_names_what_lies_beside_it_and_the_open_internet_alone(
    bucket: Bucket, name: str
) -> None:
    text = f'{{"brief": "{name}"}}\n{{"brief": "briefs/hall.yaml"}}\n'
    found = planned(text, "s3://main/tables/t.jsonl", STUDIO)
    assert [row.brief.title for row in found.rows] == ["Hall"]
    assert [reject.row for reject in found.rejects] == [1]
    assert set(bucket.asked) == {"main/tables/briefs/hall.yaml"}
    image = {"title": "A", "vision": "b", "references": [{"name": "x", "image": name}]}
    reach = Reach(STUDIO, "s3://main/tables/")
    with pytest.raises(GreenlightError):
        gather(Brief.model_validate(image), Path("/nowhere"), STUDIO, reach)
    assert set(bucket.asked) == {"main/tables/briefs/hall.yaml"}


def test_a_table_at_the_root_of_a_bucket_names_what_people_put_there(bucket: Bucket) -> None:
    found = planned('{"brief": "hall.yaml"}', "s3://main/t.jsonl", STUDIO)
    assert [row.brief.title for row in found.rows] == ["Hall"]


def test_a_table_on_the_web_names_nothing_in_s3_and_no_file(bucket: Bucket) -> None:
    names = ["s3://main/tables/briefs/hall.yaml", "/etc/passwd", "s3:///access/x.json"]
    text = "".join(f'{{"brief": "{name}"}}\n' for name in names)
    found = planned(text, "https://example.com/t.jsonl", STUDIO)
    assert (len(found.rejects), bucket.asked) == (3, [])


@pytest.mark.parametrize("prefix", OWN)
def test_greenlights_own_records_are_no_tables(bucket: Bucket, prefix: str) -> None:
    with pytest.raises(InvalidInput, match="Greenlight's own records"):
        open_source(f"s3://main/{prefix}x.jsonl", STUDIO)
    with pytest.raises(InvalidInput, match="Greenlight's own records"):
        open_source(f"s3:///{prefix}x.jsonl", STUDIO)


def test_the_newest_table_is_not_looked_for_among_greenlights_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from greenlight.batches import sources
    from greenlight.store.objects import Listed

    keys = ["nights/a.csv", "ledger/x/b.jsonl", "shows/a/b/t.csv"]
    listed = [Listed(k, 1, "e", datetime(2026, 1, n, tzinfo=UTC)) for n, k in enumerate(keys, 1)]

    class Listing:
        def listed(self, prefix: str) -> list[Listed]:
            return listed

    monkeypatch.setattr(sources, "open_bucket", lambda *_: Listing())
    assert newest("s3://main/", STUDIO) == "s3://main/nights/a.csv"


@pytest.mark.parametrize(
    "name", ["../secret.yaml", "{outside}", "link.yaml", "~/x.yaml", "/dev/zero"]
)
def test_a_table_on_this_machine_names_files_beside_and_below_it(tmp_path: Path, name: str) -> None:
    outside, folder = tmp_path / "secret.yaml", tmp_path / "tables"
    (folder / "briefs").mkdir(parents=True)
    outside.write_text(f"title: {SECRET}\nvision: x\naddress: {SECRET}\n")
    (folder / "link.yaml").symlink_to(outside)
    (folder / "briefs" / "hall.yaml").write_text("title: Hall\nvision: A hall.\n")
    own = folder / "briefs" / "hall.yaml"
    text = f'{{"brief": "{name.format(outside=outside)}"}}\n'
    text += f'{{"brief": "briefs/hall.yaml", "shots": 2}}\n{{"brief": "{own}"}}\n'
    (folder / "t.jsonl").write_text(text)
    source = open_source(str(folder / "t.jsonl"), EMBEDDED)
    found = plan_rows(source, read_briefs(source.data, source.name), "b", WHO, EMBEDDED)
    assert [row.brief.title for row in found.rows] == ["Hall", "Hall"]
    assert [reject.row for reject in found.rejects] == [1]
    assert SECRET not in str(found.rejects)


@pytest.mark.parametrize(
    "brief",
    [
        f"title: x\nvision: y\naddress: {SECRET}\n",
        f"title: x\nvision: y\nfps: {SECRET}\n",
        f"title: x\nvision: y\naspect_ratio: {SECRET}\n",
        f"title: x\nvision: y\nshots: {SECRET}\n",
        f"title: x\nvision: y\nmodels: {{video: {SECRET}}}\n",
        f"title: x\nvision: y\nscenes: {SECRET}\n",
        f"title: x\nvision: y\nscreenplay: {SECRET}\n",
        f"title: x\nvision: y\nreferences: [{{name: {SECRET}, image: {SECRET}.png}}]\n",
        f"title: x\nvision: y\nreferences: [{{name: {SECRET}}}, {{name: {SECRET}}}]\n",
        f"title: x\nvision: y\nreferences: [{SECRET}]\n",
        f"- {SECRET}\n",
        f"{SECRET}: [\n",
        f"title: x\nvision: y\nshow: {SECRET}\n",
    ],
)
def test_rejects_never_repeat_what_a_named_brief_says(tmp_path: Path, brief: str) -> None:
    (tmp_path / "hall.yaml").write_text(brief)
    (tmp_path / "t.csv").write_text("brief,candidates\nhall.yaml,2\n")
    source = open_source(str(tmp_path / "t.csv"), EMBEDDED)
    found = plan_rows(source, read_briefs(source.data, source.name), "b", WHO, EMBEDDED)
    assert found.rows == ()
    assert found.rejects
    assert SECRET not in str(found.rejects)


def test_what_the_row_itself_says_is_still_shown(tmp_path: Path) -> None:
    (tmp_path / "hall.yaml").write_text("title: Hall\nvision: A hall.\n")
    (tmp_path / "t.csv").write_text("brief,fps,aspect_ratio\nhall.yaml,12,9:1\n")
    source = open_source(str(tmp_path / "t.csv"), EMBEDDED)
    found = plan_rows(source, read_briefs(source.data, source.name), "b", WHO, EMBEDDED)
    assert {(r.column, r.value) for r in found.rejects} == {("fps", "12"), ("aspect_ratio", "9:1")}


def test_a_brief_given_to_a_worker_elsewhere_names_no_file_of_it(tmp_path: Path) -> None:
    (tmp_path / "play.fountain").write_text("INT. HALL - DAY\n\nShe waits.\n")
    given = {"title": "x", "vision": "y", "screenplay": str(tmp_path / "play.fountain")}
    with pytest.raises(InvalidInput, match="from this machine only"):
        gather(Brief.model_validate(given), tmp_path, STUDIO, Reach(STUDIO, files=False))
    picture = {"title": "x", "vision": "y", "references": [{"name": "x", "image": "/etc/hostname"}]}
    with pytest.raises(InvalidInput, match="a local file"):
        gather(Brief.model_validate(picture), tmp_path, STUDIO, Reach(STUDIO, files=False))


Answer = Callable[[BaseHTTPRequestHandler], None]


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, dict[str, Answer], list[str]]]:
    """A server on this machine with answers by path, and what was asked of it."""
    answers: dict[str, Answer] = {}
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            answers[self.path](self)

        def log_message(self, *more: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", answers, asked
    server.shutdown()
    server.server_close()


def answer(body: bytes = b"", status: int = 200, **headers: str) -> Answer:
    def say(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return say


def test_the_embedded_stack_reads_this_machine_for_a_person_and_for_nobody_elsewhere(web) -> None:
    base, answers, asked = web
    answers["/t.csv?sig=abc"] = answer(b"title,vision\nFox,x\n")
    source = open_source(f"{base}/t.csv?sig=abc", EMBEDDED)
    assert (source.place, source.name) == (f"{base}/t.csv", "t.csv")
    rows = f'{{"brief": "{base}/x.yaml"}}\n{{"brief": "x.yaml"}}\n'
    found = planned(rows, f"{base}/t.jsonl", EMBEDDED)
    assert len(found.rejects) == 2
    only = f'{{"brief": "{base}/x.yaml"}}\n'
    assert planned(only, "s3://main/tables/t.jsonl", EMBEDDED).rows == ()
    assert asked == ["/t.csv?sig=abc"]
    with pytest.raises(InvalidInput, match="public addresses"):
        Reach(STUDIO).read(f"{base}/t.csv?sig=abc")
    assert asked == ["/t.csv?sig=abc"]


def test_a_redirect_is_followed_where_it_may_and_looked_up_anew(web) -> None:
    base, answers, asked = web
    answers["/a"] = answer(status=302, location="/b")
    answers["/b"] = answer(b"here")
    answers["/out"] = answer(status=302, location="https://10.0.0.1/x")
    answers["/file"] = answer(status=302, location="file:///etc/passwd")
    answers["/loop"] = answer(status=302, location="/loop")
    reach = Reach(EMBEDDED)
    assert reach.read(f"{base}/a") == b"here"
    for path, said in (("/out", "never connects"), ("/file", "supported"), ("/loop", "redirects")):
        with pytest.raises(InvalidInput, match=said):
            reach.read(base + path)
    assert asked.count("/loop") == 4


def test_a_name_that_leads_elsewhere_when_it_is_used_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.1.2.3", 443))]
    monkeypatch.setattr(addresses.socket, "getaddrinfo", lambda *a, **k: found)
    with pytest.raises(InvalidInput, match="public addresses"):
        Reach(STUDIO).read("https://tables.example.com/t.csv?sig=abc")


def test_answers_are_cut_by_size_and_time_and_not_repeated_in_errors(
    web, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, answers, _ = web

    def endless(handler: BaseHTTPRequestHandler) -> None:
        answer()(handler)
        while True:
            handler.wfile.write(SECRET.encode() * 1000)

    def dripping(handler: BaseHTTPRequestHandler) -> None:
        for _ in range(100):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)

    def quiet(say: Answer) -> Answer:
        def safe(handler: BaseHTTPRequestHandler) -> None:
            try:
                say(handler)
            except OSError:
                handler.close_connection = True

        return safe

    answers["/endless"], answers["/dripping"] = quiet(endless), quiet(dripping)
    answers["/404"] = answer(SECRET.encode(), 404)
    answers["/503"] = answer(SECRET.encode(), 503)
    packed = gzip.compress(b"x" * 1000)
    answers["/packed"] = answer(packed, content_encoding="gzip")
    monkeypatch.setattr(places, "FETCH_SECONDS", 1.0)
    kinds = {"/dripping": ServiceUnavailable, "/503": ServiceUnavailable}
    for path in answers:
        with pytest.raises(kinds.get(path, InvalidInput)) as caught:
            Reach(EMBEDDED).read(base + path, 10_000)
        assert SECRET not in str(caught.value)


def test_a_signature_is_not_shown() -> None:
    assert shown("https://x.example/t.csv?X-Amz-Signature=abc#y") == "https://x.example/t.csv"
    assert shown("s3://main/a?b.csv") == "s3://main/a?b.csv"
    assert shown("/tables/a?b.csv") == "/tables/a?b.csv"
