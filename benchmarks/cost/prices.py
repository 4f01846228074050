"""List prices of AWS, and all that the cost model assumes: the rest is counted (``benchmarks.cost.paths``)."""

from collections.abc import Mapping
from datetime import date
from typing import Final

import attrs

CHECKED: Final = date(2026, 11, 24)
REGION: Final = "us-east-1"
TERMS: Final = "on demand, first tier, without the free tier, without tax"


@attrs.frozen
class Price:
    """What ``per`` units of a meter cost in US dollars, on which service's bill.

    ``source``: where the price stands; ``seen``: how it could be checked that day, the prices' own pages being drawn by
    scripts that a text search doesn't see.
    """

    service: str
    usd: float
    per: float
    source: str
    seen: str = "not checked"

    def of(self, units: float) -> float:
        """Return what so many units cost."""
        return units * self.usd / self.per


MILLION: Final = 1_000_000
_FACTS: Final = "docs/aws-facts.md"
_TWO: Final = "two independent summaries"
_ONE: Final = "an independent summary"
_PAGE: Final = "quoted from the page's examples"
PRICES: Final[Mapping[str, Price]] = {
    "lambda requests": Price("Lambda", 0.20, MILLION, "lambda/pricing", _TWO),
    "lambda GB-seconds": Price("Lambda", 0.0000133334, 1, "lambda/pricing: arm64, first 7.5 billion", _TWO),
    # Sent or received, in units of 32 KB; the first billion.
    "websocket messages": Price("API Gateway WebSocket", 1.00, MILLION, "api-gateway/pricing", _FACTS),
    "websocket minutes": Price("API Gateway WebSocket", 0.25, MILLION, "api-gateway/pricing", _FACTS),
    # In units of 512 KB; the first 300 million.
    "http requests": Price("API Gateway HTTP", 1.00, MILLION, "api-gateway/pricing", _PAGE),
    "dynamodb read units": Price("DynamoDB", 0.125, MILLION, "dynamodb/pricing/on-demand", _FACTS),
    "dynamodb write units": Price("DynamoDB", 0.625, MILLION, "dynamodb/pricing/on-demand", _FACTS),
    # In units of 64 KB; delivery to Lambda is free.
    "sns publishes": Price("SNS", 0.50, MILLION, "sns/pricing", _TWO),
    # In units of 64 KB; of standard queues.
    "sqs requests": Price("SQS", 0.40, MILLION, "sqs/pricing", _ONE),
    # A rule's scheduled calls may be free: the summaries disagree. The price of custom events is taken.
    "schedule calls": Price("EventBridge", 1.00, MILLION, "eventbridge/pricing", _TWO),
    "log GB": Price("CloudWatch", 0.50, 1, "cloudwatch/pricing: ingestion of Lambda's logs, first 10 TB"),
    "log GB-months": Price("CloudWatch", 0.03, 1, "cloudwatch/pricing: kept, compressed"),
    "custom metrics": Price("CloudWatch", 0.30, 1, "cloudwatch/pricing: a month, first 10,000"),
    "alarms": Price("CloudWatch", 0.10, 1, "cloudwatch/pricing: a month, standard resolution"),
    # SSM's standard parameters are free; decrypting a SecureString is a request of KMS.
    "kms requests": Price("SSM and KMS", 0.03, 10_000, "kms/pricing"),
    "GB out": Price("Data transfer", 0.09, 1, "ec2/pricing/on-demand: out to the internet, first 10 TB"),
}
"""By meter; the sources are under aws.amazon.com."""

MILLISECONDS: Final[Mapping[str, float]] = {
    "own": 3,  # reading, deciding and printing, for a function not named below
    "ActualizarAnalitica": 60,  # docs/analytics.md has 100 of CPU for 556 sales on a whole core
    "PrediccionDemanda": 1_200,  # docs/forecast.md: 300 products on a whole core
    "dynamodb read": 4,  # GetItem, BatchGetItem, a page of a Query
    "dynamodb write": 6,
    "dynamodb transaction": 15,
    "lambda invoke": 10,
    "sns publish": 15,
    "sqs send": 8,
    "post": 20,  # up to 128 at once (ws_gateway.delivery.poster)
    "boto3 post": 23,  # of the earlier design, one after another: 22,796 for 1,000 were measured at a delay of 20
    "scan page": 15,  # of the earlier design: 1 MB
}
"""What can't be measured without AWS: a function's billed time is its own, plus that of the calls it makes in turn."""


@attrs.frozen(kw_only=True)
class Assumptions:
    """What was not counted."""

    milliseconds: Mapping[str, float] = MILLISECONDS
    cold_share: float = 0.01  # of calls; their initialisation is billed
    cold_milliseconds: float = 300  # a new process and the imports, of which no SDK is one
    days: int = 30
    hours_open: float = 14  # a day, in which a store's screens are connected
    busiest_hour_share: float = 0.2  # of a day's sales: three times the average
    owner_screens: int = 1  # of a store's: these hear `administracion` and show the dashboard
    lines_a_sale: int = 2
    products: int = 300
    days_of_history: int = 90
    days_of_logs: int = 90  # infra/Pulumi.prod.yaml
    ping_minutes: float = 5  # packages/ws_client/src/options.js, as the next; a test compares them
    rotation_minutes: float = 105  # 110, less up to 10 drawn evenly
    loads_a_day: float = 1  # how often a screen is opened and loads a snapshot
    runtime_log_bytes: int = 350  # START, END and REPORT, and 26 a line for CloudWatch
    idle_receives_a_minute: float = 15  # of a queue: Lambda keeps 5 long polls of 20 s under way

    @property
    def minutes(self) -> int:
        """Minutes of a month."""
        return self.days * 24 * 60
