package aws

import (
	"testing"

	"github.com/dorc-dev/dorc/pkg/local/provider/providertest"
	"github.com/pulumi/pulumi/pkg/v3/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What AWS refuses when a resource is made, with AWS's own code.
func TestCreateErrors(t *testing.T) {
	f, image := world(t)
	fn := functionInputs("g", image)
	sm := object{"name": "g", "roleArn": roleARN("states"), "definition": machine}
	target := object{"rule": "rule", "targetId": "t", "arn": machineOf("sm"), "roleArn": roleARN("events")}
	f.Make(policyType, "p", object{"name": "p", "policy": allowed})
	f.Make(permissionType, "s", object{"function": "fn", "statementId": "s", "action": "lambda:*", "principal": "x"})
	f.Make(aliasType, "live", object{"name": "live", "functionName": "fn", "functionVersion": "$LATEST"})
	f.Make(securityGroupType, "sg", object{"name": "sg", "vpcId": "vpc-1"})
	f.Make(queueType, "q", object{"name": "q"})
	f.Make(topicType, "t", object{"name": "t"})

	for name, tt := range map[string]struct {
		typ        tokens.Type
		in         object
		code, part string
	}{
		"repository twice":         {repositoryType, object{"name": "repo"}, "RepositoryAlreadyExistsException", "creating ECR Repository (repo): operation error ECR: CreateRepository, https response error StatusCode: 400, RepositoryAlreadyExistsException: The repository with name 'repo' already exists in the registry with id '000000000000'"},
		"policy of no repository":  {lifecyclePolicyType, object{"repository": "none", "policy": expire}, "RepositoryNotFoundException", "'none'"},
		"role twice":               {roleType, object{"name": "lambda", "assumeRolePolicy": trustOf("x")}, "EntityAlreadyExists", "StatusCode: 409"},
		"policy of no role":        {rolePolicyType, object{"role": "none", "policy": allowed}, "NoSuchEntity", "StatusCode: 404"},
		"attachment to no role":    {attachmentType, object{"role": "none", "policyArn": "arn:aws:iam::aws:policy/X"}, "NoSuchEntity", "none"},
		"attachment of no policy":  {attachmentType, object{"role": "lambda", "policyArn": "arn:aws:iam::000000000000:policy/none"}, "NoSuchEntity", "not attachable"},
		"policy twice":             {policyType, object{"name": "p", "policy": allowed}, "EntityAlreadyExists", "A policy called p"},
		"function twice":           {functionType, functionInputs("fn", image), "ResourceConflictException", "Function already exist: fn"},
		"function without role":    {functionType, providertest.With(fn, object{"role": roleARN("none")}), "InvalidParameterValueException", "cannot be assumed by Lambda"},
		"function with other role": {functionType, providertest.With(fn, object{"role": roleARN("states")}), "InvalidParameterValueException", "trust policy"},
		"no such digest":           {functionType, providertest.With(fn, object{"imageUri": image[:len(image)-4] + "0000"}), "InvalidParameterValueException", "does not exist. Provide a valid source image."},
		"no such tag":              {functionType, providertest.With(fn, object{"imageUri": registry(f.Provider) + "/repo:v9"}), "InvalidParameterValueException", "does not exist"},
		"no such repository":       {functionType, providertest.With(fn, object{"imageUri": registry(f.Provider) + "/none:latest"}), "InvalidParameterValueException", "does not exist"},
		"image of another host":    {functionType, providertest.With(fn, object{"imageUri": "docker.io/library/x:latest"}), "InvalidParameterValueException", "is not valid"},
		"no such group": {functionType, providertest.With(fn, object{"vpcConfig": object{"subnetIds": []any{"subnet-1"}, "securityGroupIds": []any{"sg-1"}}}),
			"InvalidParameterValueException", "InvalidGroup.NotFound"},
		"permission twice":       {permissionType, object{"function": "fn", "statementId": "s", "action": "lambda:*", "principal": "x"}, "ResourceConflictException", "statement id (s)"},
		"permission on nothing":  {permissionType, object{"function": "none", "action": "lambda:*", "principal": "x"}, "ResourceNotFoundException", "Function not found"},
		"alias twice":            {aliasType, object{"name": "live", "functionName": "fn", "functionVersion": "$LATEST"}, "ResourceConflictException", "Alias already exists"},
		"alias of a version":     {aliasType, object{"name": "v", "functionName": "fn", "functionVersion": "7"}, "ResourceNotFoundException", "fn:7"},
		"config of nothing":      {invokeConfigType, object{"functionName": "none"}, "ResourceNotFoundException", "none"},
		"log group twice":        {logGroupType, object{"name": "logs"}, "ResourceAlreadyExistsException", "The specified log group already exists"},
		"target of no rule":      {targetType, providertest.With(target, object{"rule": "none"}), "ResourceNotFoundException", "Rule none does not exist on EventBus default."},
		"target that is nothing": {targetType, providertest.With(target, object{"arn": machineOf("none")}), "ValidationException", "does not exist"},
		"target without role":    {targetType, providertest.With(target, object{"roleArn": nil}), "ValidationException", "RoleArn is required"},
		"target with other role": {targetType, providertest.With(target, object{"roleArn": roleARN("lambda")}), "ValidationException", "cannot be assumed by principal 'events.amazonaws.com'"},
		"state machine twice":    {stateMachineType, providertest.With(sm, object{"name": "sm"}), "StateMachineAlreadyExists", "sm"},
		"state machine's role":   {stateMachineType, providertest.With(sm, object{"roleArn": roleARN("lambda")}), "AccessDeniedException", "states.amazonaws.com"},
		"no log destination": {stateMachineType, providertest.With(sm, object{"loggingConfiguration": object{
			"level": "ALL", "logDestination": "arn:aws:logs:eu-west-2:000000000000:log-group:none:*",
		}}), "InvalidLoggingConfiguration", "not found"},
		"bucket twice":         {bucketType, object{"bucket": "data"}, "BucketAlreadyOwnedByYou", "409"},
		"setting of no bucket": {versioningType, object{"bucket": "none", "versioningConfiguration": object{"status": "Enabled"}}, "NoSuchBucket", "404"},
		"object in no bucket":  {objectType, object{"bucket": "none", "key": "k", "content": ""}, "NoSuchBucket", "none"},
		"notification to no one": {notificationType, object{"bucket": "data", "lambdaFunctions": []any{
			object{"lambdaFunctionArn": functionOf("none"), "events": []any{"s3:ObjectCreated:*"}},
		}}, "InvalidArgument", "destination configurations"},
		"group twice":       {securityGroupType, object{"name": "sg", "vpcId": "vpc-1"}, "InvalidGroup.Duplicate", "VPC 'vpc-1'"},
		"group of no group": {securityGroupType, object{"name": "sg2", "ingress": []any{object{"protocol": "tcp", "fromPort": 1.0, "toPort": 1.0, "securityGroups": []any{"sg-9"}}}}, "InvalidGroup.NotFound", "sg-9"},
		"queue twice":       {queueType, object{"name": "q"}, "QueueAlreadyExists", "q"},
		"topic twice":       {topicType, object{"name": "t"}, "InvalidParameter", "t"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := f.TryMake(tt.typ, "again", tt.in)
			providertest.AssertCode(t, tt.code, err)
			assert.ErrorContains(t, err, tt.part)
		})
	}
}

// What AWS refuses to delete.
func TestDeleteErrors(t *testing.T) {
	f := newFixture(t)
	role := f.Make(roleType, "r", object{"name": "r", "assumeRolePolicy": trustOf("x")})
	inline := f.Make(rolePolicyType, "p", object{"role": "r", "name": "p", "policy": allowed})
	policy := f.Make(policyType, "m", object{"name": "m", "policy": allowed})
	attached := f.Make(attachmentType, "a", object{"role": "r", "policyArn": policy.Str("arn")})
	providertest.AssertCode(t, "DeleteConflict", f.Remove(role))
	require.NoError(t, f.Remove(inline))
	providertest.AssertCode(t, "DeleteConflict", f.Remove(role))
	providertest.AssertCode(t, "DeleteConflict", f.Remove(policy))
	require.NoError(t, f.Remove(attached))
	require.NoError(t, f.Remove(role))
	require.NoError(t, f.Remove(policy))

	repo := f.Make(repositoryType, "repo", object{"name": "aa"})
	f.Make(repositoryType, "inner", object{"name": "aa/b2"})
	push(f, "aa", "v1")
	push(f, "aa/b2", "v1")
	providertest.AssertCode(t, "RepositoryNotEmptyException", f.Remove(repo))
	repo = f.Change(repo, object{"name": "aa", "forceDelete": true})
	require.NoError(t, f.Remove(repo))
	has, err := hasImages(f.Store.Layout().Images("aa"))
	require.NoError(t, err)
	assert.False(t, has)
	has, err = hasImages(f.Store.Layout().Images("aa/b2"))
	require.NoError(t, err)
	assert.True(t, has, "the repository below it stays")
}

func TestRuleWithTargets(t *testing.T) {
	f, _ := world(t)
	target := f.Make(targetType, "t", object{"rule": "rule", "targetId": "t", "arn": functionOf("fn")})
	rule := providertest.Made{Type: ruleType, Name: "rule", ID: "rule"}
	providertest.AssertCode(t, "ValidationException", f.Remove(rule))
	require.NoError(t, f.Remove(target))
	require.NoError(t, f.Remove(rule))
}

// What goes away with its parent.
func TestChildren(t *testing.T) {
	f, _ := world(t)
	children := []providertest.Made{
		f.Make(permissionType, "s", object{"function": "fn", "statementId": "s", "action": "lambda:*", "principal": "x"}),
		f.Make(aliasType, "live", object{"name": "live", "functionName": "fn", "functionVersion": "$LATEST"}),
		f.Make(invokeConfigType, "i", object{"functionName": functionOf("fn"), "qualifier": "live"}),
	}
	require.NoError(t, f.Remove(providertest.Made{Type: functionType, Name: "fn", ID: "fn"}))
	for _, m := range children {
		assert.Empty(t, f.Look(m.Type, m.ID).ID, "%s", m.Type)
	}
}

// Changing what is gone fails with AWS's code, as for someone who deleted it by hand.
func TestUpdateOfWhatIsGone(t *testing.T) { providertest.UpdatesOfWhatIsGone(t, theirWorld) }

func TestUnknownType(t *testing.T) {
	f := newFixture(t)
	_, err := f.Check(t.Context(), plugin.CheckRequest{Type: "aws:lambda/functions:Functions", URN: providertest.URN("aws:lambda/functions:Functions", "x")})
	require.ErrorContains(t, err, "does not have the type aws:lambda/functions:Functions")
	assert.ErrorContains(t, err, "did you mean aws:lambda/function:Function?")
	assert.ErrorContains(t, err, "aws:sfn/stateMachine:StateMachine")
	_, err = f.Create(t.Context(), plugin.CreateRequest{Type: "aws:glue/job:Job"})
	assert.ErrorContains(t, err, "DORC_TARGET=cloud")
}
