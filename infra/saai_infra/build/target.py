"""What a zip is built for: a Lambda runtime, or this machine."""

import platform
import sys
from typing import Final, Literal, Self

import attrs

Architecture = Literal["arm64", "x86_64"]

_WHEEL_PLATFORMS: Final[dict[Architecture, str]] = {
    "arm64": "aarch64-manylinux2014",
    "x86_64": "x86_64-manylinux2014",
}
"""uv's names of the platforms whose wheels run on Lambda: they ask for glibc 2.17, and Amazon Linux 2 has 2.26."""


@attrs.frozen(kw_only=True)
class Target:
    """The Python minor version and the platform of a build; make one with `Target.aws` or `Target.host`."""

    python_version: str
    architecture: Architecture
    wheel_platform: str | None
    """uv's platform name; None means this machine and the interpreter that runs now."""
    name: str
    """The folder under `.build/` that holds this target's zips."""

    @classmethod
    def aws(cls, *, python_version: str, architecture: Architecture) -> Self:
        """Build for the Lambda runtime of that version on that processor."""
        return cls(
            python_version=python_version,
            architecture=architecture,
            wheel_platform=_WHEEL_PLATFORMS[architecture],
            name=f"python{python_version}-{architecture}",
        )

    @classmethod
    def host(cls) -> Self:
        """Build for the running interpreter on this machine: what a local AWS executes."""
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        architecture: Architecture = "arm64" if platform.machine() in {"aarch64", "arm64"} else "x86_64"
        return cls(
            python_version=version,
            architecture=architecture,
            wheel_platform=None,
            name=f"host-python{version}-{architecture}",
        )

    @property
    def runtime(self) -> str:
        """Lambda's name of the runtime, such as `python3.13`."""
        return f"python{self.python_version}"
