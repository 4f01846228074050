"""The clients that are compared. Each is imported and made inside a measured process, so imports are in functions."""

import time
from collections.abc import Callable, Sequence

FRAME = ('{"event_type":"venta_registrada","data":{"items":"' + "x" * 600)[:597] + '"}}'
"""600 bytes, as of a sale with three lines."""

Send = Callable[[Sequence[str]], list[float]]
"""Posts the frame to every id; returns when each one that was sent was answered, on the monotonic clock."""


def boto3_client(endpoint: str, connections: int) -> Send:
    """boto3 as it is used best: one client for all threads, as many connections as threads, no retries."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - measured

    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    config = Config(
        max_pool_connections=connections, connect_timeout=9, read_timeout=9, retries={"total_max_attempts": 1}
    )
    client = boto3.client("apigatewaymanagementapi", endpoint_url=endpoint, config=config)
    data = FRAME.encode()

    def post(name: str) -> float | None:
        try:
            client.post_to_connection(ConnectionId=name, Data=data)
        except (ClientError, BotoCoreError):
            return None
        return time.monotonic()

    def send(names: Sequence[str]) -> list[float]:
        with ThreadPoolExecutor(connections) as pool:
            return [sent for sent in pool.map(post, names) if sent is not None]

    return send


def our_client(endpoint: str, connections: int) -> Send:
    """The product's own poster."""
    import os  # noqa: PLC0415 - measured

    from aws_lite.connection_pool import ConnectionPool, Endpoint  # noqa: PLC0415
    from aws_lite.credentials import credentials_of, region_of  # noqa: PLC0415
    from aws_lite.http_exchange import ExchangeError, HttpResponse  # noqa: PLC0415
    from saai_domain.codes import ConnectionId  # noqa: PLC0415
    from ws_gateway.delivery import poster as posters  # noqa: PLC0415
    from ws_gateway.delivery.outcome import DeliveryOutcome  # noqa: PLC0415

    poster = posters.ApiGatewayPoster(
        pool=ConnectionPool(Endpoint.parse(endpoint)),
        credentials=credentials_of(os.environ),
        region=region_of(os.environ),
        connections=connections,
    )

    def send(names: Sequence[str]) -> list[float]:
        moments.clear()
        poster.post_all([ConnectionId(name) for name in names], FRAME.encode(), deadline=time.monotonic() + 30)
        return moments

    moments: list[float] = []
    plain = posters._outcome  # noqa: SLF001 - there is no other place to take the time at

    def timed(result: HttpResponse | ExchangeError) -> DeliveryOutcome:
        outcome = plain(result)
        if outcome is DeliveryOutcome.SENT:
            moments.append(time.monotonic())
        return outcome

    posters._outcome = timed  # noqa: SLF001
    return send


def floor_client(endpoint: str, connections: int) -> Send:
    """As little as Python can do: requests signed before the clock starts, and one thread."""
    from benchmarks.fan_out.floor import Floor  # noqa: PLC0415 - measured

    return Floor(endpoint, connections, FRAME.encode()).send


CLIENTS: dict[str, Callable[[str, int], Send]] = {
    "boto3": boto3_client,
    "ours": our_client,
    "floor": floor_client,
}
