"""What botocore calls a service, by the service's name in Smithy models.

The rule is the ``sdkId`` in lower case with hyphens for spaces; the services of this table are older than the
rule. Used by the Smithy importer.

Source: the ``serviceId`` of every model of botocore 1.44.5 beside the name of its folder
(https://github.com/boto/botocore/tree/1.44.5/botocore/data).
"""

from __future__ import annotations

OLDER_THAN_THE_RULE = {
    "API Gateway": "apigateway",
    "App Mesh": "appmesh",
    "Application Auto Scaling": "application-autoscaling",
    "Application Discovery Service": "discovery",
    "Auto Scaling": "autoscaling",
    "Auto Scaling Plans": "autoscaling-plans",
    "CloudHSM V2": "cloudhsmv2",
    "CloudSearch Domain": "cloudsearchdomain",
    "CloudWatch Events": "events",
    "CloudWatch Logs": "logs",
    "Cognito Identity Provider": "cognito-idp",
    "Config Service": "config",
    "Cost Explorer": "ce",
    "Cost and Usage Report Service": "cur",
    "Data Pipeline": "datapipeline",
    "Database Migration Service": "dms",
    "Device Farm": "devicefarm",
    "Direct Connect": "directconnect",
    "Directory Service": "ds",
    "Directory Service Data": "ds-data",
    "DynamoDB Streams": "dynamodbstreams",
    "Elastic Beanstalk": "elasticbeanstalk",
    "Elastic Load Balancing": "elb",
    "Elastic Load Balancing v2": "elbv2",
    "Elasticsearch Service": "es",
    "EventBridge": "events",
    "Global Accelerator": "globalaccelerator",
    "IoT Data Plane": "iot-data",
    "IoT Jobs Data Plane": "iot-jobs-data",
    "IoT Wireless": "iotwireless",
    "Kinesis Analytics": "kinesisanalytics",
    "Kinesis Analytics V2": "kinesisanalyticsv2",
    "Kinesis Video": "kinesisvideo",
    "Lex Model Building Service": "lex-models",
    "Lex Models V2": "lexv2-models",
    "Lex Runtime Service": "lex-runtime",
    "Lex Runtime V2": "lexv2-runtime",
    "Machine Learning": "machinelearning",
    "Marketplace Commerce Analytics": "marketplacecommerceanalytics",
    "Marketplace Entitlement Service": "marketplace-entitlement",
    "Marketplace Metering": "meteringmarketplace",
    "Migration Hub": "mgh",
    "Pinpoint SMS Voice": "sms-voice",
    "Resource Groups Tagging API": "resourcegroupstaggingapi",
    "Route 53": "route53",
    "Route 53 Domains": "route53domains",
    "S3 Control": "s3control",
    "SFN": "stepfunctions",
    "Secrets Manager": "secretsmanager",
    "ServerlessApplicationRepository": "serverlessrepo",
    "Service Catalog": "servicecatalog",
    "Service Catalog AppRegistry": "servicecatalog-appregistry",
    "SimpleDB": "sdb",
    "Storage Gateway": "storagegateway",
}


def botocore_name(sdk_id: str) -> str:
    """Say what botocore calls a service.

    Args:
        sdk_id: The ``sdkId`` of Smithy's ``aws.api#service`` trait, e.g. ``EventBridge``.

    Returns:
        The name that selectors use, e.g. ``events``.
    """
    return OLDER_THAN_THE_RULE.get(sdk_id) or sdk_id.lower().replace(" ", "-")
