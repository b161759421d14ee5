package state

import (
	"path"

	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/dorc-dev/dorc/pkg/problem"
)

// Project is the Pulumi project of every stack.
const Project = "Pipelines"

// organization is what the stock CLI calls the owner of stacks in a bucket.
const organization = "organization"

// Keys below the store's root. The stock CLI reads and writes all of them but
// journalsDir, which it ignores.
const (
	metaKey     = ".pulumi/meta.yaml"
	stacksRoot  = ".pulumi/stacks"
	stacksDir   = stacksRoot + "/" + Project
	historyDir  = ".pulumi/history/" + Project
	backupsDir  = ".pulumi/backups/" + Project
	locksDir    = ".pulumi/locks/" + organization + "/" + Project
	journalsDir = ".pulumi/journals/" + Project
)

// leaseName is the one file that all dorc processes contend for. It lies among
// the stock CLI's lock files, which have random names, so the CLI respects it.
const leaseName = "dorc.json"

func (st *Stack) stateKey() string    { return path.Join(stacksDir, st.name+".json") }
func (st *Stack) tagsKey() string     { return path.Join(stacksDir, st.name+".pulumi-tags") }
func (st *Stack) historyDir() string  { return path.Join(historyDir, st.name) }
func (st *Stack) backupDir() string   { return path.Join(backupsDir, st.name) }
func (st *Stack) lockDir() string     { return path.Join(locksDir, st.name) }
func (st *Stack) leaseKey() string    { return path.Join(locksDir, st.name, leaseName) }
func (st *Stack) journalKey() string  { return path.Join(journalsDir, st.name+".journal") }
func (st *Stack) segmentsDir() string { return path.Join(journalsDir, st.name) }
func (st *Stack) guardKey() string    { return path.Join(journalsDir, st.name+".guard") }

func (st *Stack) qualified() tokens.QName {
	return tokens.QName(organization + "/" + Project + "/" + st.name)
}

// checkName refuses names that the stock CLI would refuse, and those that would
// leave the stack's folders.
func checkName(name string) error {
	_, err := tokens.ParseStackName(name)
	if err == nil && name != "." && name != ".." {
		return nil
	}
	detail := "the name is a folder's own name or its parent's"
	if err != nil {
		detail = err.Error()
	}
	return problem.Problem{
		Resource: "stack " + name, Summary: "not a stack name", Detail: detail,
		Hint: "use letters, digits, '-', '_' and '.', at most 100 of them",
	}
}
