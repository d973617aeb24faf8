"""A chat model on this machine that is wrong and writes markup, sentence by sentence with a pause before each."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ATTACK = (
    "<script>alert('model')</script> <img src=https://example.invalid/m.png onerror=alert(1)> "
    "![x](https://example.invalid/n.png) [link](https://example.invalid/l)"
)
WRONG = f"Modifier 51 may be appended to 97012 {ATTACK}."
PAUSE = 1.5
"""Seconds before each sentence: long enough to see what is shown before."""


class _Model(BaseHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        pass

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        prompt = " ".join(str(message["content"]) for message in asked["messages"])
        keys = re.findall(r"<passage key=(p-[0-9a-f]+)>", prompt)[:1]
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        pieces = [
            '{"sentences": [',
            json.dumps({"text": WRONG, "keys": keys}) + ", ",
            json.dumps({"text": f"Traction is lovely {ATTACK}.", "keys": keys}) + "]}",
        ]
        try:
            for piece in pieces:
                time.sleep(PAUSE)
                self._send({"role": "assistant", "content": piece}, None)
            self._send({}, "stop")
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            pass  # the page was closed

    def _send(self, delta: dict[str, str], end: str | None) -> None:
        chunk = {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "wrong",
            "choices": [{"index": 0, "delta": delta, "finish_reason": end}],
        }
        self.wfile.write(f"data: {json.dumps(chunk)}\n\n".encode())
        self.wfile.flush()


@contextmanager
def running() -> Iterator[str]:
    """The address to give as OPENAI_BASE_URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Model)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()
