"""Roles on MiniStack."""

import json

import pulumi_aws as aws
from local_aws.clients import Clients

from tests.local_aws.support import Deployer

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)
READ = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": "*"}]}


def test_a_role_with_its_own_and_a_managed_policy(deployer: Deployer, clients: Clients) -> None:
    """Trust, inline policy and attached policy arrive."""
    managed = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"

    def program() -> None:
        role = aws.iam.Role("venta", name="saai-test-venta", assume_role_policy=TRUST, tags={"proyecto": "SAAI"})
        aws.iam.RolePolicy("venta", name="minimo", role=role.name, policy=json.dumps(READ))
        aws.iam.RolePolicyAttachment("venta", role=role.name, policy_arn=managed)

    deployer(program)

    role = clients.iam.get_role(RoleName="saai-test-venta")["Role"]
    assert role["AssumeRolePolicyDocument"] == json.loads(TRUST)
    assert clients.iam.get_role_policy(RoleName="saai-test-venta", PolicyName="minimo")["PolicyDocument"] == READ
    attached = clients.iam.list_attached_role_policies(RoleName="saai-test-venta")["AttachedPolicies"]
    assert [policy.get("PolicyArn") for policy in attached] == [managed]
