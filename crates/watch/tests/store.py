"""A store for tests: moto's server, which speaks S3 over HTTP, with one bucket and one access key.

store.py [strict] [versions] [CERTIFICATE KEY]: strict checks signatures, but refuses each list below a prefix, also boto3's own
(moto 5.2 signs it decoded); with versions; over TLS. Prints address, id and secret; then answers what stdin asks, a line each:
`objects` and `uploads` (names in JSON), `put NAME`, `drop NAME`. Ends with stdin.
"""
import json
import logging
import os
import sys
import threading

words = {"strict", "versions"} & set(sys.argv[1:])
if "strict" in words:
    # So many calls before signatures are checked: those that make the key and the bucket.
    os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = str(4 + ("versions" in words))
import boto3  # noqa: E402
from botocore.config import Config  # noqa: E402
from moto.server import DomainDispatcherApplication, create_backend_app  # noqa: E402
from werkzeug.serving import make_server  # noqa: E402

logging.getLogger("werkzeug").setLevel(logging.ERROR)
files = [argument for argument in sys.argv[1:] if argument not in words]
app = DomainDispatcherApplication(create_backend_app)
server = make_server("127.0.0.1", 0, app, threaded=True, ssl_context=tuple(files) or None)
threading.Thread(target=server.serve_forever, daemon=True).start()
address = f"{'https' if files else 'http'}://127.0.0.1:{server.server_port}"


def client(service, key, secret):
    once = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    return boto3.client(
        service, endpoint_url=address, region_name="us-east-1", aws_access_key_id=key,
        aws_secret_access_key=secret, verify=False, config=once,
    )


people = client("iam", "nobody", "nothing")
people.create_user(UserName="node")
key = people.create_access_key(UserName="node")["AccessKey"]
everything = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
policy = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
people.put_user_policy(UserName="node", PolicyName="all", PolicyDocument=policy)
first = client("s3", "nobody", "nothing")
first.create_bucket(Bucket="footage")
if "versions" in words:
    first.put_bucket_versioning(Bucket="footage", VersioningConfiguration={"Status": "Enabled"})
print(address, key["AccessKeyId"], key["SecretAccessKey"], flush=True)

own = client("s3", key["AccessKeyId"], key["SecretAccessKey"])
for line in sys.stdin:
    asked, _, name = line.strip().partition(" ")
    answer = None
    if asked == "objects":
        pages = own.get_paginator("list_objects_v2").paginate(Bucket="footage")
        answer = [found["Key"] for page in pages for found in page.get("Contents", [])]
    elif asked == "uploads":
        answer = [found["Key"] for found in own.list_multipart_uploads(Bucket="footage").get("Uploads", [])]
    elif asked == "put":
        own.put_object(Bucket="footage", Key=name, Body=b"not ours")
    elif asked == "drop":
        own.delete_object(Bucket="footage", Key=name)
    print(json.dumps(answer), flush=True)
