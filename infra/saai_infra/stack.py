"""A whole stage: every component, and the outputs.

`deploy()` is the program; `infra/__main__.py` exports what it returns.
"""

from collections.abc import Iterator, Mapping
from typing import final

import attrs
import pulumi

from saai_infra.alarm_topic import Alarms, AlarmsArgs, AlarmSpec
from saai_infra.alarms import api_alarms, backlog_alarm, function_alarms, messages_alarm, throttles_alarm
from saai_infra.alerts import AlertsTopic
from saai_infra.build import Artifacts, BuildError, build_all, layer_version
from saai_infra.catalog import FUNCTIONS, PACKAGES, QUEUES
from saai_infra.config import StageConfig, read_config
from saai_infra.function_spec import FunctionSpec, Resources
from saai_infra.functions import PythonFunction, PythonFunctionArgs, RuntimeArgs
from saai_infra.http_api import HttpApi, HttpApiArgs
from saai_infra.jwt_secret import JwtSecret, JwtSecretArgs
from saai_infra.layer import DomainLayer, DomainLayerArgs
from saai_infra.outputs_parameter import OutputsParameter
from saai_infra.permissions import Grant
from saai_infra.provider import stage_provider
from saai_infra.queues import FailuresQueue, WorkQueue, WorkQueueArgs
from saai_infra.table_specs import TABLES
from saai_infra.tables import Table, TableArgs
from saai_infra.tags import stage_tags, tagging
from saai_infra.triggers import AlertsSubscription, FailureDestination, QueueConsumer, Schedule
from saai_infra.websocket_api import WebSocketApi, WebSocketApiArgs, WebSocketRoutes, WebSocketRoutesArgs

Outputs = Mapping[str, pulumi.Input[object]]


def deploy(config: StageConfig | None = None, artifacts: Artifacts | None = None) -> Outputs:
    """Register every resource of the stage that Pulumi runs, and return its outputs.

    Without arguments the configuration is read from Pulumi and the zips are built.

    Raises:
        ConfigError: the stage can't be deployed as it is configured.
        NotBuiltError: a zip can't be built.
    """
    config = config or read_config()
    artifacts = artifacts or _built(config)
    stage = Stage(
        StageArgs(config=config, artifacts=artifacts),
        pulumi.ResourceOptions(
            provider=stage_provider(config), transformations=[tagging(stage_tags(config.stage, config.tags))]
        ),
    )
    return stage.outputs


class NotBuiltError(pulumi.RunError, BuildError):
    """A zip can't be built. Pulumi shows a RunError's text without a traceback."""


def _built(config: StageConfig) -> Artifacts:
    try:
        return build_all(config.target, packages=PACKAGES)
    except BuildError as error:
        raise NotBuiltError(str(error)) from error


@attrs.frozen(kw_only=True)
class StageArgs:
    """What a stage is made of."""

    config: StageConfig
    artifacts: Artifacts


@final
class Stage(pulumi.ComponentResource):
    """The components of a stage and how they are connected."""

    def __init__(self, args: StageArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("saai:infra:Stage", f"saai-{args.config.stage}", None, opts)
        self._config = args.config
        self._below = pulumi.ResourceOptions(parent=self)
        self._layer = self._domain_layer(args.artifacts)
        self._functions: dict[str, PythonFunction] = {}
        self._failures = {
            name: FailuresQueue(name, stage=self._config.stage, opts=self._below)
            for name in (spec.failures_queue for spec in FUNCTIONS)
            if name is not None
        }
        self._resources = Resources(
            tables=self._tables(),
            functions=self._functions,
            queues=self._queues(),
            failures=self._failures,
            jwt_secret=JwtSecret(JwtSecretArgs(stage=self._config.stage, value=self._config.jwt_secret), self._below),
            alerts=AlertsTopic(stage=self._config.stage, opts=self._below),
            websocket=WebSocketApi(WebSocketApiArgs(stage=self._config.stage), self._below),
            token_in_url=self._config.token_in_url,
        )
        self._create_functions(args.artifacts)
        self._rules = self._triggers()
        self._websocket_routes()
        self._http = self._http_api()
        self._alarms_topic = Alarms(
            AlarmsArgs(stage=self._config.stage, alarms=tuple(self._alarms()), email=self._config.alarm_email),
            self._below,
        )
        for_services = self._outputs_for_services()
        OutputsParameter(for_services, stage=self._config.stage, opts=self._below)
        self.outputs = {**self._outputs(), **for_services}
        self.register_outputs(dict(self.outputs))

    def _domain_layer(self, artifacts: Artifacts) -> DomainLayer:
        config = self._config
        return DomainLayer(
            DomainLayerArgs(
                stage=config.stage,
                artifact=artifacts.layer,
                version=layer_version(),
                runtime=config.target.runtime,
                architecture=config.target.architecture,
            ),
            self._below,
        )

    def _tables(self) -> dict[str, Table]:
        config = self._config
        return {
            name: Table(
                TableArgs(
                    stage=config.stage,
                    name=name,
                    spec=spec,
                    durable=config.durable,
                    existing=config.existing_tables.get(name),
                ),
                self._below,
            )
            for name, spec in TABLES.items()
        }

    def _queues(self) -> dict[str, WorkQueue]:
        config = self._config
        return {
            queue.name: WorkQueue(
                WorkQueueArgs(
                    stage=config.stage,
                    spec=queue,
                    worker_timeout_seconds=seconds,
                    maximum_concurrency=config.maximum_concurrency.get(queue.name, queue.maximum_concurrency),
                ),
                self._below,
            )
            for queue, seconds in QUEUES
        }

    def _create_functions(self, artifacts: Artifacts) -> None:
        config = self._config
        runtime = RuntimeArgs(
            stage=config.stage,
            runtime=config.target.runtime,
            architecture=config.target.architecture,
            layer_arn=self._layer.arn,
            log_retention_days=config.log_retention_days,
            aws_client=config.aws_client,
            role_arn=config.lab_role_arn,
        )
        for spec in FUNCTIONS:
            self._functions[spec.name] = PythonFunction(
                PythonFunctionArgs(
                    name=spec.name,
                    handler=spec.handler,
                    code=artifacts.code[spec.package],
                    memory_mb=config.memory_mb.get(spec.name, spec.memory_mb),
                    timeout_seconds=spec.timeout_seconds,
                    warm=config.warm.get(spec.name, 0),
                    grants=(*spec.uses(self._resources), *self._granted_by_triggers(spec)),
                ),
                runtime,
                self._below,
            )

    def _granted_by_triggers(self, spec: FunctionSpec) -> Iterator[Grant]:
        """What Lambda does for a function with the function's own role."""
        if spec.queue is not None:
            yield self._resources.queues[spec.queue.name].grant_consume()
        if spec.failures_queue is not None:
            yield self._failures[spec.failures_queue].grant_send()

    def _triggers(self) -> dict[str, pulumi.Input[str]]:
        """Connect what calls functions besides the APIs, and return the rules' names."""
        rules: dict[str, pulumi.Input[str]] = {}
        for spec in FUNCTIONS:
            function = self._functions[spec.name]
            for schedule in spec.schedules:
                rule = Schedule(schedule, function, stage=self._config.stage, opts=self._below)
                rules[schedule.name] = rule.rule_name
            if spec.queue is not None:
                QueueConsumer(self._resources.queues[spec.queue.name], function, self._below)
            if spec.failures_queue is not None:
                failures = self._failures[spec.failures_queue]
                FailureDestination(function, failures, self._below)
                if spec.subscribes_to_alerts:
                    AlertsSubscription(self._resources.alerts, function, failures, self._below)
        return rules

    def _websocket_routes(self) -> None:
        (authorizer,) = (self._functions[spec.name] for spec in FUNCTIONS if spec.authorizes_connections)
        WebSocketRoutes(
            WebSocketRoutesArgs(
                api=self._resources.websocket,
                authorizer=authorizer,
                routes={
                    self._functions[spec.name]: spec.websocket_routes for spec in FUNCTIONS if spec.websocket_routes
                },
                access_log_retention_days=self._config.access_log_retention_days,
            ),
            self._below,
        )

    def _http_api(self) -> HttpApi:
        return HttpApi(
            HttpApiArgs(
                stage=self._config.stage,
                routes={self._functions[spec.name]: spec.http_routes for spec in FUNCTIONS if spec.http_routes},
                access_log_retention_days=self._config.access_log_retention_days,
            ),
            self._below,
        )

    def _alarms(self) -> Iterator[AlarmSpec]:
        stage = self._config.stage
        for spec in FUNCTIONS:
            yield from function_alarms(stage, spec)
        yield throttles_alarm()
        yield from api_alarms("websocket", self._resources.websocket.id, stage)
        yield from api_alarms("http", self._http.id, self._http.stage)
        for name, queue in self._resources.queues.items():
            yield backlog_alarm(stage, name, seconds=queue.spec.late_after_seconds)
        for name in self._all_failures():
            yield messages_alarm(stage, name)

    def _all_failures(self) -> dict[str, FailuresQueue]:
        """Every queue that should be empty: failed calls, and each work queue's dead letters."""
        dead = (queue.dead for queue in self._resources.queues.values())
        return {**self._failures, **{queue.domain_name: queue for queue in dead}}

    def _outputs_for_services(self) -> dict[str, pulumi.Input[object]]:
        """What another repository needs to stand beside the stage. Of the secret, only where it is."""
        saai = self._resources
        invoked = (self._functions[spec.name] for spec in FUNCTIONS if spec.invoked_by_services)
        return {
            "api_url": self._http.url,
            "http_api_id": self._http.id,
            "http_api_execution_arn": self._http.execution_arn,
            "domain_layer_arn": self._layer.arn,
            "domain_layer_version": self._layer.version,
            "domain_layer_runtime": self._config.target.runtime,
            "domain_layer_architecture": self._config.target.architecture,
            "jwt_secret_parameter": saai.jwt_secret.name,
            "jwt_secret_parameter_arn": saai.jwt_secret.arn,
            "alertas_sns_topic_arn": saai.alerts.arn,
            "alarmas_sns_topic_arn": self._alarms_topic.topic_arn,
            "tables": {name: table.name for name, table in saai.tables.items()},
            "table_arns": {name: table.arn for name, table in saai.tables.items()},
            "function_arns": {function.domain_name: function.arn for function in invoked},
        }

    def _outputs(self) -> dict[str, pulumi.Input[object]]:
        """What frontends, tools and operators need besides."""
        saai = self._resources
        return {
            "websocket_url": saai.websocket.url,
            "ws_api_endpoint": saai.websocket.endpoint,
            "functions": {name: function.name for name, function in self._functions.items()},
            "queues": {
                **{name: queue.url for name, queue in saai.queues.items()},
                **{name: queue.url for name, queue in self._all_failures().items()},
            },
            "rules": self._rules,
        }
