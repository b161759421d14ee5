package awsrules

import (
	"encoding/json"
	"fmt"
	"slices"
)

// lifecycleRule is a rule of an ECR lifecycle policy, as the user guide describes it:
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
type lifecycleRule struct {
	RulePriority int `json:"rulePriority"`
	Selection    struct {
		TagStatus      string   `json:"tagStatus"`
		TagPrefixList  []string `json:"tagPrefixList"`
		TagPatternList []string `json:"tagPatternList"`
		CountType      string   `json:"countType"`
		CountUnit      string   `json:"countUnit"`
		CountNumber    int      `json:"countNumber"`
	} `json:"selection"`
	Action struct {
		Type string `json:"type"`
	} `json:"action"`
}

// lifecyclePolicy wants an ECR lifecycle policy.
func lifecyclePolicy(s subject) string {
	if !s.Value.IsString() || s.Value.StringValue() == "" {
		return "" // the length says it
	}
	var doc struct {
		Rules []lifecycleRule `json:"rules"`
	}
	if err := json.Unmarshal([]byte(s.Value.StringValue()), &doc); err != nil {
		return fmt.Sprintf("%s is not a lifecycle policy: %v", s.Name, err)
	}
	if len(doc.Rules) == 0 {
		return fmt.Sprintf("%s is not a lifecycle policy: it needs rules", s.Name)
	}
	seen := map[int]bool{}
	for i, r := range doc.Rules {
		why := r.check()
		if seen[r.RulePriority] && why == "" {
			why = fmt.Sprintf("rulePriority %d is used twice", r.RulePriority)
		}
		if why != "" {
			return fmt.Sprintf("%s is not a lifecycle policy: rule %d: %s", s.Name, i+1, why)
		}
		seen[r.RulePriority] = true
	}
	return ""
}

func (r lifecycleRule) check() string {
	s := r.Selection
	tagged := len(s.TagPrefixList)+len(s.TagPatternList) > 0
	switch {
	case r.RulePriority < 1:
		return "rulePriority is a whole number from 1"
	case !slices.Contains([]string{"tagged", "untagged", "any"}, s.TagStatus):
		return fmt.Sprintf("tagStatus is tagged, untagged or any, got %q", s.TagStatus)
	case s.TagStatus == "tagged" && !tagged:
		return "tagStatus tagged needs tagPrefixList or tagPatternList"
	case s.TagStatus != "tagged" && tagged:
		return "tagPrefixList and tagPatternList need tagStatus tagged"
	case s.CountType != "imageCountMoreThan" && s.CountType != "sinceImagePushed":
		return fmt.Sprintf("countType is imageCountMoreThan or sinceImagePushed, got %q", s.CountType)
	case s.CountType == "sinceImagePushed" && s.CountUnit != "days":
		return "countType sinceImagePushed needs countUnit days"
	case s.CountType == "imageCountMoreThan" && s.CountUnit != "":
		return "countUnit needs countType sinceImagePushed"
	case s.CountNumber < 1:
		return "countNumber is a whole number from 1"
	case r.Action.Type != "expire":
		return fmt.Sprintf("action type is expire, got %q", r.Action.Type)
	}
	return ""
}
