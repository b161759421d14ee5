package settings

import "strings"

// branchVariables are those by which CI systems name the branch that they build, the
// better name first: GitHub Actions (of a pull request, then of a push), GitLab,
// Bitbucket, CircleCI, Azure Pipelines, Buildkite, and Jenkins and Cloud Build. Sources:
// https://docs.github.com/en/actions/reference/workflows-and-actions/variables
// https://docs.gitlab.com/ci/variables/predefined_variables/
// https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
// https://circleci.com/docs/reference/variables/
// https://learn.microsoft.com/azure/devops/pipelines/build/variables
// https://buildkite.com/docs/pipelines/configure/environment-variables
// https://www.jenkins.io/doc/book/pipeline/multibranch/
var branchVariables = []string{
	"GITHUB_HEAD_REF", "GITHUB_REF_NAME", "CI_COMMIT_REF_NAME", "BITBUCKET_BRANCH", "CIRCLE_BRANCH",
	"BUILD_SOURCEBRANCH", "BUILDKITE_BRANCH", "BRANCH_NAME",
}

// branch is what a CI system says, or "".
func branch(environ []string) string {
	values := map[string]string{}
	for _, entry := range environ {
		if name, value, ok := strings.Cut(entry, "="); ok {
			values[name] = value
		}
	}
	for _, name := range branchVariables {
		if value := strings.TrimPrefix(values[name], "refs/heads/"); value != "" {
			return value
		}
	}
	return ""
}
