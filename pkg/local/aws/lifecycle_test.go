package aws

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	account = "000000000000"
	allowed = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`
	machine = `{"StartAt":"a","States":{"a":{"Type":"Pass","End":true}}}`
	expire  = `{"rules":[{"rulePriority":1,"description":"old images","selection":{"tagStatus":"untagged",` +
		`"countType":"sinceImagePushed","countUnit":"days","countNumber":14},"action":{"type":"expire"}}]}`
)

func trustOf(service string) string {
	return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"` + service + `"}}]}`
}

func roleARN(name string) string { return "arn:aws:iam::" + account + ":role/" + name }

func functionOf(name string) string {
	return "arn:aws:lambda:eu-west-2:" + account + ":function:" + name
}

func machineOf(name string) string {
	return "arn:aws:states:eu-west-2:" + account + ":stateMachine:" + name
}

// push puts an image into the local layout of a repository and returns its digest.
func (f *fixture) push(repository, tag string) string {
	f.Helper()
	dir := f.store.Layout().Images(repository)
	path, err := layout.Write(dir, empty.Index)
	require.NoError(f, err)
	image, err := mutate.Config(empty.Image, must(empty.Image.ConfigFile()).Config)
	require.NoError(f, err)
	require.NoError(f, path.AppendImage(image, layout.WithAnnotations(map[string]string{refName: tag})))
	return must(image.Digest()).String()
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// world makes what the resources of the life cycle tests refer to.
func world(t *testing.T) (f *fixture, image string) {
	f = newFixture(t)
	f.create(repositoryType, "repo", object{"name": "repo"})
	image = f.p().registry() + "/repo@" + f.push("repo", "latest")
	for _, service := range []string{"lambda", "states", "events"} {
		f.create(roleType, service, object{"name": service, "assumeRolePolicy": trustOf(service + ".amazonaws.com")})
	}
	f.create(bucketType, "bucket", object{"bucket": "data", "forceDestroy": true})
	f.create(functionType, "fn", functionInputs("fn", image))
	f.create(logGroupType, "logs", object{"name": "logs"})
	f.create(stateMachineType, "sm", object{"name": "sm", "roleArn": roleARN("states"), "definition": machine})
	f.create(ruleType, "rule", object{"name": "rule", "scheduleExpression": "rate(1 day)"})
	return f, image
}

func (f *fixture) p() *Provider { return f.Provider }

func functionInputs(name, image string) object {
	return object{"name": name, "role": roleARN("lambda"), "packageType": "Image", "imageUri": image}
}

// with returns the inputs with some exchanged; a nil value removes.
func with(in object, changes object) object {
	out := maps.Clone(in)
	for k, v := range changes {
		if out[k] = v; v == nil {
			delete(out, k)
		}
	}
	return out
}

// life is the life of one type.
type life struct {
	typ     tokens.Type
	in      object
	id      string
	out     map[string]string
	change  object // in place
	replace []object
}

func lives(image string) []life {
	return []life{
		{
			typ: repositoryType, id: "proj/a", in: object{"name": "proj/a", "imageTagMutability": "IMMUTABLE", "tags": object{"a": "1"}},
			out:    map[string]string{"registryId": account, "repositoryUrl": account + ".dkr.ecr.eu-west-2.amazonaws.com/proj/a"},
			change: object{"imageTagMutability": "MUTABLE", "tags": object{"a": "2"}},
			replace: []object{
				{"name": "proj/b"},
				{"encryptionConfigurations": []any{object{"encryptionType": "KMS"}}},
			},
		},
		{
			typ: lifecyclePolicyType, id: "repo", in: object{"repository": "repo", "policy": expire},
			replace: []object{{"policy": `{"rules":[{"rulePriority":2,"selection":{"tagStatus":"any","countType":"imageCountMoreThan",` +
				`"countNumber":5},"action":{"type":"expire"}}]}`}},
		},
		{
			typ: repositoryPolicyType, id: "repo", in: object{"repository": "repo", "policy": `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}]}`},
			change: object{"policy": `{"Statement":[{"Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage"}]}`},
		},
		{
			typ: roleType, id: "r", in: object{"name": "r", "assumeRolePolicy": trustOf("lambda.amazonaws.com"), "path": "/team/"},
			out:     map[string]string{"arn": "arn:aws:iam::" + account + ":role/team/r"},
			change:  object{"description": "d", "maxSessionDuration": 7200.0},
			replace: []object{{"name": "r2"}, {"path": "/"}},
		},
		{
			typ: rolePolicyType, id: "lambda:p", in: object{"name": "p", "role": "lambda", "policy": allowed},
			change:  object{"policy": `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`},
			replace: []object{{"name": "p2"}, {"role": "states"}},
		},
		{
			typ: attachmentType, id: "lambda/arn:aws:iam::aws:policy/ReadOnlyAccess",
			in:      object{"role": "lambda", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
			replace: []object{{"role": "states"}, {"policyArn": "arn:aws:iam::aws:policy/PowerUserAccess"}},
		},
		{
			typ: policyType, id: "arn:aws:iam::" + account + ":policy/p", in: object{"name": "p", "policy": allowed},
			change:  object{"policy": `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`},
			replace: []object{{"name": "p2"}, {"description": "d"}, {"path": "/x/"}},
		},
		{
			typ: functionType, id: "f", in: with(functionInputs("f", image), object{
				"timeout": 600.0, "environment": object{"variables": object{"AA": "1"}},
			}),
			out: map[string]string{
				"arn": functionOf("f"), "qualifiedArn": functionOf("f") + ":$LATEST", "version": "$LATEST",
				"invokeArn": "arn:aws:apigateway:eu-west-2:lambda:path/2015-03-31/functions/" + functionOf("f") + "/invocations",
			},
			change:  object{"timeout": 60.0, "memorySize": 512.0, "environment": object{"variables": object{"BB": "1"}}},
			replace: []object{{"name": "f2"}},
		},
		{
			typ: permissionType, id: "fn/s", in: object{
				"function": "fn", "statementId": "s", "action": "lambda:InvokeFunction", "principal": "events.amazonaws.com",
			},
			replace: []object{{"statementId": "s2"}, {"action": "lambda:GetFunction"}, {"sourceArn": "arn:aws:s3:::data"}},
		},
		{
			typ: aliasType, id: functionOf("fn") + ":live", in: object{"name": "live", "functionName": "fn", "functionVersion": "$LATEST"},
			out: map[string]string{"arn": functionOf("fn") + ":live"}, change: object{"description": "d"}, replace: []object{{"name": "dead"}},
		},
		{
			typ: invokeConfigType, id: "fn", in: object{"functionName": "fn", "maximumRetryAttempts": 0.0},
			change: object{"maximumRetryAttempts": 1.0}, replace: []object{{"qualifier": "$LATEST"}},
		},
		{
			typ: logGroupType, id: "/aws/lambda/f", in: object{"name": "/aws/lambda/f", "retentionInDays": 30.0},
			out:    map[string]string{"arn": "arn:aws:logs:eu-west-2:" + account + ":log-group:/aws/lambda/f"},
			change: object{"retentionInDays": 7.0}, replace: []object{{"name": "/x"}, {"logGroupClass": "INFREQUENT_ACCESS"}},
		},
		{
			typ: ruleType, id: "nightly", in: object{"name": "nightly", "scheduleExpression": "cron(0 6 * * ? *)"},
			out:    map[string]string{"arn": "arn:aws:events:eu-west-2:" + account + ":rule/nightly", "state": "ENABLED"},
			change: object{"scheduleExpression": "rate(5 minutes)", "description": "d"}, replace: []object{{"name": "daily"}},
		},
		{
			typ: targetType, id: "rule/t", in: object{"rule": "rule", "targetId": "t", "arn": machineOf("sm"), "roleArn": roleARN("events")},
			change: object{"input": `{"a":1}`}, replace: []object{{"targetId": "t2"}},
		},
		{
			typ: stateMachineType, id: machineOf("m"), in: object{
				"name": "m", "roleArn": roleARN("states"), "definition": machine,
				"loggingConfiguration": object{
					"level": "ALL", "logDestination": "arn:aws:logs:eu-west-2:" + account + ":log-group:logs:*", "includeExecutionData": true,
				},
			},
			out:     map[string]string{"arn": machineOf("m"), "status": "ACTIVE", "type": "STANDARD"},
			change:  object{"definition": `{"StartAt":"b","States":{"b":{"Type":"Succeed"}}}`},
			replace: []object{{"name": "m2"}, {"type": "EXPRESS"}},
		},
		{
			typ: bucketType, id: "proj-prod-landing", in: object{"bucket": "proj-prod-landing", "tags": object{"a": "1"}},
			out: map[string]string{
				"arn": "arn:aws:s3:::proj-prod-landing", "bucketDomainName": "proj-prod-landing.s3.amazonaws.com",
				"bucketRegionalDomainName": "proj-prod-landing.s3.eu-west-2.amazonaws.com", "hostedZoneId": "Z3GKZC51ZF0DB4",
			},
			change: object{"tags": object{"a": "2"}, "forceDestroy": true}, replace: []object{{"bucket": "other"}},
		},
		{
			typ: versioningType, id: "data", in: object{"bucket": "data", "versioningConfiguration": object{"status": "Enabled"}},
			change: object{"versioningConfiguration": object{"status": "Suspended"}},
		},
		{
			typ: encryptionType, id: "data", in: object{
				"bucket": "data", "rules": []any{object{"applyServerSideEncryptionByDefault": object{"sseAlgorithm": "aws:kms"}}},
			},
			change: object{"rules": []any{object{"applyServerSideEncryptionByDefault": object{"sseAlgorithm": "AES256"}}}},
		},
		{
			typ: accessBlockType, id: "data", in: object{"bucket": "data", "blockPublicAcls": true, "restrictPublicBuckets": true},
			change: object{"blockPublicPolicy": true},
		},
		{
			typ: notificationType, id: "data", in: object{"bucket": "data", "eventbridge": true},
			change: object{"lambdaFunctions": []any{object{"lambdaFunctionArn": functionOf("fn"), "events": []any{"s3:ObjectCreated:*"}}}},
		},
		{
			typ: bucketPolicyType, id: "data", in: object{
				"bucket": "data",
				"policy": `{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::data/*"}]}`,
			},
			change: object{"policy": `{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:Get*","Resource":"arn:aws:s3:::data/*"}]}`},
		},
		{
			typ: bucketLifeType, id: "data", in: object{
				"bucket": "data", "rules": []any{object{"id": "old", "status": "Enabled", "expiration": object{"days": 30.0}}},
			},
			change: object{"rules": []any{object{"id": "old", "status": "Enabled", "expiration": object{"days": 90.0}}}},
		},
		{
			typ: objectType, id: "data/a/b.txt", in: object{"bucket": "data", "key": "a/b.txt", "content": "hello"},
			out:    map[string]string{"etag": "5d41402abc4b2a76b9719d911017c592", "arn": "arn:aws:s3:::data/a/b.txt"},
			change: object{"content": "bye"}, replace: []object{{"key": "c"}},
		},
		{
			typ: securityGroupType, in: object{
				"name": "sg", "description": "d", "vpcId": "vpc-1",
				"egress": []any{object{"protocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "cidrBlocks": []any{"0.0.0.0/0"}}},
			},
			out: map[string]string{"ownerId": account, "vpcId": "vpc-1"},
			change: object{"egress": []any{
				object{"protocol": "tcp", "fromPort": 80.0, "toPort": 80.0, "cidrBlocks": []any{"0.0.0.0/0"}},
			}},
			replace: []object{{"name": "sg2"}, {"description": "e"}, {"vpcId": "vpc-2"}},
		},
		{
			typ: queueType, id: "https://sqs.eu-west-2.amazonaws.com/" + account + "/q", in: object{"name": "q"},
			out:    map[string]string{"arn": "arn:aws:sqs:eu-west-2:" + account + ":q"},
			change: object{"delaySeconds": 5.0}, replace: []object{{"name": "q2"}, {"name": "q.fifo", "fifoQueue": true}},
		},
		{
			typ: topicType, id: "arn:aws:sns:eu-west-2:" + account + ":t", in: object{"name": "t"},
			out: map[string]string{"owner": account}, change: object{"displayName": "T"}, replace: []object{{"name": "t2"}},
		},
	}
}

func TestEveryTypeHasALife(t *testing.T) {
	tested := map[tokens.Type]bool{}
	for _, l := range lives("") {
		tested[l.typ] = true
	}
	for _, typ := range Types() {
		assert.True(t, tested[typ], "%s has no life cycle test", typ)
	}
}

// Create, read, no difference, change in place, replacement on the right fields, delete.
func TestLives(t *testing.T) {
	for i, l := range lives("") {
		t.Run(kinds[l.typ].facts+string(l.typ[4:]), func(t *testing.T) {
			f, image := world(t)
			l := lives(image)[i]
			m := f.create(l.typ, "x", l.in)
			if l.id != "" {
				require.Equal(t, l.id, string(m.id))
			}
			for name, want := range l.out {
				assert.Equal(t, want, m.str(resource.PropertyKey(name)), name)
			}
			f.assertStable(m, l.in)
			if l.change != nil {
				m = f.assertChange(m, with(l.in, l.change))
			}
			for _, change := range l.replace {
				f.assertReplace(m, with(with(l.in, l.change), change), change)
			}
			require.NoError(t, f.tryDelete(m))
			assert.Empty(t, f.read(l.typ, m.id).ID, "it is gone")
			require.NoError(t, f.tryDelete(m), "deleting again succeeds")
		})
	}
}

// assertStable holds that a resource read back does not differ from its inputs,
// also when it is read with its ID alone, as an import does.
func (f *fixture) assertStable(m made, in object) {
	f.Helper()
	same, news := f.diff(m, in)
	assert.Equal(f, plugin.DiffNone, same.Changes, "%v", same.DetailedDiff)
	assert.Equal(f, m.in.Mappable(), news.Mappable(), "a second check gives the same inputs")
	read := f.read(m.typ, m.id)
	require.Equal(f, m.id, read.ID)
	assert.Equal(f, m.out.Mappable(), read.Outputs.Mappable(), "what is read is what was created")
	m.in, m.out = read.Inputs, read.Outputs
	same, _ = f.diff(m, in)
	assert.Equal(f, plugin.DiffNone, same.Changes, "after a read: %v", same.DetailedDiff)
}

func (f *fixture) assertChange(m made, in object) made {
	f.Helper()
	changed, _ := f.diff(m, in)
	require.Equal(f, plugin.DiffSome, changed.Changes)
	assert.Empty(f, changed.ReplaceKeys)
	assert.NotEmpty(f, changed.DetailedDiff)
	created := m.out["createDate"]
	m = f.update(m, in)
	assert.Equal(f, created, m.out["createDate"], "a creation date stays")
	f.assertStable(m, in)
	return m
}

func (f *fixture) assertReplace(m made, in, change object) {
	f.Helper()
	changed, _ := f.diff(m, in)
	require.Equal(f, plugin.DiffSome, changed.Changes, "%v", change)
	for _, key := range slices.Sorted(maps.Keys(change)) {
		assert.Contains(f, changed.ReplaceKeys, resource.PropertyKey(key))
	}
	c := f.call(kinds[m.typ], urnOf(m.typ, m.name), resource.NewPropertyMapFromMap(in), false)
	assert.Equal(f, string(m.id) == c.identify(), changed.DeleteBeforeReplace, "%v", change)
}

func TestBucketIsAFolder(t *testing.T) {
	f := newFixture(t)
	b := f.create(bucketType, "b", object{"bucket": "data"})
	dir := f.store.Layout().Bucket("data")
	require.DirExists(t, dir)
	o := f.create(objectType, "o", object{"bucket": "data", "key": "a/b.txt", "content": "hello"})
	data, err := os.ReadFile(filepath.Join(dir, "a", "b.txt"))
	require.NoError(t, err)
	assert.Equal(t, "hello", string(data))
	assertCode(t, "BucketNotEmpty", f.tryDelete(b))
	require.NoError(t, f.tryDelete(o))
	require.NoError(t, f.tryDelete(b), "an empty folder is no object")
	assert.NoDirExists(t, dir)

	b = f.create(bucketType, "b", object{"bucket": "data", "forceDestroy": true})
	f.create(objectType, "o", object{"bucket": "data", "key": "a", "content": "hello"})
	require.NoError(t, f.tryDelete(b))
	assert.NoDirExists(t, dir)
	assert.Empty(t, f.read(objectType, "data/a").ID, "the object went with its bucket")
}

func assertCode(t *testing.T, code string, err error) {
	t.Helper()
	var failed *ResourceError
	require.True(t, errors.As(err, &failed), "%v", err)
	assert.Equal(t, code, failed.Code(), "%v", err)
	assert.Contains(t, err.Error(), "operation error "+failed.Service)
}

// A preview shows what is knowable, and the rest as unknown.
func TestPreview(t *testing.T) {
	f := newFixture(t)
	got, err := f.Create(context.Background(), plugin.CreateRequest{
		URN: urnOf(roleType, "r"), Type: roleType, Preview: true,
		Properties: f.check(roleType, "r", nil, object{"name": "r", "assumeRolePolicy": trustOf("x")}),
	})
	require.NoError(t, err)
	assert.Empty(t, got.ID)
	assert.Equal(t, roleARN("r"), got.Properties["arn"].StringValue())
	assert.True(t, got.Properties["createDate"].IsComputed())
	assert.Empty(t, f.read(roleType, "r").ID, "nothing was made")

	in := resource.PropertyMap{"name": resource.MakeComputed(resource.NewStringProperty("")), "forceDelete": resource.NewBoolProperty(true)}
	checked := f.tryCheck(repositoryType, "x", nil, in)
	require.Empty(t, checked.Failures)
	got, err = f.Create(context.Background(), plugin.CreateRequest{
		URN: urnOf(repositoryType, "x"), Type: repositoryType, Preview: true, Properties: checked.Properties,
	})
	require.NoError(t, err)
	assert.True(t, got.Properties["arn"].IsComputed())
	assert.True(t, got.Properties["repositoryUrl"].IsComputed())
	assert.Equal(t, account, got.Properties["registryId"].StringValue())
	assert.True(t, got.Properties["forceDelete"].BoolValue())
}

// A creation whose end was not recorded is found by its URN.
func TestFind(t *testing.T) {
	f := newFixture(t)
	m := f.create(repositoryType, "a", object{"name": "a1"})
	id, found, err := f.Find(context.Background(), urnOf(repositoryType, "a"))
	require.NoError(t, err)
	require.True(t, found)
	assert.Equal(t, m.id, id)
	_, found, err = f.Find(context.Background(), urnOf(repositoryType, "a"), m.id)
	require.NoError(t, err)
	assert.False(t, found, "the state has it already")
	_, found, err = f.Find(context.Background(), urnOf(repositoryType, "b"))
	require.NoError(t, err)
	assert.False(t, found)
	_, found, err = f.Find(context.Background(), urnOf("aws:glue/job:Job", "b"))
	require.NoError(t, err)
	assert.False(t, found)
}

// A person who edits a document beside Pulumi sees it in the next refresh.
func TestDrift(t *testing.T) {
	f := newFixture(t)
	in := object{"name": "g", "retentionInDays": 30.0}
	m := f.create(logGroupType, "g", in)
	doc, err := f.store.Get(logGroupType, "g")
	require.NoError(t, err)
	doc.Outputs["retentionInDays"] = 7.0
	require.NoError(t, f.store.Update(doc))
	read := f.read(logGroupType, "g")
	m.in, m.out = read.Inputs, read.Outputs
	changed, _ := f.diff(m, in)
	assert.Contains(t, changed.DetailedDiff, "retentionInDays")
}
