package aws

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dorc-dev/dorc/internal/mototest"
	"github.com/dorc-dev/dorc/pkg/cloud/check"
)

// noCredentialsHere leaves the process without credentials, wherever it runs.
func noCredentialsHere(t *testing.T) {
	t.Helper()
	for _, kv := range os.Environ() {
		if name, _, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "AWS_") && name != "AWS_CA_BUNDLE" {
			t.Setenv(name, "")
		}
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

func testCredentials(t *testing.T, endpoint string) {
	t.Helper()
	noCredentialsHere(t)
	t.Setenv("AWS_ENDPOINT_URL", endpoint)
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "s3cret")
}

// cloud is moto with buckets and networks.
type cloud struct {
	good            Input
	vpc, otherVPC   string
	subnet, another string
}

func newCloud(t *testing.T) cloud {
	t.Helper()
	server, err := mototest.Start(t.Context())
	if errors.Is(err, mototest.ErrUnavailable) {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(server.Stop)
	testCredentials(t, server.URL)
	c, err := config.LoadDefaultConfig(t.Context(), config.WithRegion("eu-west-2"))
	require.NoError(t, err)
	buckets := s3.NewFromConfig(c, func(o *s3.Options) { o.UsePathStyle = true })
	for _, name := range []string{"versions", "plain"} {
		_, err := buckets.CreateBucket(t.Context(), &s3.CreateBucketInput{
			Bucket: &name, CreateBucketConfiguration: &types.CreateBucketConfiguration{LocationConstraint: "eu-west-2"},
		})
		require.NoError(t, err)
	}
	_, err = buckets.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket: aws.String("versions"), VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	require.NoError(t, err)
	network := ec2.NewFromConfig(c)
	made := cloud{}
	made.vpc, made.subnet = makeNetwork(t, network, "10.1.0.0/16")
	made.otherVPC, made.another = makeNetwork(t, network, "10.2.0.0/16")
	made.good = Input{
		Account: mototest.Account, Region: "eu-west-2", Endpoint: server.URL,
		State:    "s3://versions/team?region=eu-west-2&use_path_style=true",
		Networks: []Network{{Environment: "prod", VPC: made.vpc, Subnets: []string{made.subnet}}},
	}
	return made
}

func makeNetwork(t *testing.T, client *ec2.Client, cidr string) (vpc, subnet string) {
	t.Helper()
	v, err := client.CreateVpc(t.Context(), &ec2.CreateVpcInput{CidrBlock: &cidr})
	require.NoError(t, err)
	s, err := client.CreateSubnet(t.Context(), &ec2.CreateSubnetInput{VpcId: v.Vpc.VpcId, CidrBlock: aws.String(strings.Replace(cidr, "/16", "/24", 1))})
	require.NoError(t, err)
	return aws.ToString(v.Vpc.VpcId), aws.ToString(s.Subnet.SubnetId)
}

// only are the findings that are not OK.
func only(found []Finding) (left []Finding) {
	for _, f := range found {
		if f.Level != check.OK {
			left = append(left, f)
		}
	}
	return left
}

func TestCheckAgainstMoto(t *testing.T) {
	c := newCloud(t)
	found := Check(t.Context(), c.good)
	require.Empty(t, only(found))
	var names, summaries []string
	for _, f := range found {
		names, summaries = append(names, f.Check), append(summaries, f.Summary)
	}
	assert.Equal(t, []string{"credentials", "region", "state", "network of prod"}, names)
	assert.Contains(t, summaries[0], "account "+mototest.Account)
	assert.Equal(t, "s3://versions/team, readable and writable, with versioning", summaries[2])

	for name, test := range map[string]struct {
		change func(*Input)
		want   []Finding
	}{
		"wrong account": {
			func(in *Input) { in.Account = "210987654321" },
			[]Finding{{
				Check: "credentials", Level: check.Missing, Summary: "the credentials are of another account",
				Detail: "AWS_ACCOUNT is 210987654321; the credentials are of 123456789012",
				Hint:   "set AWS_ACCOUNT=123456789012, the account of the emulator at AWS_ENDPOINT_URL",
			}},
		},
		"no such region": {
			func(in *Input) { in.Region = "eu-west-22" },
			[]Finding{
				{Check: "region", Level: check.Missing, Summary: "the region does not exist", Detail: `it is "eu-west-22"`, Hint: `did you mean "eu-west-2"?`},
				// moto fails in a region that it does not know.
				{
					Check: "network of prod", Level: check.Warning, Summary: "whether the VPC and its subnets exist is not known",
					Detail: "the answer has status 500",
				},
			},
		},
		"missing bucket": {
			func(in *Input) { in.State = "s3://none?region=eu-west-2&use_path_style=true" },
			[]Finding{{Check: "state", Level: check.Missing, Summary: "the state bucket does not exist", Detail: "s3://none", Hint: "create it with versioning"}},
		},
		"bucket without versioning": {
			func(in *Input) { in.State = "s3://plain?region=eu-west-2&use_path_style=true" },
			[]Finding{{Check: "state", Level: check.Warning, Summary: "the state bucket keeps no versions", Detail: "s3://plain: "}},
		},
		"state in a folder": {
			func(in *Input) { in.State = "file://" + t.TempDir() },
			[]Finding{{Check: "state", Level: check.Warning, Summary: "the state is a folder of this machine", Hint: "INFRA_BUCKET"}},
		},
		"missing VPC and subnet": {
			func(in *Input) {
				in.Networks = []Network{{Environment: "dev", VPC: "vpc-0", Subnets: []string{"subnet-0", c.subnet}}}
			},
			[]Finding{
				{Check: "network of dev", Level: check.Missing, Summary: "the VPC does not exist", Detail: "there is no vpc-0 in eu-west-2 of account 123456789012"},
				{Check: "network of dev", Level: check.Missing, Summary: "subnets do not exist", Detail: "there is no subnet-0 in"},
				{Check: "network of dev", Level: check.Missing, Summary: "subnets are of another VPC"},
			},
		},
		"subnet of another VPC": {
			func(in *Input) { in.Networks[0].Subnets = []string{c.subnet, c.another} },
			[]Finding{{
				Check: "network of prod", Level: check.Missing, Summary: "subnets are of another VPC",
				Detail: c.another + " (of " + c.otherVPC + "); vpc_id is " + c.vpc,
			}},
		},
		"everything at once": {
			func(in *Input) {
				in.Account, in.State = "210987654321", "s3://none?region=eu-west-2&use_path_style=true"
				in.Networks = []Network{{Environment: "dev", VPC: "vpc-0"}}
			},
			[]Finding{
				{Check: "credentials", Level: check.Missing, Summary: "the credentials are of another account"},
				{Check: "state", Level: check.Missing, Summary: "the state bucket does not exist"},
				{Check: "network of dev", Level: check.Missing, Summary: "the VPC does not exist"},
			},
		},
		"a quick look": {
			func(in *Input) { in.Quick, in.Networks = true, []Network{{Environment: "dev", VPC: "vpc-0"}} }, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			in := c.good
			in.Networks = []Network{{Environment: "prod", VPC: c.vpc, Subnets: []string{c.subnet}}}
			test.change(&in)
			assertFindings(t, test.want, Check(t.Context(), in))
		})
	}
}

// assertFindings compares what is not OK; details and hints need only contain what is wanted.
func assertFindings(t *testing.T, want, found []Finding) {
	t.Helper()
	left := only(found)
	require.Len(t, left, len(want), "%+v", left)
	for i, w := range want {
		assert.Equal(t, []any{w.Check, w.Level, w.Summary}, []any{left[i].Check, left[i].Level, left[i].Summary})
		assert.Contains(t, left[i].Detail, w.Detail)
		assert.Contains(t, left[i].Hint, w.Hint)
		assert.NotContains(t, left[i].Problem().Error(), "s3cret")
	}
}

// With no credentials that is the one thing that is said; what does not need them is still looked at.
func TestNoCredentials(t *testing.T) {
	noCredentialsHere(t)
	in := Input{
		Account: "123456789012", Region: "eu-west-2", State: "s3://none?region=eu-west-2",
		Networks: []Network{{Environment: "prod", VPC: "vpc-1"}},
	}
	want := []Finding{
		{Check: "credentials", Level: check.Missing, Summary: "there are no usable AWS credentials", Hint: "AWS_ACCESS_KEY_ID"},
		{Check: "region", Level: check.Unknown, Summary: "it needs credentials first"},
		{Check: "state", Level: check.Unknown, Summary: "it needs credentials first"},
		{Check: "network of prod", Level: check.Unknown, Summary: "it needs credentials first"},
	}
	assertFindings(t, want, Check(t.Context(), in))
	in.State = "file://" + t.TempDir()
	want[2] = Finding{Check: "state", Level: check.Warning, Summary: "the state is a folder of this machine"}
	assertFindings(t, want, Check(t.Context(), in))
}

// answering is an endpoint that gives every request the same error.
func answering(t *testing.T, status int, code string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		body := "<ErrorResponse><Error><Code>" + code + "</Code><Message>told</Message></Error></ErrorResponse>"
		switch {
		case r.Method == http.MethodGet || r.Method == http.MethodPut: // S3
			body = "<Error><Code>" + code + "</Code><Message>told</Message></Error>"
		case strings.Contains(r.Header.Get("Authorization"), "/ec2/"):
			body = "<Response><Errors><Error><Code>" + code + "</Code><Message>told</Message></Error></Errors></Response>"
		}
		_, _ = w.Write([]byte(body)) //nolint:errcheck // the client sees what is missing
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestAnswers(t *testing.T) {
	const state = "s3://bucket?region=eu-west-2&use_path_style=true"
	unknown := func(name string) Finding {
		return Finding{Check: name, Level: check.Unknown, Summary: "it needs credentials first"}
	}
	for name, test := range map[string]struct {
		endpoint func(t *testing.T) string
		want     []Finding
	}{
		"expired": {
			func(t *testing.T) string { return answering(t, 403, "ExpiredToken") },
			[]Finding{
				{Check: "credentials", Level: check.Missing, Summary: "AWS does not accept the credentials", Detail: "ExpiredToken: told", Hint: "aws sso login"},
				unknown("region"), unknown("state"), unknown("network of prod"),
			},
		},
		"unreachable": {
			func(*testing.T) string { return "http://127.0.0.1:1" },
			[]Finding{
				{Check: "credentials", Level: check.Missing, Summary: "AWS does not answer", Detail: "127.0.0.1:1 refuses the connection", Hint: "http://127.0.0.1:1"},
				unknown("region"), unknown("state"), unknown("network of prod"),
			},
		},
		"denied": {
			func(t *testing.T) string { return answering(t, 403, "AccessDenied") },
			[]Finding{
				{Check: "credentials", Level: check.Missing, Summary: "AWS does not say which account the credentials are of", Hint: "sts:GetCallerIdentity"},
				{Check: "region", Level: check.Warning, Summary: "whether the region exists is not known", Hint: "ec2:DescribeRegions"},
				{Check: "state", Level: check.Missing, Summary: "the state store cannot be read", Detail: "s3://bucket: AccessDenied: told", Hint: "s3:ListBucket"},
				{Check: "network of prod", Level: check.Warning, Summary: "whether the VPC and its subnets exist is not known", Hint: "ec2:DescribeVpcs"},
			},
		},
		"bucket elsewhere": {
			func(t *testing.T) string { return answering(t, 400, "AuthorizationHeaderMalformed") },
			[]Finding{
				{Check: "credentials", Level: check.Missing}, {Check: "region", Level: check.Warning},
				{Check: "state", Level: check.Missing, Summary: "the state bucket is in another region", Hint: "INFRA_BUCKET=s3://bucket?region="},
				{Check: "network of prod", Level: check.Warning},
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			endpoint := test.endpoint(t)
			testCredentials(t, endpoint)
			found := Check(t.Context(), Input{
				Account: mototest.Account, Region: "eu-west-2", Endpoint: endpoint, State: state,
				Networks: []Network{{Environment: "prod", VPC: "vpc-1"}},
			})
			for i := range test.want {
				if test.want[i].Summary == "" {
					test.want[i].Summary = found[i].Summary // not what this case is about
				}
			}
			assertFindings(t, test.want, found)
		})
	}
}
