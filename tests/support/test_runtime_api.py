"""The Runtime API outlives the processes that ask it."""

import socket
import struct
import threading

import pytest
from saai_support.lambda_runtime.runtime_api import RuntimeApi

RESET_AT_CLOSE = struct.pack("ii", 1, 0)
MORE_THAN_SOCKETS_HOLD = "x" * 20_000_000


def test_a_process_that_ends_while_it_is_answered_is_no_error(capfd: pytest.CaptureFixture[str]) -> None:
    """Lambda ends processes at any moment, and so do the benchmarks."""
    api = RuntimeApi("arn:aws:lambda:us-east-1:123456789012:function:f", timeout_seconds=10)
    threads = set(threading.enumerate())
    host, _, port = api.address.partition(":")
    with socket.create_connection((host, int(port))) as process:
        process.sendall(b"GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: f\r\n\r\n")
        assert api.first_poll() is not None
        process.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
        api.queue({"event": MORE_THAN_SOCKETS_HOLD})
        assert process.recv(1)
    for answering in set(threading.enumerate()) - threads:
        answering.join(timeout=10)
    api.close()
    assert capfd.readouterr().err == ""
