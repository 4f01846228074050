"""Tables on MiniStack."""

import pulumi
import pulumi_aws as aws
from local_aws.clients import Clients

from tests.local_aws.support import Deployer


def eventos() -> None:
    """A table with everything."""
    table = aws.dynamodb.Table(
        "eventos",
        name="saai-test-eventos",
        billing_mode="PAY_PER_REQUEST",
        hash_key="tenant_id",
        range_key="entity_id",
        attributes=[
            aws.dynamodb.TableAttributeArgs(name="tenant_id", type="S"),
            aws.dynamodb.TableAttributeArgs(name="entity_id", type="S"),
            aws.dynamodb.TableAttributeArgs(name="pendiente", type="N"),
            aws.dynamodb.TableAttributeArgs(name="created_epoch", type="N"),
        ],
        global_secondary_indexes=[
            aws.dynamodb.TableGlobalSecondaryIndexArgs(
                name="pendientes",
                projection_type="KEYS_ONLY",
                key_schemas=[
                    aws.dynamodb.TableGlobalSecondaryIndexKeySchemaArgs(attribute_name="pendiente", key_type="HASH"),
                    aws.dynamodb.TableGlobalSecondaryIndexKeySchemaArgs(
                        attribute_name="created_epoch", key_type="RANGE"
                    ),
                ],
            )
        ],
        ttl=aws.dynamodb.TableTtlArgs(attribute_name="ttl", enabled=True),
        point_in_time_recovery=aws.dynamodb.TablePointInTimeRecoveryArgs(enabled=True),
        deletion_protection_enabled=True,
        tags={"proyecto": "SAAI"},
    )
    pulumi.export("arn", table.arn)


def test_a_table_with_all_that_ours_have(deployer: Deployer, clients: Clients) -> None:
    """Keys, a sparse index, TTL, tags, recovery and protection arrive as the program says."""
    arn = deployer(eventos).exports["arn"]
    table = clients.dynamodb.describe_table(TableName="saai-test-eventos")["Table"]

    assert arn == table["TableArn"] == "arn:aws:dynamodb:us-east-1:000000000000:table/saai-test-eventos"
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["tenant_id", "entity_id"]
    assert table["GlobalSecondaryIndexes"][0]["IndexName"] == "pendientes"
    assert [key["AttributeName"] for key in table["GlobalSecondaryIndexes"][0]["KeySchema"]] == [
        "pendiente",
        "created_epoch",
    ]
    assert table["GlobalSecondaryIndexes"][0]["Projection"]["ProjectionType"] == "KEYS_ONLY"
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["DeletionProtectionEnabled"] is True
    assert clients.dynamodb.describe_time_to_live(TableName="saai-test-eventos")["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "ENABLED",
        "AttributeName": "ttl",
    }
    backups = clients.dynamodb.describe_continuous_backups(TableName="saai-test-eventos")
    recovery = backups["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription")
    assert recovery is not None
    assert recovery.get("PointInTimeRecoveryStatus") == "ENABLED"
    assert clients.dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"] == [{"Key": "proyecto", "Value": "SAAI"}]


def test_a_table_with_hash_key_only(deployer: Deployer, clients: Clients) -> None:
    """Everything else is optional."""

    def program() -> None:
        aws.dynamodb.Table(
            "simple",
            name="saai-test-simple",
            billing_mode="PAY_PER_REQUEST",
            hash_key="tenant_id",
            attributes=[aws.dynamodb.TableAttributeArgs(name="tenant_id", type="S")],
        )

    deployer(program)

    table = clients.dynamodb.describe_table(TableName="saai-test-simple")["Table"]
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["tenant_id"]
