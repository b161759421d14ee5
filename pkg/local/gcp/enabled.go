package gcp

import (
	"errors"
	"net/http"

	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"github.com/dorc-dev/dorc/pkg/local/cloud"
	"github.com/dorc-dev/dorc/pkg/local/provider"
)

// api is a service of Google's that has to be enabled in a project.
type api struct {
	// name is its address, title its name in messages.
	name, title string
}

var (
	iamAPI       = api{"iam.googleapis.com", "Identity and Access Management (IAM) API"}
	managerAPI   = api{"cloudresourcemanager.googleapis.com", "Cloud Resource Manager API"}
	registryAPI  = api{"artifactregistry.googleapis.com", "Artifact Registry API"}
	workflowsAPI = api{"workflows.googleapis.com", "Workflows API"}
	schedulerAPI = api{"cloudscheduler.googleapis.com", "Cloud Scheduler API"}
	secretAPI    = api{"secretmanager.googleapis.com", "Secret Manager API"}
	computeAPI   = api{"compute.googleapis.com", "Compute Engine API"}
	composerAPI  = api{"composer.googleapis.com", "Cloud Composer API"}
)

// Cloud Storage, BigQuery and Service Usage are enabled in every new project, so
// nothing asks for them: https://cloud.google.com/service-usage/docs/enabled-service

// stillEnabled is the document of an API that stays enabled when its resource is
// deleted, as disableOnDestroy false says. It is no type of a program.
const stillEnabled = "gcp:projects/enabledService:EnabledService"

// leaveEnabled keeps an API enabled, or disables it.
func leaveEnabled(c *call) error {
	if v, ok := c.At("disableOnDestroy"); !ok || !v.IsBool() || v.BoolValue() {
		return provider.IgnoreMissing(c.P.Store.Delete(stillEnabled, c.ID))
	}
	err := c.P.Store.Create(&cloud.Document{
		Type: stillEnabled, ID: c.ID, Stack: string(c.URN.Stack()), URN: string(c.URN),
		Inputs: object{}, Outputs: object{"project": project(c), "service": c.Str("service")},
	})
	if errors.Is(err, cloud.ErrExists) {
		return nil
	}
	return err
}

// behind completes a kind whose API must be enabled in the resource's project.
func behind(a api, k *kind) *kind {
	verify := k.Verify
	k.Verify = func(c *call) error {
		if err := verifyEnabled(c, project(c), a); err != nil || verify == nil {
			return err
		}
		return verify(c)
	}
	return k
}

// verifyEnabled fails as every API does in a project that has not enabled it.
func verifyEnabled(c *call, project string, a api) error {
	for _, typ := range []tokens.Type{serviceType, stillEnabled} {
		if ok, err := c.Exists(typ, project+"/"+a.name); err != nil || ok {
			return err
		}
	}
	return &refusal{
		Status: http.StatusForbidden, Code: "SERVICE_DISABLED",
		Message: a.title + " has not been used in project " + number(project) + " before or it is disabled. Enable it by visiting " +
			"https://console.developers.google.com/apis/api/" + a.name + "/overview?project=" + number(project) + " then retry. " +
			"If you enabled this API recently, wait a few minutes for the action to propagate to our systems and retry. " +
			"(The local cloud has no projects.Service resource of " + a.name + " in the project " + project + ".)",
	}
}
