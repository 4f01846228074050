"""The clients that are compared. Each is imported and made inside a measured process, so imports are in functions."""

import time
from collections.abc import Callable, Sequence

FRAME = ('{"event_type":"venta_registrada","data":{"items":"' + "x" * 600)[:597] + '"}}'
"""600 bytes, as of a sale with three lines."""

Send = Callable[[Sequence[str]], list[tuple[str, float]]]
"""Posts the frame to every id; returns which were sent, and when on the monotonic clock."""


def boto3_client(endpoint: str, connections: int) -> Send:
    """boto3 as it is used best: one client for all threads, as many connections as threads, no retries."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - measured

    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    config = Config(
        max_pool_connections=connections, connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1}
    )
    client = boto3.client("apigatewaymanagementapi", endpoint_url=endpoint, config=config)
    data = FRAME.encode()

    def post(name: str) -> tuple[str, float] | None:
        try:
            client.post_to_connection(ConnectionId=name, Data=data)
        except (ClientError, BotoCoreError):
            return None
        return name, time.monotonic()

    def send(names: Sequence[str]) -> list[tuple[str, float]]:
        with ThreadPoolExecutor(connections) as pool:
            return [sent for sent in pool.map(post, names) if sent is not None]

    return send


def our_client(endpoint: str, connections: int) -> Send:
    """The product's own: its fan-out over its poster."""
    from saai_domain.codes import ConnectionId, TenantId, UserCode  # noqa: PLC0415 - measured
    from saai_domain.roles import Rol  # noqa: PLC0415
    from ws_gateway.connections import Connection  # noqa: PLC0415
    from ws_gateway.fan_out import FanOut, Outcome  # noqa: PLC0415
    from ws_gateway.poster import ApiGatewayPoster, api_gateway_poster  # noqa: PLC0415

    class Timed(ApiGatewayPoster):
        """Notes when a post was answered."""

        def post(self, connection_id: ConnectionId, data: bytes) -> Outcome:
            outcome = poster.post(connection_id, data)
            moments[connection_id] = time.monotonic()
            return outcome

    poster = api_gateway_poster(endpoint)
    moments: dict[str, float] = {}
    fan_out = FanOut(poster=Timed.__new__(Timed), threads=connections)

    def recipient(name: str) -> Connection:
        return Connection(
            tenant_id=TenantId("T001"),
            connection_id=ConnectionId(name),
            codigo_usuario=UserCode("T001U001"),
            rol=Rol.ADMIN,
            connected_at=0,
            expira=2**31,
        )

    def send(names: Sequence[str]) -> list[tuple[str, float]]:
        delivery = fan_out.deliver(FRAME, [recipient(name) for name in names], deadline=time.monotonic() + 30)
        return [
            (each.connection_id, moments[each.connection_id])
            for each, outcome in delivery.outcomes.items()
            if outcome is Outcome.SENT
        ]

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
