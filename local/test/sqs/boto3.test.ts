import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pythonPackages } from '../support/python-packages';
import { SqsService } from '../support/sqs-service';

/** Uses a queue as a Python application does. It prints what it has received. boto3 verifies the digests of messages. */
const PROGRAM = `
import json, sys
import boto3

endpoint, url = sys.argv[1:]
sqs = boto3.client("sqs", endpoint_url=endpoint, region_name="eu-west-1", aws_access_key_id="local", aws_secret_access_key="local")
queue = boto3.resource("sqs", endpoint_url=endpoint, region_name="eu-west-1", aws_access_key_id="local", aws_secret_access_key="local").get_queue_by_name(QueueName="jobs")
sqs.send_message(QueueUrl=url, MessageBody="héllo <&>\\n", MessageAttributes={"kind": {"DataType": "String", "StringValue": "greeting"}, "data": {"DataType": "Binary", "BinaryValue": b"\\x00\\xff"}})
batch = queue.send_messages(Entries=[{"Id": "a", "MessageBody": "one"}, {"Id": "b", "MessageBody": "later", "DelaySeconds": 900}, {"Id": "c", "MessageBody": "bad \\x00"}])
attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
received = queue.receive_messages(MaxNumberOfMessages=10, MessageAttributeNames=["All"], AttributeNames=["ApproximateReceiveCount"])
received[0].change_visibility(VisibilityTimeout=0)
again = sqs.receive_message(QueueUrl=url, AttributeNames=["ApproximateReceiveCount"])["Messages"]
deleted = queue.delete_messages(Entries=[{"Id": "x", "ReceiptHandle": again[0]["ReceiptHandle"]}, {"Id": "y", "ReceiptHandle": received[1].receipt_handle}])
try:
    sqs.get_queue_url(QueueName="missing")
    missing = "found"
except sqs.exceptions.QueueDoesNotExist as error:
    missing = error.response["Error"]["Message"]
print(json.dumps({
    "url": sqs.get_queue_url(QueueName="jobs")["QueueUrl"],
    "urls": sqs.list_queues()["QueueUrls"],
    "batch": [[entry["Id"] for entry in batch[kind]] for kind in ("Successful", "Failed")],
    "counts": [attributes["ApproximateNumberOfMessages"], attributes["ApproximateNumberOfMessagesDelayed"]],
    "received": [[message.body, message.attributes["ApproximateReceiveCount"]] for message in received],
    "attributes": {name: value.get("StringValue") or value["BinaryValue"].hex() for name, value in received[0].message_attributes.items()},
    "again": [[message["Body"], message["Attributes"]["ApproximateReceiveCount"]] for message in again],
    "deleted": [entry["Id"] for entry in deleted["Successful"]],
    "missing": missing,
}))
`;

let service: SqsService;

beforeEach(async () => {
  service = await SqsService.start();
});

afterEach(async () => service.close());

// The first speaks the query protocol, the second the JSON protocol.
test.each(['boto3==1.26.165', 'boto3==1.44.8'])('%s uses a queue', async requirement => {
  const url = service.create();
  const { stdout } = await promisify(execFile)('python3', ['-c', PROGRAM, service.url, url], {
    env: { ...process.env, PYTHONPATH: pythonPackages(requirement), PYTHONWARNINGS: 'ignore' },
  });
  expect(JSON.parse(stdout)).toEqual({
    url,
    urls: [url],
    batch: [['a', 'b'], ['c']],
    counts: ['2', '1'],
    received: [['héllo <&>\n', '1'], ['one', '1']],
    attributes: { kind: 'greeting', data: '00ff' },
    again: [['héllo <&>\n', '2']],
    deleted: ['x', 'y'],
    missing: 'The specified queue does not exist.',
  });
  expect(service.queues.get('jobs').counts).toEqual({ visible: 0, delayed: 1, inFlight: 0 });
}, 120_000);
