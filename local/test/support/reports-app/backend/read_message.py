"""Reads a URL with the credentials of the environment, and prints the response: status and JSON."""
import json
import sys
import urllib.error
import urllib.request

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

session = boto3.Session()
request = AWSRequest("GET", sys.argv[1])
SigV4Auth(session.get_credentials(), "execute-api", session.region_name).add_auth(request)
try:
    with urllib.request.urlopen(urllib.request.Request(request.url, headers=dict(request.headers))) as response:
        result = {"status": response.status, "body": json.load(response)}
except urllib.error.HTTPError as error:
    result = {"status": error.code, "body": json.load(error)}
print(json.dumps(result))
