from __future__ import annotations

from pathlib import Path

from greenlight.local.logs import MAX_LOG_BYTES, Logs


def combined(logs: Logs) -> list[str]:
    """What the combined log says, without clocks and names of services."""
    lines = (logs.folder / "greenlight.log").read_text().splitlines()
    return [line.split(maxsplit=2)[2] for line in lines]


def test_the_combined_log_has_one_layout_for_all_services(tmp_path: Path) -> None:
    logs = Logs(tmp_path)
    with logs.open_for("worker") as worker, logs.open_for("postgres") as postgres:
        worker.write(b"\x1b[36m08:46:32.540 | INFO    | Flow run 'a' - Running\x1b[0m\n")
        postgres.write(b"2026-11-23 08:46:33.120 UTC LOG:  ready\n")
    logs.gather()
    lines = (tmp_path / "greenlight.log").read_text().splitlines()
    stamps, services, texts = zip(*(line.split(maxsplit=2) for line in lines), strict=True)
    assert services == ("worker", "postgres")
    assert texts == ("INFO    | Flow run 'a' - Running", "LOG:  ready")
    assert all(stamp.endswith("+00:00") for stamp in stamps)


def test_a_line_is_carried_over_once_and_whole_and_old_ones_are_not(tmp_path: Path) -> None:
    (tmp_path / "media.log").write_text("old\n")
    logs = Logs(tmp_path)
    with logs.open_for("media") as file:
        for part in (b"first\nsec", b"ond\n", b"third"):
            file.write(part)
            file.flush()
            logs.gather()
    assert combined(logs) == ["first", "second"]


def test_a_log_never_outgrows_its_limit_by_much(tmp_path: Path) -> None:
    logs = Logs(tmp_path)
    with logs.open_for("media") as file:
        file.write(b"x" * MAX_LOG_BYTES + b"\n")
        file.flush()
        logs.gather()
        file.write(b"after\n")
        file.flush()
        logs.gather()
    assert logs.path("media").stat().st_size < 100
    assert logs.reason("media") == "after"
    assert (tmp_path / "media.log.1").stat().st_size > MAX_LOG_BYTES


def test_the_store_s_heartbeats_stay_out_of_the_combined_log(tmp_path: Path) -> None:
    logs = Logs(tmp_path)
    with logs.open_for("s3") as file:
        file.write(b"I1123 08:51:41.038718 maintenance_manager.go:131 Maintenance\n")
        file.write(b"E1123 08:51:41.038718 volume.go:131 no space left on device\n")
    logs.gather()
    assert combined(logs) == ["volume.go:131 no space left on device"]


def test_the_reason_of_a_failure_is_its_last_error(tmp_path: Path) -> None:
    logs = Logs(tmp_path)
    with logs.open_for("postgres") as file:
        file.write(b"2026-11-23 08:46:33.120 UTC FATAL:  lock file exists\nHINT:  another one?\n")
    assert logs.reason("postgres") == "FATAL:  lock file exists"
