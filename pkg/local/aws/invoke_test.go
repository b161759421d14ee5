package aws

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInvokes(t *testing.T) {
	f := newFixture(t)
	got, err := f.Ask("aws:index/getCallerIdentity:getCallerIdentity", object{})
	require.NoError(t, err)
	assert.Equal(t, "000000000000", got.Properties["accountId"].StringValue())
	got, err = f.Ask("aws:index/getRegion:getRegion", object{})
	require.NoError(t, err)
	assert.Equal(t, "eu-west-2", got.Properties["name"].StringValue())
	assert.Equal(t, "Europe (London)", got.Properties["description"].StringValue())
	got, err = f.Ask("aws:index/getPartition:getPartition", object{})
	require.NoError(t, err)
	assert.Equal(t, "aws", got.Properties["partition"].StringValue())
	assert.Equal(t, "com.amazonaws", got.Properties["reverseDnsPrefix"].StringValue())

	_, err = f.Ask("aws:ec2/getVpc:getVpc", object{})
	assert.ErrorContains(t, err, "does not answer aws:ec2/getVpc:getVpc")
	assert.ErrorContains(t, err, "give the IDs of the VPC and its subnets as text")
}

func TestPolicyDocument(t *testing.T) {
	const base = `{"Version":"2012-10-17","Statement":{"Sid":"a","Effect":"Allow","Action":"s3:GetObject","Resource":"*"}}`
	for _, tt := range []struct {
		name string
		args object
		want string
	}{
		{
			name: "one of everything",
			args: object{"statements": []any{object{"actions": []any{"s3:GetObject"}, "resources": []any{"*"}}}},
			want: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`,
		},
		{
			name: "lists in reverse order, without repetition",
			args: object{"statements": []any{object{
				"actions": []any{"s3:GetObject", "s3:PutObject", "s3:GetObject"}, "notResources": []any{"a", "b"}, "effect": "Deny",
			}}},
			want: `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["s3:PutObject","s3:GetObject"],"NotResource":["b","a"]}]}`,
		},
		{
			name: "principals, conditions and variables",
			args: object{"policyId": "p", "statements": []any{object{
				"actions":    []any{"sts:AssumeRole"},
				"principals": []any{object{"type": "Service", "identifiers": []any{"lambda.amazonaws.com"}}},
				"conditions": []any{
					object{"test": "StringEquals", "variable": "aws:x", "values": []any{"&{aws:y}", "b"}},
					object{"test": "StringEquals", "variable": "aws:x", "values": []any{"a"}},
				},
			}}},
			want: `{"Version":"2012-10-17","Id":"p","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",` +
				`"Principal":{"Service":"lambda.amazonaws.com"},"Condition":{"StringEquals":{"aws:x":["${aws:y}","b","a"]}}}]}`,
		},
		{
			name: "everyone",
			args: object{"statements": []any{object{
				"actions": []any{"*"}, "principals": []any{object{"type": "*", "identifiers": []any{"*"}}},
			}}},
			want: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Principal":"*"}]}`,
		},
		{
			name: "a source, own statements, an override by Sid",
			args: object{
				"sourcePolicyDocuments":   []any{base},
				"statements":              []any{object{"sid": "b", "actions": []any{"s3:*"}, "resources": []any{"*"}}},
				"overridePolicyDocuments": []any{`{"Statement":[{"Sid":"a","Effect":"Deny","Action":"s3:*","Resource":"*"}]}`},
			},
			want: `{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Deny","Action":"s3:*","Resource":"*"},` +
				`{"Sid":"b","Effect":"Allow","Action":"s3:*","Resource":"*"}]}`,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := newFixture(t).Ask("aws:iam/getPolicyDocument:getPolicyDocument", tt.args)
			require.NoError(t, err)
			require.Empty(t, got.Failures)
			assert.Equal(t, tt.want, got.Properties["minifiedJson"].StringValue())
			assert.JSONEq(t, tt.want, got.Properties["json"].StringValue())
		})
	}
}

func TestPolicyDocumentRefusals(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		args       object
	}{
		{"unknown property", `did you mean "actions"`, object{"statements": []any{object{"action": []any{"*"}}}}},
		{"effect", "one of [Allow Deny]", object{"statements": []any{object{"effect": "Maybe"}}}},
		{"version", "expected version", object{"version": "2020-01-01"}},
		{"twice a Sid", "duplicate Sid", object{"statements": []any{object{"sid": "a"}, object{"sid": "a"}}}},
		{"source not JSON", "not a policy document", object{"sourcePolicyDocuments": []any{"{"}}},
		{"principal without type", `"statements[0].principals[0].type" is required`,
			object{"statements": []any{object{"principals": []any{object{"identifiers": []any{"*"}}}}}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := newFixture(t).Ask("aws:iam/getPolicyDocument:getPolicyDocument", tt.args)
			require.NoError(t, err)
			require.NotEmpty(t, got.Failures)
			assert.Contains(t, got.Failures[0].Reason, tt.want)
		})
	}
}
