package aws

import (
	"fmt"
	"strings"
	"time"
)

// partition is the AWS partition of the region.
func partition(p *Provider) string {
	switch {
	case strings.HasPrefix(p.Region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(p.Region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// domain is the DNS suffix of the partition.
func domain(p *Provider) string {
	if partition(p) == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// arn builds an ARN of the provider's account and region.
func arn(c *call, service, format string, args ...any) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", partition(c.P), service, c.P.Region, c.P.Account, fmt.Sprintf(format, args...))
}

// globalARN builds an ARN without a region, as IAM has them.
func globalARN(c *call, service, format string, args ...any) string {
	return fmt.Sprintf("arn:%s:%s::%s:%s", partition(c.P), service, c.P.Account, fmt.Sprintf(format, args...))
}

// now is the time of the call in AWS's usual form.
func now(c *call) string { return c.P.Now().Format(time.RFC3339) }
