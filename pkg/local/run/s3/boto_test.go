package s3

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/pkg/local/objects"
	"github.com/dorc-dev/dorc/pkg/local/run/python"
)

// fixed is a set of buckets.
type fixed []objects.Bucket

func (f fixed) Buckets() ([]objects.Bucket, error) { return f, nil }

func (f fixed) Bucket(name string) (*objects.Bucket, error) {
	for _, b := range f {
		if b.Name == name {
			return &b, nil
		}
	}
	return nil, nil
}

const botoScript = `
import boto3, io, os, sys, json
from botocore.exceptions import ClientError
from boto3.s3.transfer import TransferConfig
s3 = boto3.client("s3")
def code(f, **k):
    try:
        f(**k)
    except ClientError as e:
        return e.response["Error"]["Code"]
    return "none"

assert sorted(b["Name"] for b in s3.list_buckets()["Buckets"]) == ["plain", "versioned"]
assert code(s3.put_object, Bucket="absent", Key="k", Body=b"") == "NoSuchBucket"
assert code(s3.create_bucket, Bucket="another") == "MethodNotAllowed"
assert code(s3.get_object, Bucket="plain", Key="no") == "NoSuchKey"
assert code(s3.head_object, Bucket="plain", Key="no") == "404"

put = s3.put_object(Bucket="plain", Key="a/b.txt", Body=b"hello", ContentType="text/plain", Metadata={"who": "me", "Two-Words": "x"})
got = s3.get_object(Bucket="plain", Key="a/b.txt")
assert got["Body"].read() == b"hello" and got["ContentType"] == "text/plain" and got["ETag"] == put["ETag"], got
assert got["Metadata"] == {"who": "me", "two-words": "x"}, got["Metadata"]
assert s3.get_object(Bucket="plain", Key="a/b.txt", Range="bytes=1-3")["Body"].read() == b"ell"
head = s3.head_object(Bucket="plain", Key="a/b.txt")
assert head["ContentLength"] == 5 and head["Metadata"]["who"] == "me"
assert code(s3.put_object, Bucket="plain", Key="a/b.txt", Body=b"x", IfNoneMatch="*") == "PreconditionFailed"
s3.put_object(Bucket="plain", Key="stream", Body=io.BytesIO(b"streamed"))
assert s3.get_object(Bucket="plain", Key="stream")["Body"].read() == b"streamed"

odd = ["a", "a/", "a/b/c", "..", "../../escape", "/lead", "x//y", "100%", "100%25", "sp ace+plus&amp", "ünï/cödé", "dot/./dot", "tab\tnew", "back\\slash", "%2F", "a%", "q?x=1#f"]
for k in odd:
    s3.put_object(Bucket="plain", Key=k, Body=k.encode())
for k in odd:
    assert s3.get_object(Bucket="plain", Key=k)["Body"].read() == k.encode(), k
listed = [o["Key"] for o in s3.list_objects_v2(Bucket="plain")["Contents"]]
assert listed == sorted(set(odd + ["a/b.txt", "stream"]), key=lambda k: k.encode()), listed
assert code(s3.put_object, Bucket="plain", Key="x" * 300, Body=b"") == "KeyTooLongError"
for k in odd:
    s3.delete_object(Bucket="plain", Key=k)
assert [o["Key"] for o in s3.list_objects_v2(Bucket="plain")["Contents"]] == ["a/b.txt", "stream"]

for i in range(25):
    s3.put_object(Bucket="plain", Key="page/%d/%02d" % (i % 5, i), Body=b"x")
pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket="plain", Prefix="page/", PaginationConfig={"PageSize": 10}))
assert [len(p["Contents"]) for p in pages] == [10, 10, 5]
folders = s3.list_objects_v2(Bucket="plain", Prefix="page/", Delimiter="/")
assert [p["Prefix"] for p in folders["CommonPrefixes"]] == ["page/%d/" % i for i in range(5)] and "Contents" not in folders
paged = list(s3.get_paginator("list_objects_v2").paginate(Bucket="plain", Prefix="page/", Delimiter="/", PaginationConfig={"PageSize": 2}))
assert sum(len(p.get("CommonPrefixes", [])) for p in paged) == 5, paged
assert len(s3.list_objects(Bucket="plain", Prefix="page/")["Contents"]) == 25
gone = s3.delete_objects(Bucket="plain", Delete={"Objects": [{"Key": o["Key"]} for p in pages for o in p["Contents"]]})
assert len(gone["Deleted"]) == 25 and "Contents" not in s3.list_objects_v2(Bucket="plain", Prefix="page/")

big = os.urandom(13 * 1024 * 1024)
cfg = TransferConfig(multipart_threshold=5 * 1024 * 1024, multipart_chunksize=5 * 1024 * 1024)
s3.upload_fileobj(io.BytesIO(big), "plain", "big", Config=cfg, ExtraArgs={"ContentType": "application/x-big", "Metadata": {"n": "1"}})
out = io.BytesIO()
s3.download_fileobj("plain", "big", out, Config=cfg)
assert out.getvalue() == big
assert s3.head_object(Bucket="plain", Key="big")["ContentType"] == "application/x-big"
s3.copy({"Bucket": "plain", "Key": "big"}, "plain", "folder/big copy", Config=cfg)
assert s3.get_object(Bucket="plain", Key="folder/big copy")["Body"].read() == big
s3.copy_object(CopySource="plain/a/b.txt", Bucket="versioned", Key="copied")
assert s3.get_object(Bucket="versioned", Key="copied")["Metadata"]["who"] == "me"
assert code(s3.copy_object, CopySource="plain/absent", Bucket="versioned", Key="c") == "NoSuchKey"
up = s3.create_multipart_upload(Bucket="plain", Key="left")
s3.abort_multipart_upload(Bucket="plain", Key="left", UploadId=up["UploadId"])

assert s3.get_bucket_versioning(Bucket="versioned")["Status"] == "Enabled"
one = s3.put_object(Bucket="versioned", Key="v", Body=b"1")["VersionId"]
two = s3.put_object(Bucket="versioned", Key="v", Body=b"22")["VersionId"]
assert s3.get_object(Bucket="versioned", Key="v", VersionId=one)["Body"].read() == b"1"
s3.delete_object(Bucket="versioned", Key="v")
assert code(s3.get_object, Bucket="versioned", Key="v") == "NoSuchKey"
all = s3.list_object_versions(Bucket="versioned", Prefix="v")
assert [(v["VersionId"], v["IsLatest"]) for v in all["Versions"]] == [(two, False), (one, False)], all
marker = all["DeleteMarkers"][0]
assert marker["IsLatest"]
s3.delete_object(Bucket="versioned", Key="v", VersionId=marker["VersionId"])
assert s3.get_object(Bucket="versioned", Key="v")["Body"].read() == b"22"
s3.delete_object(Bucket="versioned", Key="v", VersionId=two)
assert s3.get_object(Bucket="versioned", Key="v")["Body"].read() == b"1"
assert code(s3.get_object, Bucket="versioned", Key="v", VersionId=two) == "NoSuchVersion"
for i in range(7):
    s3.put_object(Bucket="versioned", Key="many", Body=b"%d" % i)
pages = list(s3.get_paginator("list_object_versions").paginate(Bucket="versioned", Prefix="many", PaginationConfig={"PageSize": 3}))
assert [len(p.get("Versions", [])) for p in pages] == [3, 3, 1], pages

url = s3.generate_presigned_url("get_object", Params={"Bucket": "plain", "Key": "a/b.txt"})
import urllib.request
assert urllib.request.urlopen(url).read() == b"hello"
try:
    boto3.client("sqs").list_queues()
    raise SystemExit("sqs answered")
except ClientError as e:
    assert "local cloud has no sqs" in str(e), e
try:
    boto3.client("sts").get_caller_identity()
    raise SystemExit("sts answered")
except ClientError as e:
    assert "local cloud has no sts" in str(e), e
print("all is well")
`

func TestBoto3(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a Python environment")
	}
	interpreter, err := python.Find(context.Background(), "", "3.12")
	if err != nil {
		t.Skipf("no Python: %v", err)
	}
	dir := t.TempDir()
	env, err := python.Environments{Folder: filepath.Join(dir, "python"), Interpreter: interpreter}.Platform(context.Background(), func(string) {})
	if err != nil {
		t.Skipf("boto3 cannot be installed: %v", err)
	}
	folder := filepath.Join(dir, "buckets")
	var mu sync.Mutex
	created := map[string]Object{}
	born := time.Now()
	store, err := objects.New(folder, fixed{{Name: "plain", Created: born}, {Name: "versioned", Created: born, Versioned: true}})
	require.NoError(t, err)
	endpoint, err := Start(store, func(o Object) {
		mu.Lock()
		defer mu.Unlock()
		created[o.Bucket+"/"+o.Key] = o
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, endpoint.Close()) }()

	cmd := exec.Command(env.Python, "-c", botoScript)
	cmd.Dir = dir
	cmd.Env = []string{"PATH=/usr/bin:/bin", "HOME=" + dir, "AWS_ACCESS_KEY_ID=AKIALOCALLOCALLOCAL0", "AWS_SECRET_ACCESS_KEY=local",
		"AWS_DEFAULT_REGION=eu-west-2", "AWS_ENDPOINT_URL=" + endpoint.URL, "AWS_EC2_METADATA_DISABLED=true"}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "all is well")

	text, err := os.ReadFile(filepath.Join(folder, "plain", "a", "b.txt"))
	require.NoError(t, err)
	assert.Equal(t, "hello", string(text))
	assert.Equal(t, int64(5), created["plain/a/b.txt"].Size)
	assert.Equal(t, "CopyObject", created["versioned/copied"].Reason)
	outside, err := filepath.Glob(filepath.Join(dir, "*escape*"))
	require.NoError(t, err)
	assert.Empty(t, outside)
}
