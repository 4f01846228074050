"""DynamoDB tables, log groups, parameters, and the roles that functions run as.

Sources: the API references (DynamoDB CreateTable and DeleteTable, CloudWatch Logs CreateLogGroup, Systems Manager
PutParameter, IAM CreateRole, PutRolePolicy and DeleteRole), and "IAM and AWS STS quotas".
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from tests.engine.world.resources import ACCOUNT, Inputs, Kind, Refused, Resource, arn

if TYPE_CHECKING:
    from tests.engine.world.world import World

LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
PARAMETER = "aws:ssm/parameter:Parameter"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
TABLE = "aws:dynamodb/table:Table"

_INLINE_POLICIES = 10_240
"""Characters of all inline policies of a role together, white space not counted (IAM quotas)."""


def _check_tables_deletion(_world: "World", table: Resource) -> None:
    if table.inputs.get("deletionProtectionEnabled"):
        raise Refused("ValidationException", f"Resource cannot be deleted as it is currently protected: {table.key}")


def _check_policy(world: "World", inputs: Inputs) -> None:
    if world.find(ROLE, inputs["role"]) is None:
        raise Refused("NoSuchEntity", f"The role with name {inputs['role']} cannot be found.")
    if len("".join(inputs["policy"].split())) > _INLINE_POLICIES:
        raise Refused("LimitExceeded", f"Maximum policy size of {_INLINE_POLICIES} bytes exceeded")


def _check_roles_deletion(world: "World", role: Resource) -> None:
    if any(policy.inputs["role"] == role.key for policy in world.all(ROLE_POLICY)):
        raise Refused("DeleteConflict", "Cannot delete entity, must delete policies first.")


KINDS: Mapping[str, Kind] = {
    TABLE: Kind(
        key=lambda inputs: inputs["name"],
        taken="ResourceInUseException",
        outputs=lambda _world, identity, _inputs: {"arn": arn("dynamodb", f"table/{identity}")},
        replace_on=frozenset({"name", "hashKey", "rangeKey"}),
        check_deletion=_check_tables_deletion,
    ),
    LOG_GROUP: Kind(
        key=lambda inputs: inputs["name"],
        taken="ResourceAlreadyExistsException",
        outputs=lambda _world, identity, _inputs: {"arn": arn("logs", f"log-group:{identity}")},
        replace_on=frozenset({"name"}),
    ),
    PARAMETER: Kind(
        key=lambda inputs: inputs["name"],
        taken="ParameterAlreadyExists",
        outputs=lambda _world, identity, _inputs: {"arn": arn("ssm", f"parameter{identity}"), "version": 1},
        replace_on=frozenset({"name"}),
    ),
    ROLE: Kind(
        key=lambda inputs: inputs["name"],
        taken="EntityAlreadyExists",
        outputs=lambda _world, identity, _inputs: {"arn": f"arn:aws:iam::{ACCOUNT}:role/{identity}"},
        replace_on=frozenset({"name", "path"}),
        check_deletion=_check_roles_deletion,
    ),
    # PutRolePolicy adds or replaces.
    ROLE_POLICY: Kind(
        key=lambda inputs: f"{inputs['role']}:{inputs['name']}",
        check=_check_policy,
        replace_on=frozenset({"role", "name"}),
    ),
}
