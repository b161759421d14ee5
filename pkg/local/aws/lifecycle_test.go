package aws

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/dorc-dev/dorc/pkg/local/provider/providertest"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
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
func push(f *providertest.Fixture, repository, tag string) string {
	f.Helper()
	dir := f.Store.Layout().Images(repository)
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
func world(t *testing.T) (f *providertest.Fixture, image string) {
	f = newFixture(t)
	f.Make(repositoryType, "repo", object{"name": "repo"})
	image = registry(f.Provider) + "/repo@" + push(f, "repo", "latest")
	for _, service := range []string{"lambda", "states", "events"} {
		f.Make(roleType, service, object{"name": service, "assumeRolePolicy": trustOf(service + ".amazonaws.com")})
	}
	f.Make(bucketType, "bucket", object{"bucket": "data", "forceDestroy": true})
	f.Make(functionType, "fn", functionInputs("fn", image))
	f.Make(logGroupType, "logs", object{"name": "logs"})
	f.Make(stateMachineType, "sm", object{"name": "sm", "roleArn": roleARN("states"), "definition": machine})
	f.Make(ruleType, "rule", object{"name": "rule", "scheduleExpression": "rate(1 day)"})
	return f, image
}

func functionInputs(name, image string) object {
	return object{"name": name, "role": roleARN("lambda"), "packageType": "Image", "imageUri": image}
}

func lives(image string) []providertest.Life {
	return []providertest.Life{
		{
			Type: repositoryType, ID: "proj/a", In: object{"name": "proj/a", "imageTagMutability": "IMMUTABLE", "tags": object{"a": "1"}},
			Out:    map[string]string{"registryId": account, "repositoryUrl": account + ".dkr.ecr.eu-west-2.amazonaws.com/proj/a"},
			Change: object{"imageTagMutability": "MUTABLE", "tags": object{"a": "2"}},
			Replace: []object{
				{"name": "proj/b"},
				{"encryptionConfigurations": []any{object{"encryptionType": "KMS"}}},
			},
		},
		{
			Type: lifecyclePolicyType, ID: "repo", In: object{"repository": "repo", "policy": expire},
			Replace: []object{{"policy": `{"rules":[{"rulePriority":2,"selection":{"tagStatus":"any","countType":"imageCountMoreThan",` +
				`"countNumber":5},"action":{"type":"expire"}}]}`}},
		},
		{
			Type: repositoryPolicyType, ID: "repo", In: object{"repository": "repo", "policy": `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}]}`},
			Change: object{"policy": `{"Statement":[{"Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage"}]}`},
		},
		{
			Type: roleType, ID: "r", In: object{"name": "r", "assumeRolePolicy": trustOf("lambda.amazonaws.com"), "path": "/team/"},
			Out:     map[string]string{"arn": "arn:aws:iam::" + account + ":role/team/r"},
			Change:  object{"description": "d", "maxSessionDuration": 7200.0},
			Replace: []object{{"name": "r2"}, {"path": "/"}},
		},
		{
			Type: rolePolicyType, ID: "lambda:p", In: object{"name": "p", "role": "lambda", "policy": allowed},
			Change:  object{"policy": `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`},
			Replace: []object{{"name": "p2"}, {"role": "states"}},
		},
		{
			Type: attachmentType, ID: "lambda/arn:aws:iam::aws:policy/ReadOnlyAccess",
			In:      object{"role": "lambda", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
			Replace: []object{{"role": "states"}, {"policyArn": "arn:aws:iam::aws:policy/PowerUserAccess"}},
		},
		{
			Type: policyType, ID: "arn:aws:iam::" + account + ":policy/p", In: object{"name": "p", "policy": allowed},
			Change:  object{"policy": `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}`},
			Replace: []object{{"name": "p2"}, {"description": "d"}, {"path": "/x/"}},
		},
		{
			Type: functionType, ID: "f", In: providertest.With(functionInputs("f", image), object{
				"timeout": 600.0, "environment": object{"variables": object{"AA": "1"}},
			}),
			Out: map[string]string{
				"arn": functionOf("f"), "qualifiedArn": functionOf("f") + ":$LATEST", "version": "$LATEST",
				"invokeArn": "arn:aws:apigateway:eu-west-2:lambda:path/2015-03-31/functions/" + functionOf("f") + "/invocations",
			},
			Change:  object{"timeout": 60.0, "memorySize": 512.0, "environment": object{"variables": object{"BB": "1"}}},
			Replace: []object{{"name": "f2"}},
		},
		{
			Type: permissionType, ID: "fn/s", In: object{
				"function": "fn", "statementId": "s", "action": "lambda:InvokeFunction", "principal": "events.amazonaws.com",
			},
			Replace: []object{{"statementId": "s2"}, {"action": "lambda:GetFunction"}, {"sourceArn": "arn:aws:s3:::data"}},
		},
		{
			Type: aliasType, ID: functionOf("fn") + ":live", In: object{"name": "live", "functionName": "fn", "functionVersion": "$LATEST"},
			Out: map[string]string{"arn": functionOf("fn") + ":live"}, Change: object{"description": "d"}, Replace: []object{{"name": "dead"}},
		},
		{
			Type: invokeConfigType, ID: "fn", In: object{"functionName": "fn", "maximumRetryAttempts": 0.0},
			Change: object{"maximumRetryAttempts": 1.0}, Replace: []object{{"qualifier": "$LATEST"}},
		},
		{
			Type: logGroupType, ID: "/aws/lambda/f", In: object{"name": "/aws/lambda/f", "retentionInDays": 30.0},
			Out:    map[string]string{"arn": "arn:aws:logs:eu-west-2:" + account + ":log-group:/aws/lambda/f"},
			Change: object{"retentionInDays": 7.0}, Replace: []object{{"name": "/x"}, {"logGroupClass": "INFREQUENT_ACCESS"}},
		},
		{
			Type: ruleType, ID: "nightly", In: object{"name": "nightly", "scheduleExpression": "cron(0 6 * * ? *)"},
			Out:    map[string]string{"arn": "arn:aws:events:eu-west-2:" + account + ":rule/nightly", "state": "ENABLED"},
			Change: object{"scheduleExpression": "rate(5 minutes)", "description": "d"}, Replace: []object{{"name": "daily"}},
		},
		{
			Type: targetType, ID: "rule/t", In: object{"rule": "rule", "targetId": "t", "arn": machineOf("sm"), "roleArn": roleARN("events")},
			Change: object{"input": `{"a":1}`}, Replace: []object{{"targetId": "t2"}},
		},
		{
			Type: stateMachineType, ID: machineOf("m"), In: object{
				"name": "m", "roleArn": roleARN("states"), "definition": machine,
				"loggingConfiguration": object{
					"level": "ALL", "logDestination": "arn:aws:logs:eu-west-2:" + account + ":log-group:logs:*", "includeExecutionData": true,
				},
			},
			Out:     map[string]string{"arn": machineOf("m"), "status": "ACTIVE", "type": "STANDARD"},
			Change:  object{"definition": `{"StartAt":"b","States":{"b":{"Type":"Succeed"}}}`},
			Replace: []object{{"name": "m2"}, {"type": "EXPRESS"}},
		},
		{
			Type: bucketType, ID: "proj-prod-landing", In: object{"bucket": "proj-prod-landing", "tags": object{"a": "1"}},
			Out: map[string]string{
				"arn": "arn:aws:s3:::proj-prod-landing", "bucketDomainName": "proj-prod-landing.s3.amazonaws.com",
				"bucketRegionalDomainName": "proj-prod-landing.s3.eu-west-2.amazonaws.com", "hostedZoneId": "Z3GKZC51ZF0DB4",
			},
			Change: object{"tags": object{"a": "2"}, "forceDestroy": true}, Replace: []object{{"bucket": "other"}},
		},
		{
			Type: versioningType, ID: "data", In: object{"bucket": "data", "versioningConfiguration": object{"status": "Enabled"}},
			Change: object{"versioningConfiguration": object{"status": "Suspended"}},
		},
		{
			Type: encryptionType, ID: "data", In: object{
				"bucket": "data", "rules": []any{object{"applyServerSideEncryptionByDefault": object{"sseAlgorithm": "aws:kms"}}},
			},
			Change: object{"rules": []any{object{"applyServerSideEncryptionByDefault": object{"sseAlgorithm": "AES256"}}}},
		},
		{
			Type: accessBlockType, ID: "data", In: object{"bucket": "data", "blockPublicAcls": true, "restrictPublicBuckets": true},
			Change: object{"blockPublicPolicy": true},
		},
		{
			Type: notificationType, ID: "data", In: object{"bucket": "data", "eventbridge": true},
			Change: object{"lambdaFunctions": []any{object{"lambdaFunctionArn": functionOf("fn"), "events": []any{"s3:ObjectCreated:*"}}}},
		},
		{
			Type: bucketPolicyType, ID: "data", In: object{
				"bucket": "data",
				"policy": `{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::data/*"}]}`,
			},
			Change: object{"policy": `{"Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:Get*","Resource":"arn:aws:s3:::data/*"}]}`},
		},
		{
			Type: bucketLifeType, ID: "data", In: object{
				"bucket": "data", "rules": []any{object{"id": "old", "status": "Enabled", "expiration": object{"days": 30.0}}},
			},
			Change: object{"rules": []any{object{"id": "old", "status": "Enabled", "expiration": object{"days": 90.0}}}},
		},
		{
			Type: objectType, ID: "data/a/b.txt", In: object{"bucket": "data", "key": "a/b.txt", "content": "hello"},
			Out:    map[string]string{"etag": "5d41402abc4b2a76b9719d911017c592", "arn": "arn:aws:s3:::data/a/b.txt"},
			Change: object{"content": "bye"}, Replace: []object{{"key": "c"}},
		},
		{
			Type: securityGroupType, In: object{
				"name": "sg", "description": "d", "vpcId": "vpc-1",
				"egress": []any{object{"protocol": "tcp", "fromPort": 443.0, "toPort": 443.0, "cidrBlocks": []any{"0.0.0.0/0"}}},
			},
			Out: map[string]string{"ownerId": account, "vpcId": "vpc-1"},
			Change: object{"egress": []any{
				object{"protocol": "tcp", "fromPort": 80.0, "toPort": 80.0, "cidrBlocks": []any{"0.0.0.0/0"}},
			}},
			Replace: []object{{"name": "sg2"}, {"description": "e"}, {"vpcId": "vpc-2"}},
		},
		{
			Type: queueType, ID: "https://sqs.eu-west-2.amazonaws.com/" + account + "/q", In: object{"name": "q"},
			Out:    map[string]string{"arn": "arn:aws:sqs:eu-west-2:" + account + ":q"},
			Change: object{"delaySeconds": 5.0}, Replace: []object{{"name": "q2"}, {"name": "q.fifo", "fifoQueue": true}},
		},
		{
			Type: topicType, ID: "arn:aws:sns:eu-west-2:" + account + ":t", In: object{"name": "t"},
			Out: map[string]string{"owner": account}, Change: object{"displayName": "T"}, Replace: []object{{"name": "t2"}},
		},
	}
}

// theirWorld is the world with the lives of all types in it.
func theirWorld(t *testing.T) (*providertest.Fixture, []providertest.Life) {
	f, image := world(t)
	return f, lives(image)
}

func TestLives(t *testing.T) { providertest.Lives(t, theirWorld) }

func TestBucketIsAFolder(t *testing.T) {
	f := newFixture(t)
	b := f.Make(bucketType, "b", object{"bucket": "data"})
	dir := f.Store.Layout().Bucket("data")
	require.DirExists(t, dir)
	o := f.Make(objectType, "o", object{"bucket": "data", "key": "a/b.txt", "content": "hello"})
	data, err := os.ReadFile(filepath.Join(dir, "a", "b.txt"))
	require.NoError(t, err)
	assert.Equal(t, "hello", string(data))
	providertest.AssertCode(t, "BucketNotEmpty", f.Remove(b))
	require.NoError(t, f.Remove(o))
	require.NoError(t, f.Remove(b), "an empty folder is no object")
	assert.NoDirExists(t, dir)

	b = f.Make(bucketType, "b", object{"bucket": "data", "forceDestroy": true})
	f.Make(objectType, "o", object{"bucket": "data", "key": "a", "content": "hello"})
	require.NoError(t, f.Remove(b))
	assert.NoDirExists(t, dir)
	assert.Empty(t, f.Look(objectType, "data/a").ID, "the object went with its bucket")
}

// A preview shows what is knowable, and the rest as unknown.
func TestPreview(t *testing.T) {
	f := newFixture(t)
	got, err := f.Create(context.Background(), plugin.CreateRequest{
		URN: providertest.URN(roleType, "r"), Type: roleType, Preview: true,
		Properties: f.Checked(roleType, "r", nil, object{"name": "r", "assumeRolePolicy": trustOf("x")}),
	})
	require.NoError(t, err)
	assert.Empty(t, got.ID)
	assert.Equal(t, roleARN("r"), got.Properties["arn"].StringValue())
	assert.True(t, got.Properties["createDate"].IsComputed())
	assert.Empty(t, f.Look(roleType, "r").ID, "nothing was made")

	in := resource.PropertyMap{"name": resource.MakeComputed(resource.NewStringProperty("")), "forceDelete": resource.NewBoolProperty(true)}
	checked := f.TryCheck(repositoryType, "x", nil, in)
	require.Empty(t, checked.Failures)
	got, err = f.Create(context.Background(), plugin.CreateRequest{
		URN: providertest.URN(repositoryType, "x"), Type: repositoryType, Preview: true, Properties: checked.Properties,
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
	m := f.Make(repositoryType, "a", object{"name": "a1"})
	id, found, err := f.Find(context.Background(), providertest.URN(repositoryType, "a"))
	require.NoError(t, err)
	require.True(t, found)
	assert.Equal(t, m.ID, id)
	_, found, err = f.Find(context.Background(), providertest.URN(repositoryType, "a"), m.ID)
	require.NoError(t, err)
	assert.False(t, found, "the state has it already")
	_, found, err = f.Find(context.Background(), providertest.URN(repositoryType, "b"))
	require.NoError(t, err)
	assert.False(t, found)
	_, found, err = f.Find(context.Background(), providertest.URN("aws:glue/job:Job", "b"))
	require.NoError(t, err)
	assert.False(t, found)
}

// A person who edits a document beside Pulumi sees it in the next refresh.
func TestDrift(t *testing.T) {
	f := newFixture(t)
	in := object{"name": "g", "retentionInDays": 30.0}
	m := f.Make(logGroupType, "g", in)
	doc, err := f.Store.Get(logGroupType, "g")
	require.NoError(t, err)
	doc.Outputs["retentionInDays"] = 7.0
	require.NoError(t, f.Store.Update(doc))
	read := f.Look(logGroupType, "g")
	m.In, m.Out = read.Inputs, read.Outputs
	changed, _ := f.Compare(m, in)
	assert.Contains(t, changed.DetailedDiff, "retentionInDays")
}
