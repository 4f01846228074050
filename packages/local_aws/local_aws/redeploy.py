"""Brings changed sources into the functions of a running stage."""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import attrs
from saai_infra.build import Artifact, Target, build_code, build_layer

from local_aws.clients import Clients
from local_aws.deploy import Deployment
from local_aws.paths import REPOSITORY

LAYER = "domain layer"
_FUNCTION = "aws:lambda/function:Function"
_LAYER_VERSION = "aws:lambda/layerVersion:LayerVersion"


@attrs.frozen(kw_only=True)
class Updated:
    """A zip that was built again and the functions that run it now."""

    what: str
    functions: tuple[str, ...]
    seconds: float


@attrs.frozen(kw_only=True)
class Redeployer:
    """Knows which functions run what."""

    clients: Clients
    functions: Mapping[str, tuple[str, ...]]
    """By package: the physical names of its functions."""
    layer_name: str
    deployed: dict[str, str]
    """By package, and for `LAYER`: the hash of the zip that runs (`Artifact.sha256`)."""
    target: Target = attrs.field(factory=Target.host)
    root: Path = REPOSITORY
    """The working copy whose sources are built."""

    @classmethod
    def of(cls, deployment: Deployment, *, clients: Clients, root: Path = REPOSITORY) -> "Redeployer":
        """The redeployer of a stage. A function's package is the first part of its handler."""
        (layer,) = deployment.of_type(_LAYER_VERSION)
        functions: dict[str, tuple[str, ...]] = {}
        deployed = {LAYER: layer.inputs["sourceCodeHash"]}
        for function in deployment.of_type(_FUNCTION):
            package = function.inputs["handler"].split(".")[0]
            functions[package] = (*functions.get(package, ()), function.id)
            deployed[package] = function.inputs["sourceCodeHash"]
        return cls(
            clients=clients, functions=functions, layer_name=layer.inputs["layerName"], deployed=deployed, root=root
        )

    def apply(self) -> Iterator[Updated]:
        """Build everything, deploy what came out otherwise than what runs, and tell of each zip that runs now.

        Raises:
            BuildError: a source can't be built, for example for a syntax error; what runs stays as it was.
        """
        build = partial(build_layer, self.target, root=self.root)
        yield from self._update(LAYER, build, self._publish_layer)
        for package, functions in sorted(self.functions.items()):
            build = partial(build_code, package, self.target, root=self.root)
            yield from self._update(package, build, partial(self._upload_code, functions))

    def _update(
        self, what: str, build: Callable[[], Artifact], deploy: Callable[[bytes], tuple[str, ...]]
    ) -> Iterator[Updated]:
        began = time.monotonic()
        artifact = build()
        if artifact.sha256 != self.deployed[what]:
            functions = deploy(artifact.path.read_bytes())
            self.deployed[what] = artifact.sha256
            yield Updated(what=what, functions=functions, seconds=time.monotonic() - began)

    def _upload_code(self, functions: tuple[str, ...], code: bytes) -> tuple[str, ...]:
        for function in functions:
            self.clients.lambda_.update_function_code(FunctionName=function, ZipFile=code)
        return functions

    def _publish_layer(self, content: bytes) -> tuple[str, ...]:
        published = self.clients.lambda_.publish_layer_version(LayerName=self.layer_name, Content={"ZipFile": content})
        updated = tuple(name for names in self.functions.values() for name in names)
        for function in updated:
            configuration = self.clients.lambda_.get_function_configuration(FunctionName=function)
            layers = [
                published["LayerVersionArn"] if arn.startswith(f"{published['LayerArn']}:") else arn
                for arn in (layer.get("Arn", "") for layer in configuration.get("Layers", []))
            ]
            self.clients.lambda_.update_function_configuration(FunctionName=function, Layers=layers)
        return updated
