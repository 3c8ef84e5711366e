"""The batch APIs of both providers, in memory: each request of a batch is answered by the server's script."""

import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

_FILE = re.compile(rb'name="file".*?\r\n\r\n(.*?)\r\n--', re.DOTALL)


@dataclass
class Batch:
    """One job."""

    id: str
    api: str
    lines: list[dict[str, Any]]
    cancelled: bool = False

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The requests in it."""
        return [line["body"] if self.api == "openai" else line["params"] for line in self.lines]


@dataclass
class Batches:
    """All jobs of a server.

    Args:
        answer: the reply to one request as status and body, or a word for one that was not answered (`expired`).
    """

    answer: Callable[[str, dict[str, Any]], tuple[int, dict[str, Any]] | str]
    handed_in: list[Batch] = field(default_factory=list)
    hold: bool = False
    """True while all jobs are running."""
    looks: int = 0
    """How often somebody looked whether a job is done."""
    broken: bool = False
    """True: the answer to handing in is lost, though the job is there."""
    refuse: str = ""
    """Why no job is taken."""
    failed: bool = False
    """True: jobs end without any of them being begun."""
    looked: threading.Event = field(default_factory=threading.Event)
    """Set when somebody looked."""
    uploads: list[bytes] = field(default_factory=list)
    """Files with their forms."""
    drop_files: bool = False
    """True: the connection breaks at each upload."""
    _files: dict[str, bytes] = field(default_factory=dict)

    def serve(self, method: str, path: str, body: Mapping[str, Any], raw: bytes) -> tuple[int, bytes] | None:  # noqa: PLR0911 - one a path
        """Status and body; None for a path that has nothing to do with batches."""
        parts = path.removeprefix("/v1/").split("?")[0].split("/")
        match (method, parts):
            case ("POST", ["files"]):
                self.uploads.append(raw)
                if self.drop_files:
                    return 200, b""
                found = _FILE.search(raw)
                assert found is not None
                return self._kept(found[1])
            case ("GET", ["files", name, "content"]):
                return 200, self._files[name]
            case ("POST", ["batches"]):
                lines = self._files[body["input_file_id"]].splitlines()
                return self._taken("openai", [json.loads(line) for line in lines])
            case ("POST", ["messages", "batches"]):
                return self._taken("anthropic", body["requests"])
            case (_, ["batches", name, *rest]) | (_, ["messages", "batches", name, *rest]):
                job = next((one for one in self.handed_in if one.id == name), None)
                if job is None:
                    return 404, _json({"error": {"type": "not_found_error", "message": f"no batch {name}"}})
                return self._looked(job, rest[0] if rest else "")
        return None

    def _kept(self, data: bytes) -> tuple[int, bytes]:
        name = f"file-{len(self._files) + 1}"
        self._files[name] = data
        file = {"id": name, "object": "file", "bytes": len(data), "created_at": 1, "filename": "f", "purpose": "batch"}
        return 200, _json({**file, "status": "processed"})

    def _taken(self, api: str, lines: list[dict[str, Any]]) -> tuple[int, bytes]:
        if self.refuse:
            return 400, _json({"error": {"type": "invalid_request_error", "message": self.refuse}})
        job = Batch(f"batch-{len(self.handed_in) + 1}", api, lines)
        self.handed_in.append(job)
        return (200, b"") if self.broken else (200, self._state(job))

    def _looked(self, job: Batch, what: str) -> tuple[int, bytes]:
        if what == "cancel":
            job.cancelled = True
            self.hold = False
        if what == "results":
            return 200, b"".join(_json(self._result(job, line)) + b"\n" for line in job.lines)
        self.looks += 1
        self.looked.set()
        return 200, self._state(job)

    def _state(self, job: Batch) -> bytes:
        if job.api == "anthropic":
            counts = dict.fromkeys(("canceled", "errored", "expired", "processing", "succeeded"), 0)
            times = {"created_at": "2030-01-01T00:00:00Z", "expires_at": "2030-01-02T00:00:00Z"}
            told = {"id": job.id, "type": "message_batch", "request_counts": counts, **times}
            return _json({**told, "processing_status": "in_progress" if self.hold else "ended"})
        state: dict[str, Any] = {
            "id": job.id,
            "object": "batch",
            "endpoint": "/v1/chat/completions",
            "completion_window": "24h",
        }
        state |= {"input_file_id": "file-1", "created_at": 1}
        if self.hold:
            return _json({**state, "status": "in_progress"})
        if self.failed:
            errors = {
                "object": "list",
                "data": [{"code": "bad", "message": "line 1 is none", "line": 1, "param": None}],
            }
            return _json({**state, "status": "failed", "errors": errors})
        good, bad = b"", b""
        for line in job.lines:
            result = self._result(job, line)
            fine = result["response"] is not None and result["response"]["status_code"] == 200
            good, bad = (good + _json(result) + b"\n", bad) if fine else (good, bad + _json(result) + b"\n")
        self._files[f"{job.id}-good"], self._files[f"{job.id}-bad"] = good, bad
        files = {
            "output_file_id": f"{job.id}-good" if good else None,
            "error_file_id": f"{job.id}-bad" if bad else None,
        }
        return _json({**state, **files, "status": "cancelled" if job.cancelled else "completed"})

    def _result(self, job: Batch, line: dict[str, Any]) -> dict[str, Any]:
        path = "/v1/chat/completions" if job.api == "openai" else "/v1/messages"
        answer = self.answer(path, line["body"] if job.api == "openai" else line["params"])
        answer = ("cancelled" if job.api == "openai" else "canceled") if job.cancelled else answer
        told: dict[str, Any] = {"custom_id": line["custom_id"]}
        if job.api == "anthropic":
            if isinstance(answer, str):
                return {**told, "result": {"type": answer}}
            status, body = answer
            return {
                **told,
                "result": {"type": "succeeded", "message": body}
                if status == 200
                else {"type": "errored", "error": body},
            }
        if isinstance(answer, str):
            return {**told, "response": None, "error": {"code": f"batch_{answer}", "message": f"it has {answer}"}}
        return {**told, "response": {"status_code": answer[0], "request_id": "r", "body": answer[1]}, "error": None}


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
