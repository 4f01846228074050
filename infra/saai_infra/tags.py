"""Tags on everything that can carry them, without asking each component to remember."""

from collections.abc import Mapping

import pulumi

Tags = Mapping[str, str]


def stage_tags(stage: str, extra: Tags) -> Tags:
    """The two tags of every resource, and those of the stage's configuration."""
    return {**extra, "proyecto": "saai", "stage": stage}


def tagging(tags: Tags) -> pulumi.ResourceTransformation:
    """A transformation that tags each resource below the one it is given to.

    The provider's `default_tags` would do it on AWS, but a local AWS never sees them. Every taggable resource of
    pulumi-aws has an argument `tags`; what a resource says itself wins.
    """

    def transform(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if not isinstance(args.resource, pulumi.CustomResource) or "tags" not in args.props:
            return None
        own: pulumi.Input[Mapping[str, str]] = args.props["tags"] or {}
        merged = pulumi.Output.from_input(own).apply(lambda given: {**tags, **given})
        return pulumi.ResourceTransformationResult(props={**args.props, "tags": merged}, opts=args.opts)

    return transform
